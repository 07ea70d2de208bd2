package downhill.benchmarks.own;

import downhill.data.CsvFile;
import downhill.data.CsvFormat;
import downhill.data.Datasets;
import downhill.data.TableCache;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import downhill.training.Trainer;
import downhill.training.TrainingConfiguration;
import downhill.training.TrainingEvent;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Tables, started by hand: {@code make FILE ROWS COLUMNS} writes one, {@code read FILE} reads it
 * into a mapped file, again and again, {@code train FILE MEMORY NETWORK} trains on it with so many
 * bytes of rows on the heap. Give Java the heap that is to be measured ({@code -Xmx}).
 */
final class Tables {
  private static final int TIMES = 5;

  private Tables() {}

  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "make" -> make(file, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
      case "read" -> read(file);
      case "train" -> train(file, Long.parseLong(arguments[2]), arguments[3]);
      default ->
          throw new IllegalArgumentException("expected make, read or train, found " + arguments[0]);
    }
  }

  /** Writes numbers as they come from measuring: a few digits, a point, a sign; one in ten is 0. */
  private static void make(Path file, int rows, int columns) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int c = 0; c < columns; c++) {
        out.write("measurement_" + c + ",");
      }
      out.write("label");
      StringBuilder row = new StringBuilder();
      for (int r = 0; r < rows; r++) {
        row.setLength(0);
        row.append('\n');
        int kind = random.nextInt(10);
        for (int c = 0; c < columns; c++) {
          long thousandths =
              random.nextInt(10) == 0
                  ? 0
                  : Math.round(1000 * (random.nextGaussian() + (c % 10 == kind ? 3 : 0)));
          row.append(thousandths / 1000.0).append(',');
        }
        out.write(row.append("kind ").append(kind).toString());
      }
    }
  }

  private static void read(Path file) throws IOException {
    TableCache cache = new TableCache(null, 0);
    Path rows = file.resolveSibling(file.getFileName() + TableCache.SUFFIX);
    for (int i = 0; i < TIMES; i++) {
      Files.deleteIfExists(rows);
      long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      long start = System.nanoTime();
      Datasets data = CsvFile.load(file, null, 0.2, CsvFormat.DEFAULT, cache);
      double seconds = (System.nanoTime() - start) * 1e-9;
      double busy = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) * 1e-9;
      double megabytes = Files.size(file) * 1e-6;
      print(
          "%s: %.0f MB in %.2f s, %.2f s of one core: %.0f MB/s, %.0f MB/s a core"
              .formatted(
                  data.train(), megabytes, seconds, busy, megabytes / seconds, megabytes / busy));
    }
  }

  private static void train(Path file, long memory, String network) throws IOException {
    Datasets data = CsvFile.load(file, null, 0.2, CsvFormat.DEFAULT, new TableCache(null, memory));
    print(
        "%s, %.0f MB of rows, heap of at most %.0f MB"
            .formatted(
                data.train(),
                (data.train().features() + 1) * 8e-6 * data.train().size(),
                Runtime.getRuntime().maxMemory() * 1e-6));
    TrainingConfiguration recipe = TrainingConfiguration.descent(TIMES, 64, 0.02, 1);
    new Trainer(recipe, new Execution(Execution.defaults().threads(), Kernel.VECTOR))
        .train(
            Network.initial(Architecture.parse(network), 1),
            data.train(),
            event -> {
              if (event instanceof TrainingEvent.EpochFinished epoch) {
                print(
                    "epoch %d: %.3f s, %.0f rows/s, loss %.5f"
                        .formatted(
                            epoch.epoch(),
                            epoch.seconds(),
                            data.train().size() / epoch.seconds(),
                            epoch.loss()));
              }
            });
  }

  private static void print(String line) {
    System.out.println(line);
  }
}
