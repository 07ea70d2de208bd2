package downhill.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.modelfile.CheckpointFile;
import downhill.modelfile.ModelFile;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.training.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model is a function of rows, parameters and the number of shards, and of nothing else. */
class SameBitsTest {
  private static Map<String, DownhillClassifier> estimators() {
    Map<String, DownhillClassifier> all = new HashMap<>();
    all.put("local", Frames.quick());
    all.put(
        "with momentum, often averaged",
        Frames.quick()
            .setRoundsPerEpoch(3)
            .setOuterMomentum(0.5)
            .setAveraging(0.9)
            .setDropout(0.2));
    all.put("synchronous", Frames.quick().setDescent("synchronous").setBatchSize(100));
    all.put(
        "synchronous, many shards",
        Frames.quick()
            .setDescent("synchronous")
            .setBatchSize(100)
            .setShards(19)
            .setWeightCol("weight"));
    all.put("many shards", Frames.quick().setShards(70).setBatchSize(3).setOptimizer("nesterov"));
    return all;
  }

  private static Map<String, byte[]> trained(int threads, List<Row> rows, int partitions) {
    SparkSession session = Frames.local(threads);
    try {
      Dataset<Row> frame = Frames.frame(session, rows).repartition(partitions).cache();
      Map<String, byte[]> files = new HashMap<>();
      estimators()
          .forEach(
              (name, estimator) -> files.put(name, ModelFile.bytes(estimator.fit(frame).model())));
      return files;
    } finally {
      session.stop();
    }
  }

  @Test
  void whateverTheMachineAndTheOrderOfRows() {
    List<Row> rows = Frames.clouds(500);
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(1));
    Map<String, byte[]> one = trained(1, rows, 1);
    Map<String, byte[]> other = trained(3, shuffled, 7);
    one.forEach((name, file) -> assertThat(other.get(name)).as(name).isEqualTo(file));
    assertThat(one.get("local")).isNotEqualTo(one.get("synchronous"));
  }

  @Test
  void whateverCarriesThem() {
    List<Row> rows = Frames.clouds(500);
    System.setProperty("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    Map<String, byte[]> kryo;
    try {
      kryo = trained(2, rows, 3);
    } finally {
      System.clearProperty("spark.serializer");
    }
    Map<String, byte[]> java = trained(2, rows, 3);
    java.forEach((name, file) -> assertThat(kryo.get(name)).as(name).isEqualTo(file));
  }

  @Test
  void oneShardIsTheTrainerOfASingleMachine() {
    List<Row> rows = Frames.clouds(300);
    SparkSession session = Frames.local(2);
    try {
      Dataset<Row> frame = Frames.frame(session, rows);
      DownhillClassifier estimator =
          Frames.quick().setShards(1).setScaling("none").setOuterMomentum(0);
      Network whole = estimator.fit(frame).model().network();
      List<RowCode> codes = new ArrayList<>();
      for (Row row : rows) {
        double[] x = row.<Vector>getAs(1).toArray();
        float[] numbers = new float[x.length];
        for (int j = 0; j < x.length; j++) {
          numbers[j] = (float) x[j];
        }
        codes.add(RowCode.of((int) row.getDouble(0), 1, numbers));
      }
      Layout layout = new Layout(Frames.FEATURES, false, false, List.of("0", "1", "2"));
      Descent.Plan plan = new Descent.Plan(ConfigurationReader.of(estimator), 1);
      Network single =
          new Trainer(plan.of(0), Execution.singleThread())
              .train(
                  Network.initial(whole.architecture(), estimator.getSeed()),
                  Block.of(codes, layout).data());
      // Stopping between the rounds, averaging one network with itself and going on changes no bit.
      Network cut = estimator.setRoundsPerEpoch(5).fit(frame).model().network();
      for (int l = 1; l <= whole.architecture().layers(); l++) {
        assertThat(whole.weights(l)).isEqualTo(single.weights(l));
        assertThat(cut.weights(l)).isEqualTo(single.weights(l));
      }
    } finally {
      session.stop();
    }
  }

  /** Whatever the optimizer, the averages and the stopping have to remember. */
  @Test
  void aTrainingThatGoesOnFromACheckpoint(@TempDir Path folder) throws IOException {
    SparkSession session = Frames.local(2);
    try {
      Dataset<Row> frame = Frames.frame(session, Frames.clouds(300)).cache();
      Map<String, DownhillClassifier> all = new HashMap<>(estimators());
      all.put(
          "stopping early",
          Frames.quick().setLearningRate(0.05).setPatience(7).setValidationIndicatorCol("judge"));
      all.forEach((name, estimator) -> {
        estimator.setEpochs(8);
        byte[] unbroken = ModelFile.bytes(estimator.fit(frame).model());
        Path checkpoints = folder.resolve(name);
        estimator.setCheckpointDir(checkpoints.toString()).setCheckpointInterval(3);
        assertThat(ModelFile.bytes(estimator.fit(frame).model())).as(name).isEqualTo(unbroken);
        // As if the driver had died between two of them, in the middle of writing a third.
        Path its = onlyFolder(checkpoints);
        damage(its);
        DownhillClassificationModel again = estimator.fit(frame);
        assertThat(again.summary().orElseThrow().resumedAfter()).as(name).isEqualTo(6);
        assertThat(ModelFile.bytes(again.model())).as(name).isEqualTo(unbroken);
        // Another training beside it begins at its beginning.
        DownhillClassificationModel other = estimator.setSeed(99).fit(frame);
        assertThat(other.summary().orElseThrow().resumedAfter()).as(name).isZero();
      });
    } finally {
      session.stop();
    }
  }

  private static Path onlyFolder(Path checkpoints) {
    try (Stream<Path> folders = Files.list(checkpoints)) {
      return folders.findFirst().orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void damage(Path folder) {
    try {
      Files.delete(folder.resolve(CheckpointFile.NAME));
      Files.write(folder.resolve("checkpoint.next.safetensors"), new byte[100]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whoever finds the damage, Hadoop by its own checksums or we by ours. */
  @Test
  void aTrainingWhoseNewestCheckpointIsDamagedGoesOnFromTheOneBefore(@TempDir Path folder)
      throws IOException {
    SparkSession session = Frames.local(2);
    try {
      Dataset<Row> frame = Frames.frame(session, Frames.clouds(300)).cache();
      DownhillClassifier estimator = Frames.quick().setCheckpointDir(folder.toString());
      byte[] unbroken = ModelFile.bytes(estimator.fit(frame).model());
      Path newest = onlyFolder(folder).resolve(CheckpointFile.NAME);
      for (boolean hadoop : new boolean[] {true, false}) {
        if (hadoop) {
          addWrongChecksums(newest);
        } else {
          byte[] damaged = Files.readAllBytes(newest);
          damaged[damaged.length - 100] ^= 1;
          Files.write(newest, damaged);
        }
        DownhillClassificationModel again = estimator.fit(frame);
        assertThat(again.summary().orElseThrow().resumedAfter())
            .as("Hadoop %s", hadoop)
            .isEqualTo(3);
        assertThat(ModelFile.bytes(again.model())).as("Hadoop %s", hadoop).isEqualTo(unbroken);
        // The good one was kept, and not the damaged one in its place.
        Files.delete(newest);
        assertThat(estimator.fit(frame).summary().orElseThrow().resumedAfter())
            .as("Hadoop %s, then gone", hadoop)
            .isEqualTo(3);
      }
    } finally {
      session.stop();
    }
  }

  /** Makes Hadoop, which looks for its checksums beside a file, find damage in it. */
  private static void addWrongChecksums(Path file) throws IOException {
    int chunk = 512;
    int chunks = Math.toIntExact(Math.ceilDiv(Files.size(file), chunk));
    ByteBuffer sums = ByteBuffer.allocate(4 + Integer.BYTES * (1 + chunks));
    sums.put("crc\0".getBytes(StandardCharsets.US_ASCII)).putInt(chunk); // and 0 for each chunk
    Files.write(file.resolveSibling("." + file.getFileName() + ".crc"), sums.array());
  }

  @Test
  void aTrainingWhoseOnlyCheckpointIsDamagedSaysSo(@TempDir Path folder) throws IOException {
    SparkSession session = Frames.local(2);
    try {
      Dataset<Row> frame = Frames.frame(session, Frames.clouds(300)).cache();
      DownhillClassifier estimator = Frames.quick().setCheckpointDir(folder.toString());
      estimator.setEpochs(1).fit(frame);
      Path its = onlyFolder(folder);
      addWrongChecksums(its.resolve(CheckpointFile.NAME));
      assertThatThrownBy(() -> estimator.fit(frame))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("checkpointDir ")
          .hasMessageContaining("no checkpoint there is whole: ")
          .hasMessageContaining(CheckpointFile.NAME + ": ")
          .hasMessageContaining("delete it to begin anew");
    } finally {
      session.stop();
    }
  }

  /** As two candidates of a search may be, which differ in thresholds alone. */
  @Test
  void twoAtOnceThatTrainAlikeTakeTurns(@TempDir Path folder) throws Exception {
    SparkSession session = Frames.local(2);
    try (ExecutorService two = Executors.newFixedThreadPool(2)) {
      Dataset<Row> frame = Frames.frame(session, Frames.clouds(300)).cache();
      byte[] alone = ModelFile.bytes(Frames.quick().fit(frame).model());
      DownhillClassifier estimator = Frames.quick().setCheckpointDir(folder.toString());
      Callable<DownhillClassificationModel> fit = () -> estimator.fit(frame);
      List<Integer> resumed = new ArrayList<>();
      for (Future<DownhillClassificationModel> each : two.invokeAll(Collections.nCopies(2, fit))) {
        assertThat(ModelFile.bytes(each.get().model())).isEqualTo(alone);
        resumed.add(each.get().summary().orElseThrow().resumedAfter());
      }
      assertThat(resumed).containsExactlyInAnyOrder(0, 4);
    } finally {
      session.stop();
    }
  }

  /** The first checkpoint of all was not whole: there is none. */
  @Test
  void aTrainingWhoseFirstCheckpointWasCutBeginsAtItsBeginning(@TempDir Path folder)
      throws IOException {
    SparkSession session = Frames.local(2);
    try {
      Dataset<Row> frame = Frames.frame(session, Frames.clouds(300)).cache();
      DownhillClassifier estimator = Frames.quick().setCheckpointDir(folder.toString());
      byte[] unbroken = ModelFile.bytes(estimator.fit(frame).model());
      Path its = onlyFolder(folder);
      Files.delete(its.resolve(CheckpointFile.PREVIOUS));
      damage(its);
      DownhillClassificationModel again = estimator.fit(frame);
      assertThat(again.summary().orElseThrow().resumedAfter()).isZero();
      assertThat(ModelFile.bytes(again.model())).isEqualTo(unbroken);
    } finally {
      session.stop();
    }
  }
}
