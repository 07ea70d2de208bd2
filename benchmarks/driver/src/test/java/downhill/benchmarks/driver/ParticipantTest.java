package downhill.benchmarks.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Turns of a real process, whose epochs take 0.2 s and are 1000 passes each. */
class ParticipantTest {
  @Test
  void turnsAreKeptEpochByEpoch() throws Exception {
    try (Participant participant = new Participant(SessionTest.pretender(8), 3, true)) {
      participant.start();
      participant.turn(true);
      participant.turn(false);
      participant.turn(false);
      Map<String, Object> row = participant.row(1e9);
      assertThat(row)
          .containsEntry("accuracy", 0.75) // asked for after three epochs
          .containsEntry("first_untimed", 2)
          .doesNotContainKey("problem");
      List<List<Double>> turns = Fields.lists(row, "turns");
      int timed = turns.stream().mapToInt(List::size).sum();
      assertThat(turns).hasSize(2);
      assertThat(turns.getFirst().size()).isBetween(1, 5);
      assertThat(row).containsEntry("seconds_n", timed);
      double passes = Fields.number(row, "passes");
      assertThat(passes).as("1000, and what passes between processes").isGreaterThan(900);
      assertThat(Fields.number(row, "epochs"))
          .isEqualTo((Fields.numbers(row, "warm_up").size() + timed + 2) * passes);
      assertThat(Fields.number(row, "idle_share")).isBetween(0.0, 0.5);
    }
  }

  @Test
  void whoIsNotThereIsNamed() throws Exception {
    Contender missing = new Contender("none", List.of("no-such-program-here"), Map.of());
    try (Participant participant = new Participant(missing, 3, true)) {
      participant.start();
      participant.turn(true);
      participant.turn(false);
      assertThat(Fields.text(participant.row(1e9), "problem")).contains("does not start");
      assertThat(participant.row(1e9)).doesNotContainKey("ready_seconds");
    }
  }

  @Test
  void whoFailsTakesNoMoreTurns() throws Exception {
    try (Participant participant = new Participant(SessionTest.pretender(1), 3, true)) {
      participant.start();
      participant.turn(true);
      participant.turn(false);
      assertThat(Fields.text(participant.row(1e9), "problem")).contains("no such network");
    }
  }
}
