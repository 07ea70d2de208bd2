package downhill.app;

import downhill.training.DivergedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/**
 * How the command line reports that it could not do what it was asked.
 *
 * @param status the exit status
 * @param message what is wrong, in one line
 * @param hint what to do about it, in one line
 */
record Failure(int status, String message, String hint) {
  /** Returns how to report an exception that ended a command. */
  static Failure of(Throwable exception) {
    return switch (exception) {
      case CommandException e -> new Failure(e.status(), describe(e), e.hint());
      case DivergedException e ->
          new Failure(ExitStatus.FAILED, describe(e), "give a smaller --learning-rate");
      case OutOfMemoryError e ->
          new Failure(
              ExitStatus.FAILED,
              "out of memory; this JVM may use %s MB"
                  .formatted(Text.count(Runtime.getRuntime().maxMemory() >> 20)),
              "use a smaller --network or --batch-size, or set DOWNHILL_JAVA_OPTIONS=-Xmx8g");
      case UncheckedIOException e -> new Failure(ExitStatus.FAILED, describe(e), DEBUG_HINT);
      case IOException e -> new Failure(ExitStatus.FAILED, describe(e), DEBUG_HINT);
      // What the library refuses and no command has foreseen; its subclasses are mistakes of ours.
      case RuntimeException e
          when e.getClass() == IllegalArgumentException.class
              || e instanceof InvalidPathException ->
          new Failure(ExitStatus.REFUSED, describe(e), "see downhill help");
      default ->
          new Failure(
              ExitStatus.FAILED,
              "internal error: " + Text.clean(exception.toString()),
              "this is a mistake in downhill; run again with --debug and report what it prints");
    };
  }

  private static final String DEBUG_HINT = "run again with --debug to see where";

  /** Returns what an exception says, in one line that stands on its own. */
  static String describe(Throwable exception) {
    Throwable e =
        exception instanceof UncheckedIOException && exception.getCause() != null
            ? exception.getCause()
            : exception;
    // These name only the file, or the file and what the operating system says.
    String text =
        switch (e) {
          case NoSuchFileException n -> n.getFile() + ": no such file or folder";
          case AccessDeniedException a -> a.getFile() + ": permission denied";
          case FileAlreadyExistsException f -> f.getFile() + ": already exists";
          case NotDirectoryException n -> n.getFile() + ": not a folder";
          case FileSystemException f when f.getReason() == null ->
              f.getFile() + ": the file system refused it";
          default -> message(e);
        };
    return Text.clean(text);
  }

  /** Returns what to do about a file that can't be written. */
  static String remedy(Throwable exception) {
    for (Throwable e = exception; e != null; e = e.getCause()) {
      if (e instanceof NoSuchFileException || e instanceof NotDirectoryException) {
        return "put the folder back";
      }
      if (e instanceof AccessDeniedException) {
        return "see to it that the folder can be written";
      }
      String text = String.valueOf(e.getMessage());
      if (text.contains("No space left") || text.contains("quota") || text.contains("too large")) {
        return "make room on the disk";
      }
    }
    return "see to it that the folder can be written, and that there is room on the disk";
  }

  private static String message(Throwable e) {
    @Nullable String message = e.getMessage();
    return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
  }
}
