package downhill.engine;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Numbered pieces of work, which members of a team take as they come. Each begins with its own,
 * whose weights are in its core's cache. Pieces differ in work by how many zeros they have, and
 * cores in speed by what else runs on them, so who is done helps the others.
 */
final class Pieces {
  /** Integers from counter to counter, so that no two share a cache line or a pair of lines. */
  private static final int APART = 32;

  private final int members;
  private final int[] first;
  private final int[] past;

  /** For each member the next of its pieces that nobody has taken, {@value #APART} apart. */
  private final AtomicIntegerArray next;

  /**
   * Deals pieces out.
   *
   * @param first the first piece of each member, whose pieces end where those of the next begin
   * @param count how many pieces there are
   */
  Pieces(int[] first, int count) {
    this.first = first.clone();
    this.past = new int[first.length];
    Arrays.setAll(past, member -> member + 1 < first.length ? first[member + 1] : count);
    this.members = first.length;
    this.next = new AtomicIntegerArray(Math.multiplyExact(APART, members + 1));
    begin();
  }

  /** Deals pieces out evenly. */
  static Pieces evenly(int count, int members) {
    int[] first = new int[members];
    Arrays.setAll(first, member -> ThreadTeam.share(count, member, members));
    return new Pieces(first, count);
  }

  /** Puts all pieces back; between phases, while nobody takes any. */
  void begin() {
    for (int m = 0; m < members; m++) {
      next.set(counter(m), first[m]);
    }
  }

  /** Takes a piece for {@code member}, or returns −1 where none is left. */
  int take(int member) {
    for (int m = 0; m < members; m++) {
      int owner = (member + m) % members;
      // Looked at first: a counter that is read only stays in every core's cache.
      if (next.get(counter(owner)) < past[owner]) {
        int piece = next.getAndIncrement(counter(owner));
        if (piece < past[owner]) {
          return piece;
        }
      }
    }
    return -1;
  }

  /** Returns where a member's counter lies; nothing else is in the lines before the first. */
  private static int counter(int member) {
    return APART * (member + 1);
  }
}
