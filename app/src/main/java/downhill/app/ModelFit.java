package downhill.app;

import downhill.data.Dataset;
import downhill.modelfile.Model;
import downhill.network.Architecture;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Whether a model fits the data that judges or trains it, and what there is to note of both. */
final class ModelFit {
  private ModelFit() {}

  /**
   * Refuses a model that does not fit the data that judges it, and notes what else is amiss.
   *
   * @param given the model, as the user named it
   * @param test the test examples of {@code data}
   */
  static void checkJudged(Model model, Path given, DataOption data, Dataset test) {
    check(
        "model " + given,
        model.network().architecture(),
        data.testName(),
        test,
        "give the --data that the model was made for");
    if (!ModelParameter.unnamed(model) && !model.classNames().equals(test.classNames())) {
      data.view().note("the model has other names for the classes than " + data.testName());
    }
    if (!data.isGiven()
        && Boolean.FALSE.equals(HeldOut.hasLearnedFrom(model, data.load().train()))) {
      data.view()
          .note(
              "without --data it is judged by %s, on which it was not trained"
                  .formatted(data.name()));
    }
  }

  /**
   * Refuses a network that does not fit the data.
   *
   * @param what what the widths are of, as in {@code network 784-10}
   * @param data what to call the data
   * @param hint what to do about it
   */
  static void check(
      String what, Architecture architecture, String data, Dataset examples, String hint) {
    if (architecture.inputs() != examples.features()) {
      String of =
          examples.hasBytes()
              ? "each image of %s has %s (%s)"
                  .formatted(data, Text.count(examples.features()), examples.shape())
              : "each row of %s fills %s".formatted(data, Text.count(examples.features()));
      throw CommandException.refused(
          "%s takes %s, but %s".formatted(what, Text.count(architecture.inputs(), "value"), of),
          hint);
    }
    if (architecture.classes() != examples.classes()) {
      throw CommandException.refused(
          "%s tells %s apart, but %s has %s"
              .formatted(
                  what,
                  Text.count(architecture.classes(), "class"),
                  data,
                  Text.count(examples.classes())),
          hint);
    }
  }

  /**
   * Returns whether the test part that a model is judged by was held out of the very data that it
   * was trained on, and notes it where that is not so; null where it was not held out, or the model
   * does not say.
   *
   * @param test the test part
   */
  static @Nullable Boolean isRestOfTraining(Model model, DataOption data, Dataset test) {
    @Nullable Dataset rest = data.rest();
    @Nullable Boolean same = rest == null ? null : HeldOut.hasLearnedFrom(model, rest);
    if (Boolean.FALSE.equals(same)) {
      data.view()
          .note(
              "the model was not trained on the rest of %s as it is now; it may know some of the %s that judge it"
                  .formatted(data.name(), Text.count(test.size(), data.noun())));
    }
    return same;
  }
}
