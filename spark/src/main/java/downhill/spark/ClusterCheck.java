package downhill.spark;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Whether the machines of a cluster can run Downhill at all. */
final class ClusterCheck {
  private static final int JAVA = 25;

  private ClusterCheck() {}

  /**
   * Checks the executors' Java. It is asked for with a function of Spark's own, since an older Java
   * could not even load a class of ours to say so.
   *
   * @throws IllegalStateException if it is too old
   */
  static void java(SparkSession session) {
    int slots = Math.max(1, session.sparkContext().defaultParallelism());
    List<Row> versions =
        session
            .range(0, slots, 1, slots)
            .selectExpr(
                "java_method('java.lang.System', 'getProperty', 'java.specification.version')")
            .distinct()
            .collectAsList();
    for (Row row : versions) {
      check(row.getString(0));
    }
  }

  static void check(String version) {
    int found = Integer.parseInt(version.startsWith("1.") ? version.substring(2) : version);
    if (found < JAVA) {
      throw new IllegalStateException(
          "Downhill needs Java %d on every machine of the cluster, found executors with Java %d; point spark.executorEnv.JAVA_HOME (YARN, Kubernetes: the image) to a newer one"
              .formatted(JAVA, found));
    }
  }
}
