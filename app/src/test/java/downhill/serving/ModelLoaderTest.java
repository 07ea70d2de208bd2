package downhill.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.modelfile.Model;
import downhill.network.Execution;
import downhill.network.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downhill's own engine behind the server. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ModelLoaderTest {
  private static final int INPUTS = 40;
  private static final int CLASSES = 5;
  private static final Model MODEL = Models.random("40-60-5", 3);

  /** The first batch that a team computes. */
  private static final int MANY = 128;

  @TempDir private Path folder = Path.of("");

  /** Threads of teams that other tests have not closed, or that have not ended yet. */
  private Set<Thread> others = Set.of();

  @BeforeEach
  void lookAround() {
    others = team();
  }

  private static Set<Thread> team() {
    Set<Thread> found = new HashSet<>(Thread.getAllStackTraces().keySet());
    found.removeIf(thread -> !thread.getName().startsWith("downhill-"));
    return found;
  }

  /** Returns the threads of teams that this test has started. */
  private Set<Thread> started() {
    Set<Thread> found = team();
    found.removeAll(others);
    return found;
  }

  private Path file() throws IOException {
    return Models.save(MODEL, folder.resolve("m.safetensors"));
  }

  private Classifier load(int threads) throws IOException {
    return ModelLoader.own(new Execution(threads, Kernel.AUTO)).load(file()).classifier();
  }

  private static float[] examples(int count) {
    SplittableRandom random = new SplittableRandom(count);
    float[] x = new float[count * INPUTS];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextInt(256) / 255f;
    }
    return x;
  }

  private static void ask(Classifier classifier, int count) throws Exception {
    classifier.classify(examples(count), 0, count, new float[count * CLASSES], new int[count]);
  }

  private static void check(float[] x, int from, float[] probabilities, int[] classes) {
    for (int i = 0; i < classes.length; i++) {
      float[] one = Arrays.copyOfRange(x, (from + i) * INPUTS, (from + i + 1) * INPUTS);
      float[] its = Arrays.copyOfRange(probabilities, i * CLASSES, (i + 1) * CLASSES);
      assertThat(its).as("example %s", i).isEqualTo(MODEL.network().probabilities(one));
      assertThat(classes[i]).as("example %s", i).isEqualTo(MODEL.network().classify(one));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 127, 128, 129, 400})
  void theThreadAloneAndTheTeamGiveTheSameBits(int count) throws Exception {
    float[] x = examples(count + 2);
    float[] probabilities = new float[count * CLASSES];
    int[] classes = new int[count];
    try (Classifier classifier = load(2)) {
      classifier.classify(x, 2, count, probabilities, classes);
    }
    check(x, 2, probabilities, classes);
  }

  @Test
  void aTeamIsThereFromTheFirstLargeBatchOn() throws Exception {
    Classifier classifier = load(4);
    ask(classifier, 1);
    ask(classifier, MANY - 1);
    assertThat(started()).as("small batches need none").isEmpty();
    ask(classifier, MANY);
    Set<Thread> team = started();
    assertThat(team).as("the fourth is the one that asks").hasSize(3);
    ask(classifier, MANY);
    ask(classifier, 400);
    assertThat(started()).as("one team for all").isEqualTo(team);
    classifier.close();
    for (Thread thread : team) {
      thread.join();
    }
    assertThatThrownBy(() -> ask(classifier, MANY)).hasMessageContaining("closed");
    assertThat(started()).isEmpty();
  }

  @Test
  void aModelThatNobodyAskedForMuchEndsWithoutATeam() throws Exception {
    Classifier classifier = load(4);
    ask(classifier, 1);
    classifier.close();
    assertThatThrownBy(() -> ask(classifier, MANY)).hasMessageContaining("closed");
    assertThat(started()).isEmpty();
  }

  @Test
  void oneThreadIsNoTeam() throws Exception {
    try (Classifier classifier = load(1)) {
      ask(classifier, 400);
      assertThat(started()).isEmpty();
    }
  }

  /** The first large request of a model that has just been replaced. */
  @Test
  void aTeamThatIsMadeLateAnswersAndEndsWithItsModel() throws Exception {
    Path file = file();
    ModelLoader loader = ModelLoader.own(new Execution(4, Kernel.AUTO));
    float[] x = examples(400);
    float[] probabilities = new float[400 * CLASSES];
    int[] classes = new int[400];
    Set<Thread> team;
    try (ModelRepository models =
        ModelRepository.open(List.of(new ModelLocation("m", file)), loader, new Heard())) {
      ServedModel held = models.acquire("m", null);
      Models.save(Models.random("40-7-5", 4), file);
      models.look();
      models.look();
      ServedModel successor = models.acquire("m", null);
      assertThat(successor.network()).isEqualTo("40-7-5");
      successor.release();
      assertThat(started()).isEmpty();
      held.classify(x, 400, probabilities, classes);
      team = started();
      assertThat(team).hasSize(3);
      held.release();
      for (Thread thread : team) {
        thread.join();
      }
    }
    check(x, 0, probabilities, classes);
    assertThat(started()).isEmpty();
  }
}
