package downhill.app;

import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.data.Split;
import downhill.data.TableSchema;
import downhill.data.WeightFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run learns from, and what it is judged by.
 *
 * @param option the data, as it was named
 * @param all all of it
 * @param train what to learn from, without what is held out
 * @param validation what to judge epochs by; null to judge them by the test set
 * @param classNames the names of the classes
 * @param sha256 of all training examples, with those held out
 * @param heldOut the part of them that is held out, 0 for none
 * @param validationFolder where the validation set comes from (a file for a table), if not from the
 *     training examples
 * @param weights what the training examples count; null for 1 each
 */
record TrainingData(
    DataOption option,
    Datasets all,
    Dataset train,
    @Nullable Dataset validation,
    List<String> classNames,
    String sha256,
    double heldOut,
    @Nullable Path validationFolder,
    @Nullable Weights weights) {
  /**
   * What the training examples count.
   *
   * @param file where that stands
   * @param sha256 of the numbers
   */
  record Weights(Path file, String sha256) {}

  TrainingData {
    classNames = List.copyOf(classNames);
  }

  /** Returns what to judge the result by. */
  Dataset test() {
    return all.test();
  }

  /** Returns data without a validation set. */
  static TrainingData of(DataOption option, Datasets datasets) {
    return new TrainingData(
        option,
        datasets,
        datasets.train(),
        null,
        datasets.train().classNames(),
        datasets.train().sha256(),
        0,
        null,
        null);
  }

  /**
   * Returns this data, each training example of which counts what a file says.
   *
   * @param file null for none
   */
  TrainingData weighing(@Nullable Path file) {
    if (file == null) {
      return this;
    }
    option.refuseUnordered("--weights");
    try {
      float[] numbers = WeightFile.read(file, train.size());
      return new TrainingData(
          option,
          all,
          train.withWeights(numbers),
          validation,
          classNames,
          sha256,
          heldOut,
          validationFolder,
          new Weights(file, WeightFile.sha256(numbers)));
    } catch (IOException e) {
      throw CommandException.refused(
          e, "--weights takes a text file with a number for each of the training examples");
    }
  }

  /**
   * Returns this data with the validation set that a recipe asks for, if any.
   *
   * @param folder where a set of its own is; null for none
   */
  TrainingData validatedAs(Recipe recipe, @Nullable Path folder) {
    if (folder != null) {
      return validatedBy(folder);
    }
    return recipe.heldOut() > 0
        ? holdingOut(recipe.heldOut(), recipe.configuration().seed())
        : this;
  }

  /** Returns the data with a part of the training examples held out. */
  private TrainingData holdingOut(double fraction, long seed) {
    Split split;
    try {
      split = train.split(fraction, seed);
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(
          option.name() + ": " + Failure.describe(e), "give --validation-data instead");
    }
    // What a table teaches is learned from these rows alone, and holds for the test set, too.
    TableSchema schema = split.train().schema();
    Datasets rest;
    try {
      rest = schema == null ? all : new Datasets(all.train(), all.test().with(schema));
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(
          option.testName() + ": " + Failure.describe(e), "mend the row, or leave the column out");
    }
    return new TrainingData(
        option,
        rest,
        split.train(),
        split.validation(),
        classNames,
        sha256,
        fraction,
        null,
        weights);
  }

  /** Returns the data with the validation set of another folder. */
  private TrainingData validatedBy(Path folder) {
    String hint = "--validation-data takes " + likeData() + " (see --help)";
    Dataset other;
    try {
      other = option.more(folder, train);
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.refused(e, ImageReading.hint(e, hint));
    }
    if (!other.shape().equals(train.shape())) {
      throw CommandException.refused(
          "%s: expected images of %s, as in %s, found %s"
              .formatted(folder, train.shape(), option.name(), other.shape()),
          hint);
    }
    return new TrainingData(option, all, train, other, classNames, sha256, 0, folder, weights);
  }

  /** Returns what can be read as the data was, in words. */
  private String likeData() {
    if (option.isImages()) {
      return "images of the classes of --data: a folder, or a list";
    }
    return train.hasBytes()
        ? "a folder with IDX test files of the classes of --data, t10k-images-idx3-ubyte and"
            + " t10k-labels-idx1-ubyte"
        : "a file with more rows of the same columns";
  }

  /** Returns the data with other names for the classes. */
  TrainingData naming(List<String> names) {
    return new TrainingData(
        option, all, train, validation, names, sha256, heldOut, validationFolder, weights);
  }
}
