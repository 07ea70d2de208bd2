package downhill.spark;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.modelfile.ModelFile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

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
  void oneShardIsTheTrainerOfASingleMachine() {
    SparkSession session = Frames.local(2);
    try {
      Dataset<Row> frame = Frames.frame(session, Frames.clouds(300));
      DownhillClassifier estimator = Frames.quick().setShards(1);
      byte[] whole = ModelFile.bytes(estimator.fit(frame).model());
      // Stopping between the rounds, averaging one network with itself and going on changes no bit.
      byte[] cut = ModelFile.bytes(estimator.setRoundsPerEpoch(5).fit(frame).model());
      assertThat(weights(cut)).isEqualTo(weights(whole));
    } finally {
      session.stop();
    }
  }

  /** Returns the end of a file: its tensors, without the settings. */
  private static List<Byte> weights(byte[] file) {
    List<Byte> tail = new ArrayList<>();
    for (int i = file.length - 1000; i < file.length; i++) {
      tail.add(file[i]);
    }
    return tail;
  }
}
