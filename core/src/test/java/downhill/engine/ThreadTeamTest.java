package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadTeamTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyMemberDoesEveryPhaseOnceAndNobodyRunsAhead(int members) {
    int phases = 2_000;
    AtomicIntegerArray done = new AtomicIntegerArray(phases);
    try (ThreadTeam team = new ThreadTeam(members)) {
      for (int p = 0; p < phases; p++) {
        int phase = p;
        team.run((member, of) -> {
          assertThat(of).isEqualTo(members);
          if (phase > 0) {
            assertThat(done.get(phase - 1)).isEqualTo(members);
          }
          done.incrementAndGet(phase);
        });
        assertThat(done.get(phase)).isEqualTo(members);
        if (phase % 500 == 0) {
          // Long enough for everybody to go to sleep: the next phase must wake them.
          LockSupport.parkNanos(20_000_000);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aClosedTeamDoesNothing(int members) {
    ThreadTeam team = new ThreadTeam(members);
    team.close();
    assertThatThrownBy(() -> team.run((member, of) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> team.run((member, of) -> {}, 1))
        .isInstanceOf(IllegalStateException.class);
  }

  /** A member that left while a phase runs would be waited for without end. */
  @Test
  void closingWaitsForThePhaseThatRuns() throws Exception {
    for (int round = 0; round < 200; round++) {
      ThreadTeam team = new ThreadTeam(3);
      CountDownLatch begun = new CountDownLatch(1);
      AtomicIntegerArray calls = new AtomicIntegerArray(3);
      Thread caller =
          Thread.ofPlatform()
              .daemon()
              .start(() ->
                  team.run((member, members) -> {
                    begun.countDown();
                    if (member == 0) {
                      LockSupport.parkNanos(100_000);
                    }
                    calls.incrementAndGet(member);
                  }));
      begun.await();
      team.close();
      assertThat(caller.join(Duration.ofSeconds(20))).as("round %d ends", round).isTrue();
      assertThat(calls).hasToString("[1, 1, 1]");
    }
  }

  @Test
  void smallPhasesStayWithTheCaller() {
    try (ThreadTeam team = new ThreadTeam(3)) {
      AtomicIntegerArray calls = new AtomicIntegerArray(3);
      team.run((member, members) -> calls.addAndGet(member, members), 1);
      assertThat(calls).hasToString("[1, 0, 0]");
      team.run((member, members) -> calls.addAndGet(member, members), Long.MAX_VALUE);
      assertThat(calls).hasToString("[4, 3, 3]");
    }
  }

  @Test
  void sharesCoverEverythingOnce() {
    for (int n : new int[] {0, 1, 2, 7, 16, 1000}) {
      for (int members = 1; members <= 9; members++) {
        assertThat(ThreadTeam.share(n, 0, members)).isZero();
        assertThat(ThreadTeam.share(n, members, members)).isEqualTo(n);
        for (int m = 0; m < members; m++) {
          int size = ThreadTeam.share(n, m + 1, members) - ThreadTeam.share(n, m, members);
          assertThat(size).isBetween(n / members, n / members + 1);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void anExceptionOfAnyMemberComesOut(int culprit) {
    try (ThreadTeam team = new ThreadTeam(2)) {
      assertThatThrownBy(() ->
              team.run((member, members) -> {
                if (member == culprit) {
                  throw new IllegalStateException("member " + member);
                }
              }))
          .hasMessage("member " + culprit);
      int[] calls = new int[2];
      team.run((member, members) -> calls[member]++);
      assertThat(calls).containsExactly(1, 1);
    }
  }
}
