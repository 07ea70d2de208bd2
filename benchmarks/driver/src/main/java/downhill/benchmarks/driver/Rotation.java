package downhill.benchmarks.driver;

import java.util.ArrayList;
import java.util.List;

/**
 * Who takes a turn after whom. Moving everybody up by a place would leave them behind the same one
 * round after round. Here it is 0, 1, n−1, 2, n−2, … and, in later rounds, so many added to each (a
 * Latin square of Williams); with an odd n, every other round runs backwards, as that square needs
 * its mirror image. So the one before is another nearly every time.
 */
final class Rotation {
  private Rotation() {}

  /** Returns the numbers below {@code n} in the order of a round. */
  static List<Integer> order(int n, int round) {
    List<Integer> order = new ArrayList<>();
    for (int place = 0; place < n; place++) {
      int number = place % 2 == 1 ? (place + 1) / 2 : n - place / 2;
      order.add((number + round) % n);
    }
    return n % 2 == 1 && round % 2 == 1 ? order.reversed() : order;
  }
}
