package downhill.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.network.Architecture;
import downhill.network.Network;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The networks that can be asked, and who waits for whom. */
@Timeout(20)
class ModelsTest {
  private final TestWorkshop workshop = new TestWorkshop();
  private final Models models = new Models(workshop);

  private static Network network(int seed) {
    return Network.initial(Architecture.of(16, 8, 3), seed);
  }

  @Test
  void theTrainingDoesNotWaitForAModelThatIsRead() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch read = new CountDownLatch(1);
    workshop.runs =
        () -> { // as slow as a disk may be
          reading.countDown();
          try {
            read.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return Path.of("none");
        };
    Thread asking =
        Thread.ofPlatform()
            .start(() -> {
              try {
                models.get("1");
              } catch (RefusedException none) {
                return; // there is no such run
              }
            });
    reading.await();
    models.setLive(network(1), new Models.Stand(1, 2));
    assertThat(models.hasLive()).isTrue();
    assertThat(models.get(Models.LIVE).stand()).isEqualTo(new Models.Stand(1, 2));
    read.countDown();
    asking.join();
  }

  @Test
  void theLastOnesAskedAreKeptAndNoMore() {
    Models.Loaded[] loaded = new Models.Loaded[Asked.MOST + 1];
    for (int i = 0; i < loaded.length; i++) {
      models.setLive(network(i), new Models.Stand(1, i));
      loaded[i] = models.get(Models.LIVE);
      models.keep(loaded[i]);
      assertThat(models.askedBefore(loaded[0].key()).network()).isSameAs(loaded[0].network());
    }
    assertThat(loaded).extracting(Models.Loaded::key).doesNotHaveDuplicates();
    assertThatThrownBy(() -> models.askedBefore(loaded[1].key())).hasMessageContaining("not kept");
    assertThat(models.askedBefore(loaded[2].key())).isSameAs(loaded[2]);
    models.clear();
    assertThatThrownBy(() -> models.askedBefore(loaded[2].key()))
        .isInstanceOf(RefusedException.class);
  }
}
