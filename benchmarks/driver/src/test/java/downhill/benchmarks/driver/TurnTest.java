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
  @CsvSource({"0.125, 9, 8", "0.4, 4, 3", "0.5, 2, 2", "0.9, 2, 2", "1, 1, 1", "30, 1, 1"})
  void aTurnTakesASecondOrOneEpoch(double wall, int epochs, int timed) {
    Turn before = Turn.warmUp();
    epochs(before, wall);
    Turn turn = Turn.timed(before.isShort());
    assertThat(epochs(turn, wall)).isEqualTo(epochs);
    assertThat(turn.seconds()).hasSize(timed).containsOnly(wall);
  }

  @ParameterizedTest
  @CsvSource({"0.125, 16", "1.5, 2", "4.9, 2", "5.1, 1"})
  void warmUpIsTwoEpochsAndTwoSecondsOrOneLongEpoch(double wall, int epochs) {
    assertThat(epochs(Turn.warmUp(), wall)).isEqualTo(epochs);
  }

  /** In the warm-up, an epoch waits for the compiler as well. */
  @Test
  void epochsThatAreShortAfterTheWarmUpCountAsShort() {
    Turn warmUp = Turn.warmUp();
    warmUp.add(3.8, 3.8);
    warmUp.add(0.7, 0.7);
    assertThat(warmUp.goesOn()).isFalse();
    Turn turn = Turn.timed(warmUp.isShort());
    assertThat(epochs(turn, 0.27)).isEqualTo(5);
    assertThat(turn.seconds()).hasSize(4);
    assertThat(turn.firstUntimed()).isTrue();
  }

  @Test
  void aFirstEpochThatIsLongIsLeftOutWhereTheTurnBeforeWasShort() {
    Turn before = Turn.timed(false);
    before.add(0.9, 0.9);
    before.add(0.3, 0.3);
    before.add(0.3, 0.3);
    Turn turn = Turn.timed(before.isShort());
    turn.add(0.6, 0.6);
    turn.add(0.3, 0.3);
    assertThat(turn.seconds()).containsExactly(0.3);
    assertThat(before.firstUntimed()).isFalse();
  }

  @Test
  void onlyTheFirstEpochAfterSomethingElseIsLeftOut() {
    Turn turn = Turn.timed(true);
    turn.add(0.4, 0.4);
    turn.add(0.3, 0.3);
    turn.interrupted();
    turn.add(0.2, 0.2);
    turn.add(0.1, 0.1);
    assertThat(turn.seconds()).containsExactly(0.3, 0.1);
  }

  @Test
  void severalPassesInOneCountAsLongAsTheyTake() {
    Turn turn = Turn.timed(false);
    turn.add(0.25, 1.25);
    assertThat(turn.goesOn()).isFalse();
    assertThat(turn.seconds()).containsExactly(0.25);
    assertThat(turn.isShort()).isFalse();
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
