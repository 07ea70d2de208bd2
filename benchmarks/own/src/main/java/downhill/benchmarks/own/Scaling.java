package downhill.benchmarks.own;

import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.fashionmnist.FashionMnist;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.training.Trainer;
import downhill.training.TrainingConfiguration;
import downhill.training.TrainingEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Whether cost grows as the work does: whole epochs over widths, batch sizes, depths and numbers of
 * examples, all of them round after round. On some machines the speed of two threads changes within
 * minutes, so one network is measured before and after each, and gives what to hold its speed
 * against. Prints a line for each, with tabs between its words: {@code scaling GROUP LABEL SECONDS
 * GFLOPS REFERENCE_GFLOPS}.
 */
final class Scaling {
  /** Time that each measurement takes at least, so that short epochs are not judged by one. */
  private static final double SECONDS = 1;

  private static final double REFERENCE_SECONDS = 0.5;

  private static final int ROUNDS = 3;

  private static final String REFERENCE = "784-512-128-64-10";

  private static final int EXAMPLES = 12_000;

  /** One line of the table. */
  private record Row(String group, String label, String network, int batch, Dataset train) {}

  private final Datasets data = FashionMnist.load();
  private final List<Row> rows = new ArrayList<>();
  private double reference;

  private Scaling() {}

  private void run() {
    plan();
    gflops(REFERENCE, 64, data.train(), SECONDS);
    reference = reference();
    for (int round = 0; round < ROUNDS; round++) {
      // To and fro, so that no row always follows the same one.
      for (Row row : round % 2 == 0 ? rows : rows.reversed()) {
        measure(row);
      }
    }
  }

  private void plan() {
    Dataset some = data.train().slice(0, EXAMPLES);
    int[] widths = {32, 64, 128, 256, 512, 1024, 2048};
    for (int width : widths) {
      add("width", "784-" + width + "-10", some);
    }
    for (int width : widths) {
      add("width", "784-" + width + "-" + width + "-10", some);
    }
    for (int batch : new int[] {16, 32, 64, 128, 256, 512, 1024}) {
      rows.add(new Row("batch size", Integer.toString(batch), REFERENCE, batch, some));
    }
    for (int depth : new int[] {1, 2, 4, 8, 16, 24}) {
      String network = "784-" + "256-".repeat(depth) + "10";
      rows.add(new Row("depth", Integer.toString(depth), network, 64, some));
    }
    for (int examples : new int[] {1000, 10_000, 60_000, 600_000}) {
      Dataset train = repeated(examples);
      rows.add(new Row("examples", Integer.toString(examples), REFERENCE, 64, train));
    }
  }

  private void add(String group, String network, Dataset train) {
    rows.add(new Row(group, network, network, 64, train));
  }

  /** Returns the training data cut, or again and again. */
  private Dataset repeated(int examples) {
    Dataset train = data.train();
    if (examples <= train.size()) {
      return train.slice(0, examples);
    }
    byte[] values = new byte[Math.multiplyExact(examples, train.features())];
    int[] labels = new int[examples];
    for (int i = 0; i < examples; i++) {
      train.copyTo(i % train.size(), values, i * train.features());
      labels[i] = train.label(i % train.size());
    }
    return Dataset.of(values, train.height(), train.width(), labels, train.classNames());
  }

  private double reference() {
    return gflops(REFERENCE, 64, data.train().slice(0, EXAMPLES), REFERENCE_SECONDS);
  }

  private void measure(Row row) {
    double gflops = gflops(row.network, row.batch, row.train, SECONDS);
    double before = reference;
    reference = reference();
    double seconds = flops(row.network) * row.train.size() / gflops * 1e-9;
    System.out.println(
        String.join(
            "\t",
            "scaling",
            row.group,
            row.label,
            Double.toString(seconds),
            Double.toString(gflops),
            Double.toString((before + reference) / 2)));
  }

  private static double flops(String network) {
    return Architecture.parse(network).trainingFlops();
  }

  /** Returns the speed of the median epoch, once the first third is over. */
  private static double gflops(String network, int batch, Dataset train, double atLeast) {
    List<Double> seconds = new ArrayList<>();
    // A small rate: a diverged network has no zeros.
    TrainingConfiguration recipe =
        TrainingConfiguration.descent(1 << 20, batch, 0.01, 1).withShuffle(false);
    Trainer trainer = new Trainer(recipe, Execution.defaults());
    trainer.train(
        Network.initial(Architecture.parse(network), 1),
        train,
        event -> {
          if (event instanceof TrainingEvent.EpochFinished finished) {
            seconds.add(finished.seconds());
            double sum = seconds.stream().mapToDouble(Double::doubleValue).sum();
            if (sum > atLeast && seconds.size() > 3) {
              trainer.stop();
            }
          }
        });
    List<Double> warm = new ArrayList<>(seconds.subList(seconds.size() / 3, seconds.size()));
    Collections.sort(warm);
    return flops(network) * train.size() / warm.get(warm.size() / 2) * 1e-9;
  }

  public static void main(String[] arguments) {
    new Scaling().run();
  }
}
