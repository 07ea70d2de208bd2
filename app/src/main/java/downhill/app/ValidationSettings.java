package downhill.app;

import downhill.training.Stopping;
import downhill.training.Stopping.Monitor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is held out to judge epochs by, when to stop, and which network to keep. */
final class ValidationSettings {
  static final Setting VALIDATION =
      Setting.of(
          "validation",
          "FRACTION",
          "The part of the training images to hold out, class by class, drawn by --seed. Each "
              + "epoch is judged by them, and the test set is looked at once, at the end.",
          "Default: 0, to judge by the test set");

  static final List<Setting> STOPPING =
      List.of(
          Setting.of(
              "patience",
              "N",
              "Stop after so many epochs in a row that were no better on the validation set.",
              "Default: 0, to do all epochs"),
          Setting.of(
              "monitor",
              "NAME",
              "What is better: a lower loss or a higher accuracy on the validation set.",
              "Default: loss"),
          Setting.ofSwitch(
              "keep-best", "The result is the network of the best epoch, not the last one's."));

  private ValidationSettings() {}

  /** Returns the part of the training examples to hold out, 0 for none. */
  static double heldOut(Settings settings) {
    double fraction = settings.number("validation", 0);
    if (!(fraction >= 0 && fraction < 1)) {
      throw settings.refused(
          "validation", "expected a part from 0 to 1 (exclusive), found " + fraction);
    }
    return fraction;
  }

  /**
   * Reads when to stop.
   *
   * @param validated whether there is a validation set
   */
  static Stopping read(Settings settings, boolean validated) {
    Stopping s = Stopping.NEVER;
    s = settings.withCount("patience", s, (a, n) -> new Stopping(a.monitor(), n, a.keepBest()));
    boolean byLoss = settings.choice("monitor", "loss", List.of("loss", "accuracy")).equals("loss");
    Stopping stopping =
        new Stopping(
            byLoss ? Monitor.LOSS : Monitor.ACCURACY, s.patience(), settings.isOn("keep-best"));
    List<String> needing = needingIt(settings, stopping);
    if (!validated && !needing.isEmpty()) {
      throw settings.refused(
          needing.getFirst(),
          "needs a validation set; add validation 0.1, for example, or --validation-data");
    }
    return stopping;
  }

  /**
   * Returns those of the settings that were asked for and need a validation set.
   *
   * @param stopping what was read from the settings
   */
  static List<String> needingIt(Settings settings, Stopping stopping) {
    List<String> needing = new ArrayList<>();
    if (stopping.patience() > 0) {
      needing.add("patience");
    }
    if (stopping.keepBest()) {
      needing.add("keep-best");
    }
    if (settings.has("monitor")) {
      needing.add("monitor");
    }
    return needing;
  }

  static void write(Stopping stopping, Map<String, String> into) {
    if (stopping.patience() > 0) {
      into.put("patience", Integer.toString(stopping.patience()));
    }
    if (stopping.monitor() != Monitor.LOSS) {
      into.put("monitor", "accuracy");
    }
    if (stopping.keepBest()) {
      into.put("keep-best", "true");
    }
  }
}
