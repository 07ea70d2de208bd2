package downhill.benchmarks.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TurnTest {
  /** Lets a contestant whose epochs all take as long have a turn; returns how many it had. */
  private static int epochs(Turn turn, double wall) {
    int epochs = 0;
    for (; turn.goesOn(); epochs++) {
      turn.add(wall, wall);
    }
    return epochs;
  }

  @ParameterizedTest
  @CsvSource({
    "0.125, 9, 8",
    "0.4, 4, 3",
    "0.5, 3, 2",
    "1, 2, 1",
    "4.9, 2, 1",
    "5, 1, 1",
    "30, 1, 1"
  })
  void aTurnTakesASecondOrOneEpochAfterOneThatIsNotTimedUnlessItIsLong(
      double wall, int epochs, int timed) {
    Turn turn = Turn.timed();
    assertThat(epochs(turn, wall)).isEqualTo(epochs);
    assertThat(turn.seconds()).hasSize(timed).containsOnly(wall);
    assertThat(turn.firstUntimed()).isEqualTo(timed < epochs);
  }

  @ParameterizedTest
  @CsvSource({
    "false, 0.25, 12",
    "false, 1.5, 12",
    "false, 5, 4",
    "false, 30, 1",
    "true, 0.25, 12",
    "true, 1.5, 2"
  })
  void warmUpIsTwelveEpochsOrTwentySecondsAndThreeInAQuickRun(
      boolean quick, double wall, int epochs) {
    Turn turn = Turn.warmUp(quick);
    assertThat(epochs(turn, wall)).isEqualTo(epochs);
    assertThat(turn.seconds()).hasSize(epochs);
    assertThat(turn.firstUntimed()).isFalse();
  }

  @Test
  void onlyTheFirstEpochAfterSomethingElseIsLeftOut() {
    Turn turn = Turn.timed();
    turn.add(0.4, 0.4);
    turn.add(0.3, 0.3);
    turn.interrupted();
    turn.add(0.2, 0.2);
    turn.add(0.1, 0.1);
    assertThat(turn.seconds()).containsExactly(0.3, 0.1);
  }

  @Test
  void severalPassesInOneCountAsLongAsTheyTake() {
    Turn turn = Turn.timed();
    turn.add(0.5, 2.5);
    assertThat(turn.goesOn()).isTrue();
    turn.add(0.25, 1.25);
    assertThat(turn.goesOn()).isFalse();
    assertThat(turn.seconds()).containsExactly(0.25);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 10})
  void everybodyIsInEveryRoundOnce(int n) {
    for (int round = 0; round < 12; round++) {
      assertThat(new HashSet<>(Rotation.order(n, round))).hasSize(n);
      assertThat(Rotation.order(n, round)).hasSize(n).allMatch(number -> 0 <= number && number < n);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 6, 7, 10})
  void nobodyFollowsTheSameOneInMoreThanHalfOfTheRounds(int n) {
    List<Integer> line = new ArrayList<>();
    for (int round = 0; round < 6; round++) {
      line.addAll(Rotation.order(n, round));
    }
    int[][] follows = new int[n][n];
    for (int i = 1; i < line.size(); i++) {
      assertThat(++follows[line.get(i - 1)][line.get(i)])
          .as("%d after %d", line.get(i), line.get(i - 1))
          .isLessThanOrEqualTo(3);
    }
  }
}
