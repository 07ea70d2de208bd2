package downhill.app;

import downhill.app.Terminal.Style;
import downhill.training.TrainingEvent.Progressed;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** The line that shows, on a terminal, how far the present epoch has come. */
final class ProgressBar {
  private static final int WIDEST = 30;
  private static final int NARROWEST = 5;
  private static final double FIRST_ESTIMATE_SECONDS = 1;
  private static final double SMOOTHING_SECONDS = 2;

  private final Terminal terminal;
  private final int examples;
  private final String noun;
  private final int epochs;
  private final long flopsPerExample;
  private final LongSupplier nanoTime;
  private final long begun;
  private int columns;
  private double lastSeconds;
  private double lastEpochsDone;
  private double epochsPerSecond;

  /**
   * Makes a bar; training begins now.
   *
   * @param examples in an epoch
   * @param noun what one of them is called
   * @param flopsPerExample what training on one example takes
   * @param epochsDone what was done before, in epochs
   */
  ProgressBar(
      Terminal terminal,
      int examples,
      String noun,
      int epochs,
      long flopsPerExample,
      double epochsDone,
      LongSupplier nanoTime) {
    this.terminal = terminal;
    this.examples = examples;
    this.noun = noun;
    this.epochs = epochs;
    this.flopsPerExample = flopsPerExample;
    this.nanoTime = nanoTime;
    this.lastEpochsDone = epochsDone;
    this.begun = nanoTime.getAsLong();
  }

  /** An epoch begins; there may be none of that number. */
  void begin(int epoch, int columns) {
    this.columns = columns;
    if (epoch <= epochs) {
      terminal.redraw(line(epoch, 0, List.of("")));
    }
  }

  /** Draws the line anew. */
  void draw(Progressed event) {
    double done = Math.min(1, event.examplesDone() / (double) examples);
    double rate = event.seconds() > 0 ? event.examplesDone() / event.seconds() : 0;
    // Fixed widths, or the bar would tremble.
    String left = Text.right(timeLeft(event.epoch() - 1 + done), 10);
    String loss = "loss " + Text.fixed(event.loss(), 4);
    String speed = Text.right(Text.count(Math.round(rate)), 7) + " " + noun + "s/s";
    String flops = Text.right(Text.fixed(rate * flopsPerExample / 1e9, 0), 3) + " GFLOP/s";
    String percent = Text.right(Math.round(100 * done) + " %", 5);
    // From all there is to say, to what is missed most.
    List<String> tails =
        Stream.of(
                Stream.of(percent, loss, speed, flops, left),
                Stream.of(percent, loss, speed, left),
                Stream.of(percent, loss, left),
                Stream.of(loss, left),
                Stream.of(left),
                Stream.of(""))
            .map(parts -> String.join("  ", parts.toList()))
            .toList();
    terminal.redraw(line(event.epoch(), done, tails));
  }

  void clear() {
    terminal.clearLine();
  }

  // By the clock, so that the tests after each epoch count, and by the speed of the last seconds:
  // a JVM begins slowly.
  private String timeLeft(double epochsDone) {
    double seconds = (nanoTime.getAsLong() - begun) / 1e9;
    double passed = seconds - lastSeconds;
    if (passed > 0) {
      double now = (epochsDone - lastEpochsDone) / passed;
      double weight = epochsPerSecond == 0 ? 1 : -Math.expm1(-passed / SMOOTHING_SECONDS);
      epochsPerSecond += weight * (now - epochsPerSecond);
      lastSeconds = seconds;
      lastEpochsDone = epochsDone;
    }
    return seconds < FIRST_ESTIMATE_SECONDS || epochsPerSecond <= 0
        ? ""
        : Text.clock((epochs - epochsDone) / epochsPerSecond) + " left";
  }

  private String line(int epoch, double done, List<String> tails) {
    // The last column stays free: some terminals begin a new line when it is written.
    String head = Text.right(epoch + "/" + epochs, 5);
    int room = columns - 1 - head.length() - 2;
    String tail = "";
    for (String candidate : tails) {
      tail = candidate.isEmpty() ? "" : "  " + candidate;
      if (room - tail.length() >= NARROWEST) {
        break;
      }
    }
    int width = Math.min(WIDEST, room - tail.length());
    if (width < 1) {
      return Text.clip(head, Math.max(1, columns - 1));
    }
    int full = (int) Math.round(done * width);
    return head
        + "  "
        + terminal.paint(Style.CYAN, "━".repeat(full))
        + terminal.paint(Style.DIM, "─".repeat(width - full))
        + tail;
  }
}
