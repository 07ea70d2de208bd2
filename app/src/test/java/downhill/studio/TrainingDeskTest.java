package downhill.studio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.network.Architecture;
import downhill.network.Network;
import downhill.training.Moment;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Started;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One training at a time; what pages hear of one that is planned, refused or broken. */
@Timeout(20)
class TrainingDeskTest {
  private static final Network NETWORK = Network.initial(Architecture.of(16, 3), 1);

  private final EventFeed feed = new EventFeed();
  private final TestWorkshop workshop = new TestWorkshop();
  private final Snapshots snapshots = new Snapshots(feed, () -> workshop.data().sets().test());
  private final Models models = new Models(workshop);
  private final TrainingDesk desk = new TrainingDesk(feed, models, snapshots);

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

  @Test
  void aMistakeEndsTheTrainingAndNotTheDesk() throws Exception {
    EventFeed.Page page = feed.open();
    desk.begin(
        () ->
            TestWorkshop.training((pace, listener) -> {
              throw new QuietError();
            }),
        TrainingDesk.Order.GO);
    String told = next(page);
    while (!told.contains("\"failed\"")) {
      told = next(page);
    }
    assertThat(told).contains("internal error");
    desk.begin(workshop.plan, TrainingDesk.Order.GO);
  }

  /** One whose trace nobody has to see. */
  private static final class QuietError extends Error {
    private static final long serialVersionUID = 1L;

    @Override
    public void printStackTrace(java.io.PrintStream stream) {}
  }

  @Test
  void anOrderBeforeItHasStartedCountsFromWhereItStarts() throws Exception {
    CompletableFuture<Boolean> due = new CompletableFuture<>();
    CountDownLatch ordered = new CountDownLatch(1);
    desk.begin(
        () ->
            TestWorkshop.training((pace, listener) -> {
              await(ordered);
              listener.started(new Started(90, 6, 1, "scalar", 12, NETWORK));
              pace.hold(new Moment(3, 12, 0, 0, 0, 0, () -> NETWORK));
              boolean early = pace.isDue(17);
              due.complete(!early && pace.isDue(18));
              listener.stopped();
            }),
        TrainingDesk.Order.GO);
    desk.order(TrainingDesk.Order.EPOCH);
    ordered.countDown();
    assertThat(due.get(10, TimeUnit.SECONDS))
        .as("held after the epoch that it began with")
        .isTrue();
  }

  @Test
  void whenPagesHearThatItRunsItsNetworkCanBeAsked() throws Exception {
    CountDownLatch heard = new CountDownLatch(1);
    // A network that is set asks which data it is for.
    List<String> states = new CopyOnWriteArrayList<>();
    workshop.whenAsked = () -> states.add(state());
    try (EventFeed.Page page = feed.open()) {
      desk.begin(
          () ->
              TestWorkshop.training((pace, listener) -> {
                listener.started(new Started(90, 6, 1, "scalar", 12, NETWORK));
                await(heard);
                listener.stopped();
              }),
          TrainingDesk.Order.GO);
      String told = next(page);
      while (!told.contains("\"running\"")) {
        told = next(page);
      }
      assertThat(states).as("its network was set before").isNotEmpty();
      assertThat(states.getFirst()).contains("\"starting\"");
      Models.Loaded live = models.get(Models.LIVE);
      assertThat(live.network()).isSameAs(NETWORK);
      assertThat(live.stand()).isEqualTo(new Models.Stand(2, 12));
    } finally {
      heard.countDown();
    }
  }

  /** A network is said to be of the epoch that it is of, and not of the one that has just ended. */
  @Test
  void theBestNetworkIsOfItsEpoch() throws Exception {
    CompletableFuture<Models.Stand> stand = new CompletableFuture<>();
    desk.begin(
        () ->
            TestWorkshop.training((pace, listener) -> {
              listener.started(new Started(90, 6, 1, "scalar", 0, NETWORK));
              listener.epochFinished(epoch(5, 2), 1, 1, null);
              stand.complete(models.get(Models.LIVE).stand());
              listener.stopped();
            }),
        TrainingDesk.Order.GO);
    assertThat(stand.get(10, TimeUnit.SECONDS)).isEqualTo(new Models.Stand(2, 12));
  }

  private static EpochFinished epoch(int epoch, int best) {
    return new EpochFinished(
        epoch, 6L * epoch, 1, 0.5, 0.5, 0.1, 1, List.of(1.0), List.of(), null, null, best, NETWORK);
  }

  private static RuntimeException sneaky(Throwable refusal) {
    if (refusal instanceof Error error) {
      throw error;
    }
    return (RuntimeException) refusal;
  }
}
