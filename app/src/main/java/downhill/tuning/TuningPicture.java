package downhill.tuning;

import downhill.training.Stopping.Monitor;
import downhill.training.Validation;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A search in two plots with one vertical axis: where each trial ended over its learning rate, and
 * how each came there, epoch by epoch. Colours tell another setting.
 */
public final class TuningPicture {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 870;
  private static final Plot.Frame UPPER = new Plot.Frame(80, 84, 600, 330);
  private static final Plot.Frame LOWER = new Plot.Frame(80, 484, 600, 330);
  private static final int LEGEND = 704;

  private final TuningPlan plan;
  private final Leaderboard leaderboard;
  private final String dataName;
  private final @Nullable Tunable across;
  private final @Nullable Tunable coloured;
  private final Colours colours;

  private TuningPicture(TuningPlan plan, Leaderboard leaderboard, String dataName) {
    this.plan = plan;
    this.leaderboard = leaderboard;
    this.dataName = dataName;
    List<Tunable> searched = plan.searched();
    this.across = across(searched);
    this.coloured = searched.stream().filter(s -> s != across).findFirst().orElse(null);
    this.colours = new Colours(plan, coloured);
  }

  private static @Nullable Tunable across(List<Tunable> searched) {
    return searched.contains(Tunable.LEARNING_RATE)
        ? Tunable.LEARNING_RATE
        : searched.stream()
            .filter(Tunable::isNumber)
            .findFirst()
            .orElse(searched.isEmpty() ? null : searched.getFirst());
  }

  /**
   * Draws a search.
   *
   * @param dataName what to call the data
   * @return the text of an SVG file
   */
  public static String draw(TuningPlan plan, Leaderboard leaderboard, String dataName) {
    return new TuningPicture(plan, leaderboard, dataName).draw();
  }

  private String draw() {
    String title =
        "Tuning on %s: %d %s"
            .formatted(
                dataName,
                plan.halving().trials(),
                plan.halving().trials() == 1 ? "trial" : "trials");
    Svg svg = new Svg(WIDTH, HEIGHT, title);
    svg.text(title, "x", UPPER.left(), "y", 34, "font-size", 20, "font-weight", 600);
    svg.text(subtitle(), "x", UPPER.left(), "y", 58, "fill", "#555555");
    Axis scores = scores();
    scatter(svg, scores);
    curves(svg, scores);
    legend(svg);
    return svg.done();
  }

  private String subtitle() {
    return leaderboard
        .best()
        .map(best -> "Best: trial %d, %s".formatted(best.trial(), describe(best)))
        .orElse("Every trial diverged");
  }

  private String describe(Result result) {
    Validation last = result.last();
    String score =
        last == null
            ? "no epoch"
            : String.format(
                Locale.ROOT,
                "accuracy %.2f %%, loss %.4f after %d %s",
                100 * last.accuracy(),
                last.loss(),
                result.epochs(),
                result.epochs() == 1 ? "epoch" : "epochs");
    return result.isDiverged() ? score + ", then diverged" : score;
  }

  private boolean byLoss() {
    return plan.monitor() == Monitor.LOSS;
  }

  private double score(Validation validation) {
    return byLoss() ? validation.loss() : validation.accuracy();
  }

  // What is far worse than the others would leave them no room to differ, so the axis ends where
  // the better half times four would; whatever lies beyond is drawn at the edge.
  private Axis scores() {
    double[] ends =
        leaderboard.ranking().stream()
            .filter(result -> !result.isDiverged())
            .flatMap(result -> result.curve().reversed().stream().limit(1))
            .mapToDouble(this::score)
            .sorted()
            .toArray();
    if (ends.length == 0) {
      return Axis.linear(0, 1, 6, !byLoss());
    }
    double best = byLoss() ? ends[0] : ends[ends.length - 1];
    double worst = byLoss() ? ends[ends.length - 1] : ends[0];
    double median = ends[ends.length / 2];
    double room = Math.max(4 * Math.abs(best - median), 0.02);
    double span = Math.clamp(Math.abs(best - worst), 0.02, room) * 1.08;
    return byLoss()
        ? Axis.linear(Math.max(0, best - 0.05 * span), best + span, 7, false)
        : Axis.linear(Math.max(0, best - span), Math.min(1, best + 0.05 * span), 7, true);
  }

  private void scatter(Svg svg, Axis scores) {
    @Nullable Range range = across == null ? null : plan.space().get(across);
    Axis values = range == null ? Axis.names(List.of("")) : Axis.of(range);
    Plot plot = new Plot(svg, UPPER, values, scores);
    plot.axes(across == null ? "" : name(across) + scale(values), label());
    for (Result result : leaderboard.ranking().reversed()) {
      String value = across == null ? "" : plan.draw(result.trial()).get(across);
      if (value == null) {
        continue; // the setting is none of this trial's optimizer
      }
      double y = result.curve().isEmpty() ? 0 : scores.at(score(result.curve().getLast()));
      plot.point(
          values.at(value),
          result.isDiverged() ? (byLoss() ? 1 : 0) : y,
          shape(result),
          colours.of(plan, result.trial()),
          title(result));
    }
  }

  private void curves(Svg svg, Axis scores) {
    int epochs = plan.halving().epochs();
    Axis time = Axis.linear(0, epochs, Math.min(epochs, 10), false);
    Plot plot = new Plot(svg, LOWER, time, scores);
    plot.axes("epoch", label());
    for (Result result : leaderboard.ranking().reversed()) {
      double[] ys = result.curve().stream().mapToDouble(v -> scores.at(score(v))).toArray();
      double[] xs = new double[ys.length];
      Arrays.setAll(xs, i -> time.at(i + 1));
      plot.curve(xs, ys, colours.of(plan, result.trial()), isBest(result), title(result));
    }
  }

  private boolean isBest(Result result) {
    return leaderboard.best().filter(result::equals).isPresent();
  }

  private Plot.Shape shape(Result result) {
    if (result.isDiverged()) {
      return Plot.Shape.CROSS;
    }
    if (isBest(result)) {
      return Plot.Shape.BEST;
    }
    return result.rung() == plan.halving().rungs() ? Plot.Shape.FULL : Plot.Shape.HOLLOW;
  }

  private String title(Result result) {
    String settings =
        plan.draw(result.trial()).entrySet().stream()
            .map((Map.Entry<Tunable, String> e) -> name(e.getKey()) + " " + e.getValue())
            .collect(Collectors.joining(", "));
    return "Trial %d: %s; %s".formatted(result.trial(), describe(result), settings);
  }

  private void legend(Svg svg) {
    int y = UPPER.top() + 10;
    if (coloured != null) {
      svg.text(name(coloured), "x", LEGEND, "y", y, "font-weight", 600);
      for (Colours.Entry entry : colours.legend()) {
        y += 22;
        svg.add(
            "rect", "x", LEGEND, "y", y - 10, "width", 12, "height", 12, "fill", entry.colour());
        svg.text(entry.label(), "x", LEGEND + 22, "y", y);
      }
      y += 44;
    }
    svg.text("each point a trial", "x", LEGEND, "y", y, "font-weight", 600);
    Plot marks = new Plot(svg, new Plot.Frame(0, 0, 1, 1), Axis.names(List.of("")), scores());
    for (Plot.Shape shape : Plot.Shape.values()) {
      y += 22;
      marks.mark(LEGEND + 6, y - 4, shape, "#555555", shape.meaning());
      svg.text(shape.meaning(), "x", LEGEND + 22, "y", y);
    }
    y = LOWER.top() + 10;
    svg.text("each line a trial", "x", LEGEND, "y", y, "font-weight", 600);
    svg.text("thick: the best", "x", LEGEND, "y", y + 22);
  }

  private String label() {
    return byLoss() ? "validation loss (nats)" : "validation accuracy";
  }

  private static String scale(Axis axis) {
    return axis.isLogarithmic() ? " (logarithmic)" : "";
  }

  private static String name(Tunable setting) {
    return setting.key().replace('-', ' ');
  }
}
