package downhill.tuning;

import java.util.Optional;

/** A setting that can be searched, with the values it may have. */
public enum Tunable {
  /** The widths of the network. */
  NETWORK("network", 1, Kind.WORD),
  /** How far a step goes. */
  LEARNING_RATE("learning-rate", 2, Kind.POSITIVE),
  /** Examples in a step. */
  BATCH_SIZE("batch-size", 3, Kind.COUNT),
  /** How a step uses the gradient. */
  OPTIMIZER("optimizer", 4, Kind.WORD),
  /** What a step keeps of those before. */
  MOMENTUM("momentum", 5, Kind.BELOW_1),
  /** λ of the sum of absolute weights. */
  L1("l1", 6, Kind.NOT_NEGATIVE),
  /** λ of the sum of squared weights. */
  L2("l2", 7, Kind.NOT_NEGATIVE),
  /** The decoupled decay of weights. */
  WEIGHT_DECAY("weight-decay", 8, Kind.NOT_NEGATIVE),
  /** The share of hidden units that are left out. */
  DROPOUT("dropout", 9, Kind.BELOW_1),
  /** The share of the target that goes to all classes alike. */
  LABEL_SMOOTHING("label-smoothing", 10, Kind.BELOW_1);

  /** Which values there are. */
  enum Kind {
    WORD("words"),
    COUNT("whole numbers from 1 to 16777216"),
    POSITIVE("numbers above 0"),
    NOT_NEGATIVE("numbers from 0"),
    BELOW_1("numbers from 0 to 1 (exclusive)");

    private final String expected;

    Kind(String expected) {
      this.expected = expected;
    }
  }

  private final String key;
  private final int number;
  private final Kind kind;

  Tunable(String key, int number, Kind kind) {
    this.key = key;
    this.number = number;
    this.kind = kind;
  }

  /** Returns the name of the option, without dashes before it. */
  public String key() {
    return key;
  }

  /** Returns the setting of that name, if it can be searched. */
  public static Optional<Tunable> of(String key) {
    for (Tunable setting : values()) {
      if (setting.key.equals(key)) {
        return Optional.of(setting);
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the number that makes its draws differ from those of other settings. It stays the same
   * whatever is added here, since old searches must give the same trials for good.
   */
  int number() {
    return number;
  }

  /** Returns whether values are numbers, so that they may be given as an interval. */
  public boolean isNumber() {
    return kind != Kind.WORD;
  }

  /** Returns whether values are whole numbers. */
  boolean isCount() {
    return kind == Kind.COUNT;
  }

  /**
   * Returns the least number above 0 that can be trained with; what is drawn below it is 0.
   * Dropout's chance is one of 16 random bits.
   */
  double least() {
    return this == DROPOUT ? 0x1p-16 : 0;
  }

  /**
   * Reads a number.
   *
   * @param given the whole option, for the message
   * @throws IllegalArgumentException if the text is no number, or none that the setting may have
   */
  double parse(String text, String given) {
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException malformed) {
      value = Double.NaN;
    }
    if (!allows(value)) {
      throw new IllegalArgumentException(
          "--%s %s: expected %s, found '%s'".formatted(key, given, kind.expected, text));
    }
    return value;
  }

  private boolean allows(double value) {
    return switch (kind) {
      case WORD -> false;
      case COUNT -> value >= 1 && value <= 1 << 24 && value == StrictMath.rint(value);
      case POSITIVE -> (float) value > 0 && Float.isFinite((float) value);
      case NOT_NEGATIVE -> value >= 0 && Float.isFinite((float) value);
      case BELOW_1 -> value >= 0 && (float) value < 1;
    };
  }
}
