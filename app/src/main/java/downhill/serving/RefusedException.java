package downhill.serving;

/** A request that is answered with an error: an HTTP status and one line for the client. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  RefusedException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** What the client can mend: status 400. */
  static RefusedException bad(String message) {
    return new RefusedException(400, message);
  }

  int status() {
    return status;
  }

  /** Returns the message, which is never null. */
  String text() {
    return String.valueOf(getMessage());
  }
}
