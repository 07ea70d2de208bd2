package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.data.Augmentation;
import downhill.data.CsvFile;
import downhill.data.CsvFormat;
import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.data.TableCache;
import downhill.data.TableSchema;
import downhill.engine.Kernels;
import downhill.engine.OwnJvm;
import downhill.engine.ThreadTeam;
import downhill.engine.TrainingStep;
import downhill.evaluation.Answers;
import downhill.evaluation.Evaluation;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import downhill.network.Predictor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training on tables, from the heap and from a mapped file. */
class TableTrainingTest {
  @TempDir private Path folder = Path.of("");
  private Path file = Path.of("");

  /**
   * Writes two classes that a ring tells apart, in numbers far from 0, with a colour beside them.
   */
  private static Path table(Path file, int rows) throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    StringBuilder text = new StringBuilder("x,y,colour,label\n");
    for (int i = 0; i < rows; i++) {
      double angle = 2 * Math.PI * random.nextDouble();
      boolean inner = random.nextBoolean();
      double radius = (inner ? 1 : 2.5) + 0.2 * random.nextGaussian();
      text.append(
          String.format(
              Locale.ROOT,
              "%.4f,%.3f,%s,%s\n",
              1e5 + 100 * radius * Math.cos(angle),
              -3 + 0.1 * radius * Math.sin(angle),
              random.nextBoolean() ? "red" : "blue",
              inner ? "in" : "out"));
    }
    return Files.writeString(file, text.toString());
  }

  @BeforeEach
  void write() throws IOException {
    file = table(folder.resolve("ring.csv"), 1200);
  }

  private Datasets load(long memory) throws IOException {
    return CsvFile.load(file, null, 0.25, CsvFormat.DEFAULT, new TableCache(folder, memory));
  }

  private static TrainingConfiguration configuration() {
    return TrainingConfiguration.descent(20, 16, 0.1, 7);
  }

  private static Network train(Dataset data, Execution execution) {
    Network start = Network.initial(Architecture.of(4, 24, 2), 5);
    return new Trainer(configuration(), execution).train(start, data);
  }

  private static List<float[]> bits(Network network) {
    List<float[]> all = new ArrayList<>();
    for (int l = 1; l <= network.architecture().layers(); l++) {
      all.add(network.weights(l));
      all.add(network.biases(l));
    }
    return all;
  }

  @Test
  void learnsARing() throws IOException {
    Datasets data = load(1 << 20);
    Network network = train(data.train(), Execution.defaults());
    assertThat(Evaluation.of(network, data.test(), Execution.defaults()).accuracy())
        .isGreaterThan(0.98);
  }

  @Test
  void oneAnswerWhereverTheRowsLie() throws IOException {
    Network expected = train(load(1 << 20).train(), new Execution(1, Kernel.SCALAR));
    for (long memory : new long[] {1 << 20, 4000, 0}) {
      for (int threads = 1; threads <= 3; threads++) {
        Network network = train(load(memory).train(), new Execution(threads, Kernel.VECTOR));
        assertThat(bits(network))
            .as("%s bytes of memory, %s threads", memory, threads)
            .usingRecursiveComparison()
            .isEqualTo(bits(expected));
      }
    }
  }

  @Test
  void goesOnToTheSameBits() throws IOException {
    Dataset train = load(0).train();
    List<TrainingState> states = new ArrayList<>();
    Network start = Network.initial(Architecture.of(4, 9, 2), 5);
    Network expected =
        new Trainer(configuration(), Execution.defaults())
            .with(new Checkpoints(100))
            .train(
                start,
                train,
                event -> {
                  if (event instanceof TrainingEvent.CheckpointReached reached) {
                    states.add(reached.state());
                  }
                });
    Network network =
        new Trainer(configuration(), Execution.defaults())
            .resume(states.get(3), load(1 << 20).train(), null, event -> {});
    assertThat(bits(network)).usingRecursiveComparison().isEqualTo(bits(expected));
  }

  @Test
  void answersAreThoseOfThePredictor() throws IOException {
    Datasets data = load(0);
    Network network = train(data.train(), Execution.defaults());
    Answers answers = Answers.of(network, data.test(), Execution.defaults());
    try (Predictor predictor = new Predictor(network, Execution.defaults())) {
      for (int i = 0; i < data.test().size(); i++) {
        float[] x = data.test().example(i);
        assertThat(answers.get(i).predicted()).isEqualTo(predictor.predict(x, 0, 1).label(0));
        assertThat(answers.get(i).predicted()).isEqualTo(network.classify(x));
      }
    }
  }

  @Test
  void oneLayerAndOneInput() throws IOException {
    Path one = folder.resolve("one.csv");
    Files.writeString(one, "x,label\n" + "1,a\n5,b\n2,a\n6,b\n".repeat(8));
    Datasets data = CsvFile.load(one, null, 0.25, CsvFormat.DEFAULT, TableCache.standard());
    Network start = Network.initial(Architecture.of(1, 2), 5);
    TrainingConfiguration recipe = TrainingConfiguration.descent(50, 4, 0.5, 1);
    Network network = new Trainer(recipe, Execution.defaults()).train(start, data.train());
    assertThat(Evaluation.of(network, data.test(), Execution.defaults()).accuracy()).isEqualTo(1);
  }

  @Test
  void refusesToChangeImages() throws IOException {
    Dataset train = load(0).train();
    TrainingConfiguration turned =
        configuration().withAugmentation(new Augmentation(0, 0.5, 0, 0, 0));
    Network start = Network.initial(Architecture.of(4, 2), 5);
    assertThatThrownBy(() -> new Trainer(turned, Execution.defaults()).train(start, train))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("augmentation: expected images");
  }

  /** A split has means of its own, so what was held out before has to be given them. */
  @Test
  void refusesAValidationSetOfOtherMeans() throws IOException {
    Datasets data = load(0);
    Dataset learned = data.train().split(0.1, 1).train();
    Trainer trainer = new Trainer(configuration().withEpochs(1), Execution.defaults());
    Network start = Network.initial(Architecture.of(4, 2), 5);
    assertThatThrownBy(() -> trainer.train(start, learned, data.test(), event -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "validation: expected the schema of the data, with its means, scales and shares, found"
                + " another; take validation.with(data.schema())");
    trainer.train(start, learned, data.test().with(schema(learned)), event -> {});
  }

  private static TableSchema schema(Dataset data) {
    return Objects.requireNonNull(data.schema());
  }

  /** Nothing is allocated where a batch of a table is fetched, mapped or not, once compiled. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1 << 20})
  void allocatesNothing(long memory) throws Exception {
    assertThat(
            OwnJvm.bytes(
                Fetches.class, 0, "-Ddownhill.file=" + file, "-Ddownhill.memory=" + memory))
        .as("bytes a batch")
        .isZero();
  }

  /** Fetches one batch again and again; a JVM of its own. */
  static final class Fetches {
    private Fetches() {}

    public static void main(String[] arguments) throws IOException {
      Path file = Path.of(System.getProperty("downhill.file", ""));
      TableCache cache = new TableCache(null, Long.getLong("downhill.memory", 0));
      Dataset data = CsvFile.load(file, null, 0.25, CsvFormat.DEFAULT, cache).train();
      TrainingConfiguration configuration = TrainingConfiguration.descent(1, 64, 0.1, 1);
      TrainingStep.Settings settings = EngineSettings.of(configuration);
      Network network = Network.initial(Architecture.of(4, 17, 2), 1);
      try (ThreadTeam team = new ThreadTeam(2)) {
        TrainingStep step =
            new TrainingStep(
                new Parameters(network, settings.update(), List.of()).layers(),
                64,
                Kernels.choose("AUTO"),
                team,
                settings);
        BatchFeed feed = new BatchFeed(configuration, data, step, team.members());
        feed.begin(1);
        OwnJvm.printBytes(() -> feed.fetch(0, 64, 0));
      }
    }
  }
}
