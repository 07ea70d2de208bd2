package downhill.app;

import org.jspecify.annotations.Nullable;

/** Ends a command with an exit status, one line that says what is wrong, and one that helps. */
final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String hint;

  private CommandException(int status, String message, String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
    this.hint = hint;
  }

  /** Something the user can mend in the command or in a file: status 2. */
  static CommandException refused(String message, String hint) {
    return new CommandException(ExitStatus.REFUSED, message, hint, null);
  }

  /** Something the user can mend in the command or in a file, found by the library: status 2. */
  static CommandException refused(Exception cause, String hint) {
    return new CommandException(ExitStatus.REFUSED, Failure.describe(cause), hint, cause);
  }

  /** Something that went wrong while running: status 1. */
  static CommandException failed(String message, String hint, Throwable cause) {
    return new CommandException(ExitStatus.FAILED, message, hint, cause);
  }

  int status() {
    return status;
  }

  String hint() {
    return hint;
  }
}
