package downhill.studio;

import java.util.Objects;

/** Something that was asked for can't be done: says what was expected and what was found. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String hint;

  /**
   * Refuses what makes no sense or does not fit.
   *
   * @param message what is wrong, in one line
   * @param hint what to do about it; may be empty
   */
  public RefusedException(String message, String hint) {
    this(422, message, hint);
  }

  RefusedException(int status, String message, String hint) {
    super(message);
    this.status = status;
    this.hint = hint;
  }

  static RefusedException bad(String message) {
    return new RefusedException(400, message, "");
  }

  /** HTTP's status. */
  int status() {
    return status;
  }

  String text() {
    return Objects.requireNonNullElse(getMessage(), "refused");
  }

  String hint() {
    return hint;
  }
}
