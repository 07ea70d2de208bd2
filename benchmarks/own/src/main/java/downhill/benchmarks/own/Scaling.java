package downhill.benchmarks.own;

import downhill.benchmarks.harness.Flops;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Whether cost grows as the work does: whole epochs over widths, batch sizes, depths and numbers of
 * examples. On some machines the speed of two threads changes within minutes, so one network is
 * measured before and after each row, and gives what to hold its speed against. Prints a line for
 * each: {@code scaling ROW LABEL SECONDS GFLOPS REFERENCE_GFLOPS}.
 */
final class Scaling {
  /** Time that each measurement takes at least, so that short epochs are not judged by one. */
  private static final double SECONDS = 1.5;

  private static final double REFERENCE_SECONDS = 0.7;
  private static final String REFERENCE = "784-512-128-64-10";

  private static final int EXAMPLES = 12_000;

  private final Datasets data = FashionMnist.load();
  private double reference;

  private Scaling() {}

  private void run() {
    Dataset some = data.train().slice(0, EXAMPLES);
    gflops(REFERENCE, 64, data.train(), SECONDS);
    reference = reference();
    for (int width : new int[] {32, 64, 128, 256, 512, 1024, 2048}) {
      measure("one hidden layer", "784-" + width + "-10", 64, some);
    }
    for (int width : new int[] {32, 64, 128, 256, 512, 1024, 2048}) {
      measure("two hidden layers", "784-" + width + "-" + width + "-10", 64, some);
    }
    for (int batch : new int[] {16, 32, 64, 128, 256, 512, 1024}) {
      measure("batch size", REFERENCE, batch, some);
    }
    for (int depth : new int[] {1, 2, 4, 8, 16, 24}) {
      measure("depth", "784-" + "256-".repeat(depth) + "10", 64, some);
    }
    for (int examples : new int[] {1000, 10_000, 60_000, 600_000}) {
      measure("examples", REFERENCE, 64, repeated(examples));
    }
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

  private void measure(String row, String network, int batch, Dataset train) {
    double gflops = gflops(network, batch, train, SECONDS);
    double before = reference;
    reference = reference();
    String label =
        switch (row) {
          case "batch size" -> Integer.toString(batch);
          case "examples" -> Integer.toString(train.size());
          case "depth" -> Long.toString(network.chars().filter(c -> c == '-').count() - 1);
          default -> network;
        };
    double seconds = flops(network) * train.size() / gflops * 1e-9;
    System.out.println(
        "scaling\t"
            + row
            + "\t"
            + label
            + "\t"
            + seconds
            + "\t"
            + gflops
            + "\t"
            + (before + reference) / 2);
  }

  private static double flops(String network) {
    return Flops.perExample(Arrays.stream(network.split("-", -1)).map(Integer::valueOf).toList());
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
