package downhill.benchmarks.driver;

import downhill.benchmarks.harness.Flops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The products of a layer by themselves, as JMH measures them. */
final class Kernels {
  private static final int TIMEOUT = 900;
  private static final int EXAMPLES = 64;

  /** Benchmark, mode, threads, samples, score, its error, unit, density, layer. */
  private static final int COLUMNS = 9;

  /** As many as the benchmark itself asks for; results keep it. */
  private static final int FORKS = 5;

  private static final int PEAK_WINDOWS = 10;

  private Kernels() {}

  /** Measures, with the peak of one core before and after. */
  static List<Object> run(Bench bench) throws IOException, InterruptedException, Session.Failed {
    Bench.say("kernels");
    List<Double> peaks = new ArrayList<>(peaks(bench));
    Path file = Bench.temporary().resolve("kernels.csv");
    Contender jmh = Contender.main(bench.benchmarks, "kernels", "org.openjdk.jmh.Main", 1);
    Bench.text(
        jmh.with("jmh", "KernelBenchmark", "-foe", "true", "-rf", "csv", "-rff", file.toString()),
        "Benchmark",
        TIMEOUT);
    peaks.addAll(peaks(bench));
    double peak = Summary.of(peaks).median();
    List<String> lines = Files.readAllLines(file);
    List<Object> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) { // the first is the heading
      rows.add(row(line, peak));
    }
    return rows;
  }

  /**
   * Returns what is kept of a line that JMH wrote.
   *
   * @param peak of one core, in GFLOP/s
   * @throws Session.Failed if the line is not as it should be; it says which
   */
  static Map<String, Object> row(String line, double peak) throws Session.Failed {
    List<String> fields = fields(line);
    if (fields.size() != COLUMNS) {
      throw new Session.Failed(
          "JMH's table: expected %s fields, found %s in %s"
              .formatted(COLUMNS, fields.size(), line));
    }
    String[] layer = fields.get(8).split("x", -1);
    double flops = 2.0 * EXAMPLES * Integer.parseInt(layer[0]) * Integer.parseInt(layer[1]);
    double gflops = number(fields.get(4), line) * flops * 1e-9;
    return Bench.row(
        "kernel",
        fields.get(0).substring(fields.get(0).lastIndexOf('.') + 1),
        "layer",
        fields.get(8),
        "density",
        number(fields.get(7), line),
        "gflops",
        gflops,
        "error",
        number(fields.get(5), line) * flops * 1e-9,
        "forks",
        FORKS,
        "peak",
        peak,
        "share_of_peak",
        gflops / peak);
  }

  /** Returns the fields of a line; a comma between quotes is part of a field. */
  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }

  private static double number(String field, String line) throws Session.Failed {
    try {
      return Double.parseDouble(field);
    } catch (NumberFormatException e) {
      throw new Session.Failed(
          "JMH's table: expected a number such as 1234.5, found %s in %s; is jvm.options without its language?"
              .formatted(field, line));
    }
  }

  /** Returns what one core reaches on registers alone, in GFLOP/s, window by window. */
  private static List<Double> peaks(Bench bench)
      throws IOException, InterruptedException, Session.Failed {
    List<Double> speeds = new ArrayList<>();
    try (Session session = new Session(bench.peak(1).training("784-10", EXAMPLES, 0.1, 1, 1))) {
      session.expect("ready", TIMEOUT);
      for (int window = 0; window < 2 * PEAK_WINDOWS; window++) {
        speeds.add(Flops.PEAK_WINDOW / session.number("epoch", "seconds", TIMEOUT) * 1e-9);
      }
    }
    return speeds.subList(PEAK_WINDOWS, speeds.size()); // the first half is for the compiler
  }

  /** Writes the table. */
  static void write(Map<String, Object> results, Page page) {
    List<Map<String, Object>> rows = Fields.maps(results, "kernels");
    if (rows.isEmpty()) {
      return;
    }
    Map<String, Object> first = rows.getFirst();
    double peak = Fields.number(first, "gflops") / Fields.number(first, "share_of_peak");
    page.line("");
    page.line("## Kernels");
    page.line("");
    page.line(
        "The products of one layer, batch %d, one thread (JMH, %s forks). Density is the share",
        EXAMPLES, first.containsKey("forks") ? Page.number(Fields.number(first, "forks"), 0) : "2");
    page.line(
        "of the factors that are not zero. GFLOP/s count what dense arithmetic would do, so what leaves out");
    page.line("zeros can pass the peak of one core, %s GFLOP/s.", Page.number(peak, 0));
    page.line("");
    page.line("| | layer | density | GFLOP/s | ± | of one core's peak |");
    page.line("|---|---|---|---|---|---|");
    for (Map<String, Object> row : rows) {
      page.line(
          "| %s | %s | %s | %s | %s | %s %% |",
          Fields.text(row, "kernel"),
          Fields.text(row, "layer"),
          Page.number(Fields.number(row, "density"), 1),
          Page.number(Fields.number(row, "gflops"), 0),
          Page.number(Fields.number(row, "error"), 0),
          Page.number(100 * Fields.number(row, "share_of_peak"), 0));
    }
  }
}
