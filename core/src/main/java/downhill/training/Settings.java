package downhill.training;

/** The checks of single settings, with their messages. */
final class Settings {
  private Settings() {}

  /** Checks that a setting is from 0 to 1 (exclusive). */
  static void below1(String name, double value) {
    if (!(value >= 0 && (float) value < 1)) {
      throw new IllegalArgumentException(
          name + ": expected a number from 0 to 1 (exclusive), found " + value);
    }
  }

  /** Checks that a setting is a probability below 1 that 16 random bits can tell from 0 and 1. */
  static void in16Bits(String name, double value) {
    below1(name, value);
    double bit = 1.0 / (1 << 16);
    if (value != 0 && (value < bit || value > 1 - bit)) {
      throw new IllegalArgumentException(
          name + ": expected 0 or a number from 0.0000153 to 0.9999847, found " + value);
    }
  }

  /** Checks that a setting is from 0 to 1 (inclusive). */
  static void atMost1(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + ": expected a number from 0 to 1, found " + value);
    }
  }

  /** Checks that a setting is positive and finite, in float too. */
  static void positive(String name, double value) {
    if (!((float) value > 0 && Float.isFinite((float) value))) {
      throw new IllegalArgumentException(
          name + ": expected a number from 1.4e-45 to 3.4e38, found " + value);
    }
  }

  /** Checks that a setting is 0 or positive, and if so in float too, and finite. */
  static void notNegative(String name, double value) {
    if (value != 0 && !((float) value > 0 && Float.isFinite((float) value))) {
      throw new IllegalArgumentException(
          name + ": expected 0 or a number from 1.4e-45 to 3.4e38, found " + value);
    }
  }

  /** Checks that a count is at least {@code least}. */
  static void atLeast(String name, long least, long value) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + ": expected at least " + least + ", found " + value);
    }
  }
}
