package downhill.data;

import java.io.IOException;
import java.util.List;

/** Pictures that can't be read are too many, or leave too little; the message has the first. */
public final class UnreadableImagesException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient List<UnreadableImage> images;
  private final boolean enoughLeft;

  UnreadableImagesException(String message, List<UnreadableImage> images, boolean enoughLeft) {
    super(message);
    this.images = List.copyOf(images);
    this.enoughLeft = enoughLeft;
  }

  /** Returns all pictures that could not be read. */
  public List<UnreadableImage> images() {
    return images;
  }

  /** Returns whether what could be read would do, if more were allowed to be left out. */
  public boolean enoughLeft() {
    return enoughLeft;
  }
}
