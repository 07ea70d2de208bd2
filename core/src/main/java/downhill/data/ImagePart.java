package downhill.data;

import java.util.List;

/**
 * Pictures that are all for one purpose, once they are read. Immutable; safe to share.
 *
 * @param images those that can be read, in the order in which they were found
 * @param unreadable the others, and why
 */
public record ImagePart(Dataset images, List<UnreadableImage> unreadable) {
  /** Checks nothing; copies the list. */
  public ImagePart {
    unreadable = List.copyOf(unreadable);
  }
}
