package downhill.studio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One training at a time; what pages hear of one that is planned, refused or broken. */
@Timeout(20)
class TrainingDeskTest {
  private final EventFeed feed = new EventFeed();
  private final TestWorkshop workshop = new TestWorkshop();
  private final Snapshots snapshots = new Snapshots(feed, () -> workshop.data().sets().test());
  private final TrainingDesk desk = new TrainingDesk(feed, new Models(workshop), snapshots);

  private String state() {
    return new String(Json.object(desk::write), UTF_8);
  }

  private String next(EventFeed.Page page) throws InterruptedException {
    return new String(page.next(Duration.ofSeconds(10)), UTF_8);
  }

  @Test
  void planningHoldsNobodyUpAndIsTold() throws Exception {
    CountDownLatch planned = new CountDownLatch(1);
    CompletableFuture<Boolean> stopped = new CompletableFuture<>();
    EventFeed.Page page = feed.open();
    Thread starting =
        Thread.ofVirtual()
            .start(() ->
                desk.begin(
                    () -> {
                      await(planned);
                      return TestWorkshop.training((pace, listener) -> {
                        stopped.complete(state().contains("\"stopping\""));
                        listener.stopped();
                      });
                    },
                    TrainingDesk.Order.GO));
    assertThat(next(page)).contains("\"status\":\"starting\"").doesNotContain("\"run\"");
    assertThat(state()).contains("\"status\":\"starting\"");
    assertThatThrownBy(() -> desk.begin(workshop.plan, TrainingDesk.Order.GO))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("under way");
    desk.stop();
    assertThat(state()).contains("\"status\":\"stopping\"");
    planned.countDown();
    starting.join();
    assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatCantBePlannedIsAsIfNobodyHadAsked() {
    for (Throwable refusal :
        new Throwable[] {new RefusedException("no", ""), new OutOfMemoryError()}) {
      assertThatThrownBy(() ->
              desk.begin(
                  () -> {
                    throw sneaky(refusal);
                  },
                  TrainingDesk.Order.GO))
          .isSameAs(refusal);
      assertThat(state()).contains("\"status\":\"idle\"");
    }
  }

  private static RuntimeException sneaky(Throwable refusal) {
    if (refusal instanceof Error error) {
      throw error;
    }
    return (RuntimeException) refusal;
  }
}
