package downhill.spark;

import downhill.data.Column;
import downhill.data.Missing;
import downhill.data.TableSchema;
import downhill.training.PartialMean;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * The rows of a training in a fixed number of shards, kept on the cluster as compact blocks. What
 * is in a shard, and in which order, depends on the rows and the number of shards alone; so does
 * every sum over shards, which runs in their order.
 */
final class Shards implements AutoCloseable {
  /** How many parts are put together at a time. */
  private static final int NEIGHBOURS = 8;

  private final JavaRDD<Block> blocks;
  private final int count;

  private Shards(JavaRDD<Block> blocks, int count) {
    this.blocks = blocks;
    this.count = count;
  }

  /** Distributes rows. Nothing is computed before it is asked for. */
  static Shards of(JavaRDD<RowCode> rows, int count, Layout layout) {
    JavaRDD<Block> blocks =
        rows.mapToPair(row -> new Tuple2<>(row.shard(count), row))
            .partitionBy(new HashPartitioner(count))
            .mapPartitions(
                pairs -> {
                  List<RowCode> its = new ArrayList<>();
                  pairs.forEachRemaining(pair -> its.add(pair._2()));
                  return List.of(Block.of(its, layout)).iterator();
                },
                true)
            .persist(StorageLevel.MEMORY_AND_DISK());
    return new Shards(blocks, count);
  }

  int count() {
    return count;
  }

  /** What is computed from a shard. */
  @FunctionalInterface
  interface Work<T> extends Serializable {
    /** Returns the result for a shard that has examples that count. */
    T of(int shard, Block block);
  }

  /** Returns the result of each shard that counts anything, in the order of the shards. */
  <T> List<T> each(Work<T> work) {
    return sorted(numbered(work).collect());
  }

  private <T> JavaRDD<Tuple2<Integer, T>> numbered(Work<T> work) {
    return blocks.mapPartitionsWithIndex(
        (shard, its) -> {
          Block block = its.next();
          return block.countsNothing()
              ? Collections.emptyIterator()
              : List.of(new Tuple2<>(shard, work.of(shard, block))).iterator();
        },
        true);
  }

  /**
   * Returns the mean over all shards that count anything. Few shards are put together by the
   * driver; more of them first by the machines, eight neighbours at a time, so that the sums have
   * one order and nobody receives all.
   */
  PartialMean mean(Work<PartialMean> work) {
    if (count <= NEIGHBOURS) {
      return PartialMean.mean(each(work));
    }
    JavaPairRDD<Integer, PartialMean> parts = numbered(work).mapToPair(pair -> pair);
    int left = count;
    while (left > NEIGHBOURS) {
      left = Math.ceilDiv(left, NEIGHBOURS);
      parts =
          parts
              .mapToPair(part -> new Tuple2<>(part._1() / NEIGHBOURS, part))
              .groupByKey(left)
              .mapToPair(group -> new Tuple2<>(group._1(), PartialMean.mean(sorted(group._2()))));
    }
    return PartialMean.mean(sorted(parts.collect()));
  }

  private static <T> List<T> sorted(Iterable<Tuple2<Integer, T>> parts) {
    List<Tuple2<Integer, T>> sorted = new ArrayList<>();
    parts.forEach(sorted::add);
    sorted.sort(Comparator.comparingInt(Tuple2::_1));
    return sorted.stream().map(Tuple2::_2).toList();
  }

  /** Returns the shards with each block made another; these are not needed any more then. */
  Shards mapped(Function<Block, Block> change) {
    return new Shards(blocks.map(change).persist(StorageLevel.MEMORY_AND_DISK()), count);
  }

  /** Returns how many examples there are. */
  long size() {
    return each((shard, block) -> (long) block.size()).stream().mapToLong(Long::longValue).sum();
  }

  /** Returns a hash of all examples in their order. */
  long fingerprint() {
    long state = count;
    for (long one : each((shard, block) -> block.fingerprint())) {
      state = RowCode.mixed(state ^ one);
    }
    return state;
  }

  /**
   * Learns what standardises the features.
   *
   * @param names of the features
   * @param label the name of the label
   */
  TableSchema schema(List<String> names, String label) {
    double n = 0;
    for (double weight : each((shard, block) -> block.weight())) {
      n += weight;
    }
    double[] zeros = new double[names.size()];
    double[] means = sums(zeros, 1, n);
    double[] squares = sums(means, 2, n);
    boolean[] constant = constant(names.size());
    List<Column> columns =
        IntStream.range(0, names.size())
            .<Column>mapToObj(j -> {
              double deviation = constant[j] ? 0 : Math.sqrt(squares[j]);
              return new Column.Numeric(names.get(j), means[j], deviation > 0 ? 1 / deviation : 0);
            })
            .toList();
    return new TableSchema(columns, label, Missing.ERROR);
  }

  /**
   * Returns which features have one value in all rows that count. Their deviation may come out as
   * something else than 0, since weights make the mean a rounded number.
   */
  private boolean[] constant(int features) {
    float[] least = new float[features];
    float[] greatest = new float[features];
    Arrays.fill(least, Float.POSITIVE_INFINITY);
    Arrays.fill(greatest, Float.NEGATIVE_INFINITY);
    for (float[] ranges : each((shard, block) -> block.ranges())) {
      for (int j = 0; j < features; j++) {
        least[j] = Math.min(least[j], ranges[j]);
        greatest[j] = Math.max(greatest[j], ranges[features + j]);
      }
    }
    boolean[] constant = new boolean[features];
    for (int j = 0; j < features; j++) {
      constant[j] = least[j] == greatest[j];
    }
    return constant;
  }

  private double[] sums(double[] means, int power, double n) {
    double[] all = new double[means.length];
    for (double[] some : each((shard, block) -> block.sums(means, power))) {
      for (int j = 0; j < all.length; j++) {
        all[j] += some[j];
      }
    }
    for (int j = 0; j < all.length; j++) {
      all[j] /= n;
    }
    return all;
  }

  @Override
  public void close() {
    blocks.unpersist(false);
  }
}
