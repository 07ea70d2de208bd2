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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
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
    DownhillClassifier estimator = longer().setDescent("synchronous");
    estimator.clear(estimator.roundsPerEpoch()).clear(estimator.outerMomentum());
    return estimator;
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

  /** Watches the tasks of a session. */
  private static final class Watch extends SparkListener {
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger speculative = new AtomicInteger();
    private final AtomicInteger executorsLost = new AtomicInteger();

    static Watch of(SparkSession session) {
      Watch watch = new Watch();
      session.sparkContext().addSparkListener(watch);
      return watch;
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      if (start.taskInfo().speculative()) {
        speculative.incrementAndGet();
      }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      ended.incrementAndGet();
      if (!end.taskInfo().successful()) {
        failed.incrementAndGet();
      }
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
      executorsLost.incrementAndGet();
    }

    /** Waits until so many more tasks have ended: a training of some minutes is under way. */
    void awaitTasks(int more) {
      await(ended, ended.get() + more);
    }

    static void await(AtomicInteger counter, int value) {
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
      while (counter.get() < value) {
        assertThat(System.nanoTime()).isLessThan(end);
        pause(10);
      }
    }
  }

  private static void pause(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anExecutorThatIsKilledChangesNoBit() {
    with(
        on(2),
        session -> {
          Watch watch = Watch.of(session);
          CompletableFuture<byte[]> training =
              CompletableFuture.supplyAsync(() -> trained(session, longer()));
          watch.awaitTasks(30);
          assertThat(training).isNotDone();
          String application = session.sparkContext().applicationId();
          cluster.executors(application).getFirst().destroyForcibly();
          assertThat(training.join()).isEqualTo(expected);
          assertThat(watch.executorsLost).hasPositiveValue();
        });
  }

  @Test
  void tasksThatFailAreDoneAgain() {
    with(
        on(2),
        session -> {
          Watch watch = Watch.of(session);
          Dataset<Row> frame = Frames.frame(session, Frames.clouds(ROWS)).repartition(5);
          Dataset<Row> unlucky =
              session.createDataFrame(
                  frame
                      .javaRDD()
                      .map(row -> {
                        if (TaskContext.get().attemptNumber() == 0) {
                          throw new IllegalStateException("meant to fail the first time");
                        }
                        return row;
                      }),
                  frame.schema());
          assertThat(ModelFile.bytes(longer().fit(unlucky).model())).isEqualTo(expected);
          assertThat(watch.failed).hasPositiveValue();
        });
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
    with(
        eager,
        session -> {
          Watch watch = Watch.of(session);
          CompletableFuture<byte[]> training =
              CompletableFuture.supplyAsync(() -> trained(session, longer()));
          watch.awaitTasks(30);
          // One machine stands still; what it had begun is done a second time elsewhere.
          String application = session.sparkContext().applicationId();
          ProcessHandle slow = cluster.executors(application).getFirst();
          signal(slow, "STOP");
          Watch.await(watch.speculative, 1);
          signal(slow, "CONT");
          assertThat(training.join()).isEqualTo(expected);
        });
  }

  private static void signal(ProcessHandle process, String name) {
    try {
      int status =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
      assertThat(status).isZero();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aDriverThatIsKilledGoesOnFromItsCheckpoint() throws Exception {
    Path checkpoints = folder.resolve("checkpoints");
    Path model = folder.resolve("model");
    Process driver = driver(checkpoints, model);
    try {
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
      while (!Files.exists(only(checkpoints).resolve(CheckpointFile.PREVIOUS))) {
        assertThat(driver.isAlive()).as("driver").isTrue();
        assertThat(System.nanoTime()).isLessThan(end);
        Thread.sleep(20);
      }
    } finally {
      driver.destroyForcibly().waitFor();
    }
    assertThat(model).doesNotExist();
    assertThat(CheckpointFile.load(only(checkpoints)).checkpoint().state().epoch())
        .isBetween(3, 12);
    Process second = driver(checkpoints, model);
    assertThat(second.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(second.exitValue()).as(Files.readString(folder.resolve("driver.log"))).isZero();
    assertThat(Files.readAllBytes(model.resolve(ModelFile.NAME))).isEqualTo(expected);
    assertThat(Files.readString(folder.resolve("driver.log")))
        .containsPattern("went on after epoch [2-9]|went on after epoch 1[01]");
  }

  /** Returns the folder of the one training that keeps its checkpoints here; or else here. */
  private static Path only(Path checkpoints) throws IOException {
    if (!Files.exists(checkpoints)) {
      return checkpoints;
    }
    try (Stream<Path> trainings = Files.list(checkpoints)) {
      return trainings.findFirst().orElse(checkpoints);
    }
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
      DownhillClassificationModel model = longer().setCheckpointDir(arguments[1]).fit(frame);
      System.out.println("went on after epoch " + model.summary().orElseThrow().resumedAfter());
      model.write().save(arguments[2]);
      session.stop();
    }
  }
}
