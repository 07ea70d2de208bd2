package downhill.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.data.Preparation;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Architecture;
import downhill.network.Network;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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

  private String answer(String run, Map<String, String> provenance, Path folder) throws Exception {
    Path file = Files.createDirectories(folder.resolve(run)).resolve("model.safetensors");
    ModelFile.save(new Model(network(1), List.of("a", "b", "c"), new TreeMap<>(provenance)), file);
    workshop.runs = () -> folder;
    return new String(Json.object(json -> models.get(run).write(json)), StandardCharsets.UTF_8);
  }

  /** Its numbers would be right for other images, and wrong for those that are shown. */
  @Test
  void aRunOfOtherImagesIsRefusedAndOneOfOtherDataSaysSo(@TempDir Path folder) throws Exception {
    String own = workshop.data().sets().train().sha256();
    assertThat(answer("own", Map.of("data_sha256", own), folder)).doesNotContain("other_data");
    assertThat(answer("foreign", Map.of(), folder)).doesNotContain("other_data");
    assertThat(answer("other", Map.of("data_sha256", "00"), folder))
        .contains("\"other_data\":true");
    Preparation alike = Preparation.grey(4, 4);
    assertThat(answer("alike", alike.metadata(), folder)).doesNotContain("other_data");
    for (Preparation preparation :
        List.of(alike.withInvert(true), alike.withFit(Preparation.Fit.CROP))) {
      assertThatThrownBy(() -> answer("prepared", preparation.metadata(), folder))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining(
              "run prepared: expected images prepared as for it (%s), found 4x4 grey pad in use"
                  .formatted(preparation));
    }
    Map<String, String> damaged = new TreeMap<>(alike.metadata());
    damaged.put("image_invert", "perhaps");
    assertThatThrownBy(() -> answer("damaged", damaged, folder))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("image_invert: expected true or false");
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
