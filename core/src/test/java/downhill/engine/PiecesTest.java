package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PiecesTest {
  @Test
  void aMemberBeginsWithItsOwnAndThenHelpsTheOthers() {
    Pieces pieces = new Pieces(new int[] {0, 3, 3}, 7);
    assertThat(all(pieces, 0)).containsExactly(0, 1, 2, 3, 4, 5, 6);
    pieces.begin();
    assertThat(all(pieces, 1)).as("has none of its own").containsExactly(3, 4, 5, 6, 0, 1, 2);
    pieces.begin();
    assertThat(pieces.take(2)).isEqualTo(3);
    assertThat(pieces.take(0)).isEqualTo(0);
    assertThat(all(pieces, 2)).containsExactly(4, 5, 6, 1, 2);
    assertThat(all(pieces, 0)).as("none is left").isEmpty();
  }

  @Test
  void evenlyAreAllDealt() {
    for (int members = 1; members <= 5; members++) {
      for (int count = 0; count < 12; count++) {
        Pieces pieces = Pieces.evenly(count, members);
        for (int member = 0; member < members; member++) {
          int first = ThreadTeam.share(count, member, members);
          if (first < ThreadTeam.share(count, member + 1, members)) {
            assertThat(pieces.take(member)).as("the first of %d", member).isEqualTo(first);
          }
        }
        pieces.begin();
        assertThat(all(pieces, members - 1))
            .as("%d pieces, %d members", count, members)
            .containsExactlyInAnyOrderElementsOf(IntStream.range(0, count).boxed().toList());
      }
    }
  }

  /** Few pieces and many rounds, since only the last of a member's are fought for. */
  @Test
  void eachIsTakenOnceHoweverManyAskAtATime() {
    int members = 4;
    int count = 5;
    Pieces pieces = Pieces.evenly(count, members);
    AtomicIntegerArray taken = new AtomicIntegerArray(count);
    try (ThreadTeam team = new ThreadTeam(members)) {
      for (int round = 1; round <= 10_000; round++) {
        pieces.begin();
        team.run((member, all) -> {
          for (int p = pieces.take(member); p >= 0; p = pieces.take(member)) {
            taken.incrementAndGet(p);
          }
        });
        for (int p = 0; p < count; p++) {
          assertThat(taken.get(p)).as("piece %d", p).isEqualTo(round);
        }
      }
    }
  }

  private static List<Integer> all(Pieces pieces, int member) {
    List<Integer> taken = new ArrayList<>();
    for (int piece = pieces.take(member); piece >= 0; piece = pieces.take(member)) {
      taken.add(piece);
    }
    return taken;
  }
}
