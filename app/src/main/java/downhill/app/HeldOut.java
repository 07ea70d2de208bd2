package downhill.app;

import downhill.data.Dataset;
import downhill.modelfile.Model;
import org.jspecify.annotations.Nullable;

/** What models say of the part of their data that was held out to test by. */
final class HeldOut {
  /** What a model's file says of the part of a table's rows. */
  static final String OF_TABLE = "test_fraction";

  private HeldOut() {}

  /** Returns the part of a table's rows; null where the model does not say. */
  static @Nullable Double ofTable(Model model) {
    String part = model.provenance().get(OF_TABLE);
    return part != null && part.matches("0?\\.\\d+(E-\\d+)?|\\d\\.\\d+E-\\d+")
        ? Double.valueOf(part)
        : null;
  }

  /** Returns whether a model says what it has learned from; of others nobody knows. */
  static boolean knowsItsData(Model model) {
    return model.provenance().containsKey(TrainingPlan.DATA_SHA256);
  }

  /**
   * Returns whether examples are all that a model has learned from; null where it does not say, or
   * where they are all that it has learned from since it began as another model, which may have
   * learned from others.
   */
  static @Nullable Boolean hasLearnedFrom(Model model, Dataset examples) {
    String learned = model.provenance().get(TrainingPlan.DATA_SHA256);
    if (learned == null) {
      return null;
    }
    boolean same = learned.equals(examples.sha256());
    boolean anew = TrainingPlan.HE.equals(model.provenance().get(TrainingPlan.INITIAL));
    return (same && !anew) ? null : (Boolean) same;
  }

  /** Says that another part was asked for than a model was made with. */
  static String other(double given, String model, double made) {
    return "--test-fraction %s: %s was made with %s".formatted(given, model, made);
  }

  /** Refuses to judge a model by another part. */
  static CommandException refused(double given, String model, double made) {
    return CommandException.refused(
        other(given, model, made) + ", and may be tested by what it has learned",
        "leave it out; what is judged by other data than it was made with takes that as --test");
  }

  /**
   * Notes that a model that training goes on from may have seen what is held out now.
   *
   * @param why why so; null where nothing speaks for it
   */
  static void note(@Nullable String why, DataOption data) {
    if (why != null) {
      data.view()
          .note(
              "%s; if it has learned from %s, it knows some of the %ss to test by, or all"
                  .formatted(why, data.name(), data.noun()));
    }
  }
}
