package downhill.data;

import java.util.Objects;

/**
 * Training and test examples of the same shape and classes.
 *
 * @param train what to learn from
 * @param test what to judge by
 */
public record Datasets(Dataset train, Dataset test) {
  /** Checks that the two fit each other. */
  public Datasets {
    Objects.requireNonNull(train, "train");
    Objects.requireNonNull(test, "test");
  }
}
