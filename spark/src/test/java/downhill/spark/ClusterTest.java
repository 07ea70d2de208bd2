package downhill.spark;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.modelfile.CheckpointFile;
import downhill.modelfile.ModelFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Training on a real cluster, whose machines are processes that can be killed. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ClusterTest {
  private static final int ROWS = 500;

  @TempDir static Path files;
  @TempDir Path folder;

  private static Cluster cluster;
  private static byte[] expected;
  private static byte[] expectedSynchronous;

  @BeforeAll
  static void begin() {
    SparkSession session = Frames.local(2);
    try {
      Dataset<Row> frame = Frames.frame(session, Frames.clouds(ROWS));
      expected = ModelFile.bytes(longer().fit(frame).model());
      expectedSynchronous = ModelFile.bytes(synchronous().fit(frame).model());
    } finally {
      session.stop();
    }
    cluster = new Cluster(files, 4, "700m");
  }

  @AfterAll
  static void end() {
    cluster.close();
  }

  private static DownhillClassifier longer() {
    return Frames.quick().setEpochs(12).setRoundsPerEpoch(2).setOuterMomentum(0).setBatchSize(50);
  }

  private static DownhillClassifier synchronous() {
    return longer().setRoundsPerEpoch(1).setDescent("synchronous");
  }

  private static byte[] trained(SparkSession session, DownhillClassifier estimator) {
    Dataset<Row> frame = Frames.frame(session, Frames.clouds(ROWS)).repartition(5);
    return ModelFile.bytes(estimator.fit(frame).model());
  }

  private static void with(SparkSession.Builder builder, Consumer<SparkSession> work) {
    SparkSession session = builder.getOrCreate();
    try {
      work.accept(session);
    } finally {
      session.stop();
    }
  }

  private static SparkSession.Builder on(int executors) {
    return Cluster.session(cluster.url()).config("spark.cores.max", executors);
  }

  @Test
  void oneAndFourExecutorsGiveTheBitsOfOneProcess() {
    with(on(1), session -> assertThat(trained(session, longer())).isEqualTo(expected));
    with(
        on(4),
        session -> {
          assertThat(trained(session, longer())).isEqualTo(expected);
          assertThat(trained(session, synchronous())).isEqualTo(expectedSynchronous);
        });
  }

  @Test
  void anExecutorThatIsKilledChangesNoBit() {
    with(
        on(2),
        session -> {
          DownhillClassifier estimator = longer().setEpochs(40);
          byte[] undisturbed = trained(session, estimator);
          CompletableFuture<byte[]> training =
              CompletableFuture.supplyAsync(() -> trained(session, estimator));
          // While it trains: the worker starts another one.
          long killed = killOne();
          assertThat(training.join()).isEqualTo(undisturbed);
          assertThat(cluster.executors()).noneMatch(process -> process.pid() == killed);
        });
  }

  private static long killOne() {
    try {
      Thread.sleep(1500);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    ProcessHandle executor = cluster.executors().getFirst();
    executor.destroyForcibly();
    return executor.pid();
  }

  @Test
  void speculationChangesNoBit() {
    SparkSession.Builder eager =
        on(3)
            .config("spark.speculation", true)
            .config("spark.speculation.interval", "10ms")
            .config("spark.speculation.multiplier", 1.01)
            .config("spark.speculation.quantile", 0.25)
            .config("spark.speculation.minTaskRuntime", "1ms");
    with(eager, session -> assertThat(trained(session, longer())).isEqualTo(expected));
  }

  @Test
  void aDriverThatIsKilledGoesOnFromItsCheckpoint() throws Exception {
    Path checkpoints = folder.resolve("checkpoints");
    Path model = folder.resolve("model");
    Process driver = driver(checkpoints, model);
    try {
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
      while (!Files.exists(checkpoints.resolve(CheckpointFile.PREVIOUS))) {
        assertThat(driver.isAlive()).as("driver").isTrue();
        assertThat(System.nanoTime()).isLessThan(end);
        Thread.sleep(20);
      }
    } finally {
      driver.destroyForcibly().waitFor();
    }
    assertThat(model).doesNotExist();
    assertThat(CheckpointFile.load(checkpoints).checkpoint().state().epoch()).isBetween(3, 12);
    Process second = driver(checkpoints, model);
    assertThat(second.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(second.exitValue()).as(Files.readString(folder.resolve("driver.log"))).isZero();
    assertThat(Files.readAllBytes(model.resolve(ModelFile.NAME))).isEqualTo(expected);
  }

  private Process driver(Path checkpoints, Path model) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--") || option.startsWith("-Djdk."))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            Driver.class.getName(),
            cluster.url(),
            checkpoints.toString(),
            model.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("driver.log").toFile()))
        .start();
  }

  /** A driver in a process of its own. */
  static final class Driver {
    private Driver() {}

    public static void main(String[] arguments) throws IOException {
      SparkSession session =
          Cluster.session(arguments[0]).config("spark.cores.max", 2).getOrCreate();
      Dataset<Row> frame = Frames.frame(session, Frames.clouds(ROWS));
      longer().setCheckpointDir(arguments[1]).fit(frame).write().save(arguments[2]);
      session.stop();
    }
  }
}
