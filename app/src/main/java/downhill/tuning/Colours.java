package downhill.tuning;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The colour of each trial, by one of its settings: from Okabe and Ito's palette, which the
 * colour-blind can tell apart, or on a scale from dark to light.
 */
final class Colours {
  /** What all have where there is no setting to tell them apart by. */
  private static final String ONE = "#0072b2";

  private static final List<String> PALETTE =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#222222");

  private static final int[][] SCALE = {
    {68, 1, 84}, {59, 82, 139}, {33, 145, 140}, {94, 201, 98}, {232, 200, 20}
  };

  /**
   * A line of the legend.
   *
   * @param colour the colour
   * @param label what it stands for
   */
  record Entry(String colour, String label) {}

  private final @Nullable Tunable setting;
  private final @Nullable Range range;

  /**
   * Makes colours.
   *
   * @param setting what to tell trials apart by; null for one colour
   */
  Colours(TuningPlan plan, @Nullable Tunable setting) {
    this.setting = setting;
    this.range = setting == null ? null : plan.space().get(setting);
  }

  /** Returns the colour of a trial. */
  String of(TuningPlan plan, int trial) {
    if (setting == null) {
      return ONE;
    }
    String value = plan.draw(trial).get(setting);
    return value == null ? "#888888" : colour(value);
  }

  /** Returns the legend; empty where there is one colour. */
  List<Entry> legend() {
    List<Entry> entries = new ArrayList<>();
    switch (range) {
      case null -> {}
      case Range.Choice(List<String> values) ->
          values.forEach(value -> entries.add(new Entry(colour(value), value)));
      case Range.Interval interval ->
          Axis.of(interval)
              .ticks()
              .forEach(tick -> entries.add(new Entry(scale(tick.at()), tick.label())));
    }
    return entries;
  }

  private String colour(String value) {
    return switch (range) {
      case null -> ONE;
      case Range.Choice(List<String> values) when values.size() <= PALETTE.size() ->
          PALETTE.get(values.indexOf(value));
      case Range.Choice(List<String> values) ->
          scale(values.indexOf(value) / (values.size() - 1.0));
      case Range.Interval interval -> scale(Axis.of(interval).at(value));
    };
  }

  private static String scale(double at) {
    double x = Math.clamp(at, 0, 1) * (SCALE.length - 1);
    int i = Math.min((int) x, SCALE.length - 2);
    int[] mixed = new int[3];
    for (int c = 0; c < 3; c++) {
      mixed[c] = (int) Math.rint(SCALE[i][c] + (x - i) * (SCALE[i + 1][c] - SCALE[i][c]));
    }
    return String.format(Locale.ROOT, "#%02x%02x%02x", mixed[0], mixed[1], mixed[2]);
  }
}
