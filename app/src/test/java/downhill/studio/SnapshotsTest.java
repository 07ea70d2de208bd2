package downhill.studio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.Dataset;
import downhill.network.Architecture;
import downhill.network.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pictures are made beside the training, and the last ones asked for are always made. */
@Timeout(20)
class SnapshotsTest {
  private final EventFeed feed = new EventFeed();
  private final TestWorkshop workshop = new TestWorkshop();
  private final CountDownLatch held = new CountDownLatch(1);
  private final Snapshots snapshots =
      new Snapshots(
          feed,
          () -> {
            try {
              held.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return workshop.data().sets().test();
          });

  private static Network network(int width) {
    return Network.initial(Architecture.of(16, width, 3), 1);
  }

  @Test
  void theLastOneAskedForIsMade() throws Exception {
    EventFeed.Page page = feed.open();
    Network last = network(8);
    snapshots.make(network(8), 1);
    while (snapshots.isIdle()) {
      Thread.onSpinWait();
    }
    snapshots.make(network(8), 2);
    snapshots.make(last, 3);
    held.countDown();
    String told = new String(page.next(Duration.ofSeconds(10)), UTF_8);
    while (!told.contains("\"step\":3,")) {
      told = new String(page.next(Duration.ofSeconds(10)), UTF_8);
    }
    assertThat(told).contains(new String(snapshots.of(last, 3), UTF_8));
  }

  /** Of many classes, the true one and those that the network thinks of are drawn. */
  @Test
  void theClassesThatMatterAreDrawn() {
    int classes = 40;
    List<String> names = IntStream.range(0, classes).mapToObj(k -> "class " + k).toList();
    Dataset test = Dataset.of(new byte[] {9, 99, 0, 40}, 2, 2, new int[] {classes - 1}, names);
    Network network = Network.initial(Architecture.of(4, classes), 1);
    String json = new String(new Snapshots(feed, () -> test).of(network, 0), UTF_8);
    List<Integer> drawn =
        Pattern.compile(",")
            .splitAsStream(json.replaceFirst(".*\"units\":\\[([\\d,]+)].*", "$1"))
            .map(Integer::valueOf)
            .toList();
    float[] probabilities = network.probabilities(test.example(0));
    List<Integer> likely =
        IntStream.range(0, classes)
            .boxed()
            .sorted(Comparator.comparingDouble(k -> -probabilities[k]))
            .toList();
    assertThat(likely.subList(0, 11))
        .as("the true class has a place of its own")
        .doesNotContain(39);
    List<Integer> expected = new ArrayList<>(likely.subList(0, 11));
    expected.add(classes - 1);
    assertThat(drawn).containsExactlyInAnyOrderElementsOf(expected).isSorted();
  }

  @Test
  void eachNetworkIsShownByItsOwnUnits() throws Exception {
    held.countDown();
    Thread[] asking = new Thread[2];
    for (int t = 0; t < asking.length; t++) {
      Network network = network(t == 0 ? 3 : 40);
      asking[t] =
          Thread.ofPlatform()
              .start(() -> {
                for (int n = 0; n < 500; n++) {
                  snapshots.of(network, n);
                }
              });
      asking[t].setUncaughtExceptionHandler((thread, failure) -> failed = failure);
    }
    for (Thread thread : asking) {
      thread.join();
    }
    assertThat(failed).isNull();
  }

  private volatile @Nullable Throwable failed;
}
