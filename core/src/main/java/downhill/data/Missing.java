package downhill.data;

/** What a missing value of a table is taken for, or a category that nobody knows. */
public enum Missing {
  /** For a mistake: it is refused. */
  ERROR("error"),

  /**
   * For the mean of the values that training learned from: the mean of a number's column, and for a
   * category the share that each of its levels had.
   */
  MEAN("mean");

  private final String word;

  Missing(String word) {
    this.word = word;
  }

  /** Returns the word for it in options and files. */
  public String word() {
    return word;
  }
}
