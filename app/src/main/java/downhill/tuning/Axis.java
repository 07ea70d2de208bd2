package downhill.tuning;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An axis of a picture: where values lie on it, and what is written beside it. */
final class Axis {
  /**
   * A mark.
   *
   * @param at where, 0..1
   * @param label what is written there
   */
  record Tick(double at, String label) {}

  private final double from;
  private final double to;
  private final boolean logarithmic;
  private final List<String> names;
  private final List<Tick> ticks;

  private Axis(double from, double to, boolean logarithmic, List<String> names, List<Tick> ticks) {
    this.from = from;
    this.to = to;
    this.logarithmic = logarithmic;
    this.names = names;
    this.ticks = ticks;
  }

  /** Returns an axis for numbers, which must not be all alike. */
  static Axis linear(double from, double to, int most, boolean percent) {
    double step = step((to - from) / most);
    List<Tick> ticks = new ArrayList<>();
    if (!(to + step > to)) { // so large that the numbers between the ends are no others
      return new Axis(from, to, false, List.of(), ticks);
    }
    for (long i = (long) Math.ceil(from / step - 1e-9); i * step <= to + 1e-9 * step; i++) {
      BigDecimal value = BigDecimal.valueOf(i).multiply(BigDecimal.valueOf(step));
      String label =
          percent
              ? plain(value.multiply(BigDecimal.valueOf(100))) + " %"
              : number(value.doubleValue());
      ticks.add(new Tick((value.doubleValue() - from) / (to - from), label));
    }
    return new Axis(from, to, false, List.of(), ticks);
  }

  // 1, 2 or 5 times a power of ten, at least as much as asked for.
  private static double step(double least) {
    double power = StrictMath.pow(10, Math.floor(StrictMath.log10(least)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= least * (1 - 1e-9)) {
        return clean(factor * power);
      }
    }
    return clean(10 * power);
  }

  private static double clean(double value) {
    return Double.parseDouble(String.format(Locale.ROOT, "%.0e", value));
  }

  /** Returns an axis for magnitudes. */
  static Axis logarithmic(double from, double to) {
    double decades = StrictMath.log10(to / from);
    double[] factors =
        decades > 4
            ? new double[] {1}
            : decades > 2.2 ? new double[] {1, 3} : new double[] {1, 2, 5};
    List<Tick> ticks = new ArrayList<>();
    for (int e = (int) Math.floor(StrictMath.log10(from));
        e <= Math.ceil(StrictMath.log10(to));
        e++) {
      for (double factor : factors) {
        double value = clean(factor * StrictMath.pow(10, e));
        if (value >= from * (1 - 1e-9) && value <= to * (1 + 1e-9)) {
          ticks.add(
              new Tick(StrictMath.log(value / from) / StrictMath.log(to / from), number(value)));
        }
      }
    }
    return new Axis(from, to, true, List.of(), ticks);
  }

  /** Returns an axis for names, in their order. */
  static Axis names(List<String> names) {
    List<Tick> ticks = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      ticks.add(new Tick((i + 0.5) / names.size(), names.get(i)));
    }
    return new Axis(0, names.size(), false, List.copyOf(names), ticks);
  }

  /** Returns an axis for what a setting may be. */
  static Axis of(Range range) {
    return switch (range) {
      case Range.Choice(List<String> values) -> names(values);
      case Range.Interval interval when interval.isLogarithmic() ->
          logarithmic(interval.from(), interval.to());
      case Range.Interval interval -> linear(interval.from(), interval.to(), 6, false);
    };
  }

  /** Returns the marks. */
  List<Tick> ticks() {
    return List.copyOf(ticks);
  }

  /** Returns whether magnitudes are shown. */
  boolean isLogarithmic() {
    return logarithmic;
  }

  /**
   * Returns where a number lies; below 0 or above 1 where it is not on the axis. What has no
   * logarithm, such as a dropout so small that it is none, lies where the axis begins.
   */
  double at(double value) {
    if (!logarithmic) {
      return to > from ? (value - from) / (to - from) : 0.5;
    }
    return value > 0 ? StrictMath.log(value / from) / StrictMath.log(to / from) : 0;
  }

  /** Returns where a value of a setting lies. */
  double at(String value) {
    return names.isEmpty()
        ? at(Double.parseDouble(value))
        : (names.indexOf(value) + 0.5) / names.size();
  }

  /** Returns a number as short as it goes: {@code 0.003}, {@code 1e-5}. */
  static String number(double value) {
    if (value != 0 && Math.abs(value) < 1e-3) {
      BigDecimal decimal = BigDecimal.valueOf(value).stripTrailingZeros();
      int exponent = decimal.precision() - decimal.scale() - 1;
      return plain(decimal.scaleByPowerOfTen(-exponent)) + "e" + exponent;
    }
    return plain(BigDecimal.valueOf(value));
  }

  private static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }
}
