package downhill.app;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/**
 * Standard output that says when it can no longer be written. A {@link java.io.PrintStream} hides
 * that, and a program whose reader has gone would compute on for nobody.
 */
final class StandardOutput extends OutputStream {
  private final FileOutputStream out;

  StandardOutput(FileOutputStream out) {
    this.out = out;
  }

  /** Whoever read the output has gone, as {@code head} does. Nothing to tell, nobody to tell it. */
  static final class ClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClosedException(IOException cause) {
      super(cause);
    }
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
      if (reason.contains("pipe")) {
        throw new ClosedException(e);
      }
      throw CommandException.failed(
          "standard output: " + e.getMessage(), "make room where the output goes", e);
    }
  }
}
