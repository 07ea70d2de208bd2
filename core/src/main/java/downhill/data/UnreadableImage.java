package downhill.data;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A picture that could not be read. Immutable; safe to share.
 *
 * @param file where it is
 * @param reason what was expected and what was found, in one line that begins with the file
 */
public record UnreadableImage(Path file, String reason) {
  /** Checks that nothing is missing. */
  public UnreadableImage {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(reason, "reason");
  }
}
