package downhill.spark;

import java.io.Serializable;
import java.util.List;

/**
 * What rows hold.
 *
 * @param features how many numbers each has
 * @param pixels whether they are whole numbers, 0 to 255
 * @param weighted whether rows count differently
 * @param classNames a name for each class
 */
record Layout(int features, boolean pixels, boolean weighted, List<String> classNames)
    implements Serializable {
  /** Returns the same for rows that count 1 each. */
  Layout unweighted() {
    return new Layout(features, pixels, false, classNames);
  }
}
