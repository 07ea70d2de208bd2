package downhill.data;

import java.util.Objects;

/**
 * Training and test examples of the same shape and classes. Immutable; safe to share.
 *
 * @param train what to learn from
 * @param test what to judge by
 */
public record Datasets(Dataset train, Dataset test) {
  /**
   * Checks that the two fit each other.
   *
   * @throws IllegalArgumentException if their channels, heights, widths or class names differ
   */
  public Datasets {
    Objects.requireNonNull(train, "train");
    Objects.requireNonNull(test, "test");
    if (train.channels() != test.channels()
        || train.height() != test.height()
        || train.width() != test.width()) {
      throw new IllegalArgumentException(
          "test: expected images of %s, as in the training data, found %s"
              .formatted(train.shape(), test.shape()));
    }
    if (!train.classNames().equals(test.classNames())) {
      throw new IllegalArgumentException(
          "test: expected the classes of the training data, %s, found %s"
              .formatted(train.classNames(), test.classNames()));
    }
  }
}
