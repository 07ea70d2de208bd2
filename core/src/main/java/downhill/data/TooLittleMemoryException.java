package downhill.data;

import java.io.IOException;

/** There is too little memory for what would be read where there is more. */
public final class TooLittleMemoryException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Makes one with a message that says what was expected and what was found. */
  public TooLittleMemoryException(String message) {
    super(message);
  }
}
