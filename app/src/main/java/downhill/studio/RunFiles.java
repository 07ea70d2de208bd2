package downhill.studio;

import downhill.data.ClassNames;
import downhill.data.Dataset;
import downhill.data.Preparation;
import downhill.explanation.LearningRate;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Architecture;
import downhill.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the networks of run folders for the data in use, which may be other than they had. */
final class RunFiles {
  /** What a model's file says of the examples that it learned from. */
  private static final String DATA = "data_sha256";

  /**
   * What was read.
   *
   * @param network its classes in the order of the data's
   * @param rate the learning rate it was trained with, or the usual one
   * @param ofOtherData whether it says that it learned from other examples than those in use
   */
  record Read(Network network, double rate, boolean ofOtherData) {}

  private record Hashed(Dataset train, String sha256) {}

  private final Workshop workshop;
  private volatile @Nullable Hashed hashed;

  RunFiles(Workshop workshop) {
    this.workshop = workshop;
  }

  /**
   * Reads a network.
   *
   * @param run what to call it
   */
  Read load(String run, Path file) throws IOException {
    Model model = ModelFile.load(file);
    if (model.schema() != null) {
      throw new RefusedException(
          "run %s: expected a model of images, found one of a table's rows".formatted(run),
          "ask it with downhill predict or explain");
    }
    checkPreparation(run, model);
    @Nullable String learned = model.provenance().get(DATA);
    boolean other = learned != null && !learned.equals(trainSha256());
    return new Read(inOrderOfData(run, model), LearningRate.of(model), other);
  }

  /** Refuses a network whose pictures were made otherwise than those in use. */
  private void checkPreparation(String run, Model model) {
    Preparation used = workshop.preparation();
    Preparation its;
    try {
      its = Preparation.of(model.provenance()).orElse(used);
    } catch (IllegalArgumentException e) {
      throw new RefusedException("run %s: %s".formatted(run, e.getMessage()), "");
    }
    if (!its.equals(used)) {
      throw new RefusedException(
          "run %s: expected images prepared as for it (%s), found %s in use"
              .formatted(run, its, used),
          "choose the data that it was made for, with the same settings for its images");
    }
  }

  /** Returns what names the examples to learn from; they are hashed once. */
  private String trainSha256() {
    Dataset train = workshop.data().sets().train();
    Hashed known = hashed;
    if (known == null || known.train() != train) {
      known = new Hashed(train, train.sha256());
      hashed = known;
    }
    return known.sha256();
  }

  /** Returns a model's network, its classes in the order of the data's, which may be another. */
  private Network inOrderOfData(String run, Model model) {
    List<String> its = model.classNames();
    List<String> ours = workshop.data().sets().test().classNames();
    if (its.equals(ours) || its.size() != ours.size()) {
      return model.network(); // another number is refused with the widths
    }
    if (ClassNames.areSame(its, ours)) {
      return reordered(model.network(), ours.stream().mapToInt(its::indexOf).toArray());
    }
    if (!ClassNames.areNumbers(its) && !ClassNames.areNumbers(ours)) {
      String other = its.stream().filter(name -> !ours.contains(name)).findFirst().orElseThrow();
      throw new RefusedException(
          "run %s: expected the classes of %s, found '%s', which is none of them"
              .formatted(run, workshop.data().name(), other),
          "choose the data that it was made for");
    }
    return model.network();
  }

  /** Returns a network whose class k is class {@code from[k]} of the given one. */
  private static Network reordered(Network network, int[] from) {
    Architecture widths = network.architecture();
    int last = widths.layers();
    int inputs = widths.width(last - 1);
    float[][] weights = new float[last][];
    float[][] biases = new float[last][];
    for (int l = 1; l <= last; l++) {
      weights[l - 1] = network.weights(l);
      biases[l - 1] = network.biases(l);
    }
    float[] rows = weights[last - 1].clone();
    float[] shifts = biases[last - 1].clone();
    for (int k = 0; k < from.length; k++) {
      System.arraycopy(rows, from[k] * inputs, weights[last - 1], k * inputs, inputs);
      biases[last - 1][k] = shifts[from[k]];
    }
    return Network.of(widths, weights, biases);
  }
}
