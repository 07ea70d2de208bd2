package downhill.modelfile;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * A model file that cannot be read or written. The message is one line: the file, the byte where
 * that makes sense, what was expected, what was found, what to do.
 */
public final class ModelFileException extends IOException {
  private static final int LONGEST_EXCERPT = 60;

  /**
   * Makes the exception.
   *
   * @param file the file's name
   * @param problem what was expected, what was found, what to do; may hold text of the file itself,
   *     which is made harmless
   */
  public ModelFileException(String file, String problem) {
    this(file, problem, null);
  }

  /**
   * Makes the exception.
   *
   * @param file the file's name
   * @param problem as above
   * @param cause what failed
   */
  public ModelFileException(String file, String problem, @Nullable Throwable cause) {
    super(oneLine(file + ": " + problem), cause);
  }

  /**
   * Makes the exception.
   *
   * @param file the file's name
   * @param offset the byte where the problem is
   * @param problem as above
   */
  public ModelFileException(String file, long offset, String problem) {
    this(file, "byte " + offset + ": " + problem, null);
  }

  /** Returns text from a file in quotes, cut to a length that a message can bear. */
  public static String quoted(String text) {
    return text.length() <= LONGEST_EXCERPT
        ? "'" + text + "'"
        : "'" + text.substring(0, LONGEST_EXCERPT) + "…'";
  }

  /** Returns why the file system refused, without the path, which the message has already. */
  public static String reason(IOException failure) {
    String words =
        switch (failure) {
          case AccessDeniedException denied -> "permission denied";
          case NoSuchFileException missing -> "no such file or folder";
          case FileSystemException other -> other.getReason();
          default -> failure.getMessage();
        };
    return words == null || words.isBlank() ? failure.getClass().getSimpleName() : words;
  }

  // A name from a stranger's file must neither break the line nor drive the terminal.
  private static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints().forEach(c -> line.appendCodePoint(isPlain(c) ? c : '?'));
    return line.toString();
  }

  private static boolean isPlain(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
