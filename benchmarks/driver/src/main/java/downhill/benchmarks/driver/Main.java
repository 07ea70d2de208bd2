package downhill.benchmarks.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs the sections of the benchmark, keeps what they found, and writes the page. */
final class Main {
  static final List<String> SECTIONS =
      List.of(
          "epochs",
          "pairs",
          "starts",
          "inference",
          "startup",
          "accuracy",
          "published",
          "kernels",
          "scaling",
          "serving");

  /** What follows a section's name where its reason stands for not being measured. */
  static final String PROBLEM = "_problem";

  /** What follows a section's name where it stands how long it took, in minutes. */
  static final String MINUTES = "_minutes";

  private static final double NANOS_OF_MINUTE = 60e9;

  private static final List<String> QUICK = List.of("epochs", "inference", "startup", "published");

  private static final String USAGE =
      "usage: benchmarks/run [--quick] [--only SECTION,…] [--output FILE] [--page] [--help]\n"
          + "sections: "
          + String.join(", ", SECTIONS);

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[0]);
    boolean quick = false;
    boolean page = false;
    List<String> only = List.of();
    Path output = null;
    for (int i = 1; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--quick" -> quick = true;
        case "--page" -> page = true;
        case "--only" -> {
          if (!only.isEmpty()) {
            fail("--only: expected it once, found it again; put a comma between names");
          }
          only = Arrays.asList(value(arguments, ++i).split(",", -1));
        }
        case "--output" -> output = Path.of(value(arguments, ++i));
        case "--help" -> {
          System.out.println(USAGE);
          return;
        }
        default -> fail("unknown option " + arguments[i]);
      }
    }
    if (page && (quick || output != null || !only.isEmpty())) {
      fail("--page measures nothing, so it takes no other option");
    }
    for (String section : only) {
      if (!SECTIONS.contains(section)) {
        fail("unknown section '" + section + "'");
      }
    }
    if (!page) {
      List<String> wanted = only.isEmpty() ? (quick ? QUICK : SECTIONS) : only;
      Path file = run(new Bench(root, quick), wanted, output);
      System.out.println(Page.of(List.of(file)));
      System.err.println("results: " + file);
    }
    Path written = Page.write(root);
    if (page) {
      System.out.println(Files.readString(written));
    }
    System.err.println(
        "page: " + root.relativize(written) + ", of the machine whose committed run measured most");
  }

  private static String value(String[] arguments, int i) {
    if (i >= arguments.length) {
      fail(arguments[i - 1] + " needs a value");
    }
    return arguments[i];
  }

  private static void fail(String problem) {
    System.err.println("benchmarks/run: " + problem + "\n" + USAGE);
    System.exit(2);
  }

  /**
   * Returns the name of the file of a run. A commit that is not known as a whole does not say what
   * was measured, so its runs don't share one.
   */
  static String name(Map<String, Object> machine, boolean quick) {
    String commit = Fields.text(machine, "commit");
    String time =
        Machine.isWhole(commit) ? "" : "-" + Fields.text(machine, "time").replaceAll("[^0-9]", "");
    return Fields.text(machine, "date") + "-" + commit + time + (quick ? "-quick" : "") + ".json";
  }

  /** Returns why results that are there can't take in those of this run; empty if they can. */
  static String others(Map<String, Object> results, Map<String, Object> machine, boolean quick) {
    Map<String, Object> before = Fields.map(results, "machine");
    if (before.isEmpty()) {
      return "";
    }
    if (!Machine.same(before, machine)) {
      return "expected results of this machine, found others";
    }
    String commit = Fields.text(machine, "commit");
    if (!commit.equals(Fields.text(before, "commit"))) {
      return "expected results of commit %s, found those of %s"
          .formatted(commit, Fields.text(before, "commit"));
    }
    if (quick != Boolean.TRUE.equals(results.get("quick"))) {
      return quick
          ? "expected results of a quick run, found those of a full one"
          : "expected results of a full run, found those of a quick one";
    }
    return "";
  }

  /** Measures, and returns the file with what was found. */
  private static Path run(Bench bench, List<String> sections, @Nullable Path output)
      throws IOException, InterruptedException {
    Map<String, Object> machine = Machine.facts(bench.root);
    Path file =
        output != null
            ? output
            : bench.benchmarks.resolve("results").resolve(name(machine, bench.quick));
    Path folder = file.toAbsolutePath().getParent();
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      fail(folder + ": can't be made; choose another --output (" + e + ")");
    }
    // Results replace those before, so it is the folder that counts.
    if (!Files.isWritable(folder)) {
      fail(folder + ": can't be written to; choose another --output");
    }
    // Sections of the same commit add up, so one of them can be taken again.
    Map<String, Object> results = Files.exists(file) ? Json.read(file) : new LinkedHashMap<>();
    String others = others(results, machine, bench.quick);
    if (!others.isEmpty()) {
      fail(file + ": " + others + "; choose another --output");
    }
    results.put("machine", machine);
    results.put("quick", bench.quick);
    OtherSections other = new OtherSections(bench);
    for (String section : sections) {
      measure(section, () -> found(section, bench, other), results);
      Json.write(file, results);
    }
    return file;
  }

  private static Object found(String section, Bench bench, OtherSections other)
      throws IOException, InterruptedException, Session.Failed {
    return switch (section) {
      case "epochs" -> new Epochs(bench).run();
      case "pairs" -> new Pairs(bench).run();
      case "starts" -> Starts.run(bench);
      case "inference" -> other.inference();
      case "startup" -> other.startup();
      case "accuracy" -> other.accuracy();
      case "published" -> other.published();
      case "kernels" -> Kernels.run(bench);
      case "scaling" -> Scaling.run(bench);
      default -> Serving.run(bench, other.model());
    };
  }

  /** What a section does. */
  interface Measurement {
    /** Returns what is kept of it. */
    Object run() throws IOException, InterruptedException, Session.Failed;
  }

  /** Measures a section; one that fails leaves its reason, and the others their turn. */
  static void measure(String section, Measurement work, Map<String, Object> results)
      throws InterruptedException {
    long start = System.nanoTime();
    try {
      results.put(section, work.run());
      results.put(section + MINUTES, (System.nanoTime() - start) / NANOS_OF_MINUTE);
      results.remove(section + PROBLEM);
      if (section.equals("accuracy")) {
        results.put("accuracy_recipe", OtherSections.accuracyRecipe());
      }
    } catch (Session.Failed e) {
      failed(section, String.valueOf(e.getMessage()), results);
    } catch (IOException | RuntimeException e) {
      e.printStackTrace(); // nobody foresaw it, so its message alone may not say enough
      failed(section, e.toString(), results);
    }
  }

  private static void failed(String section, String reason, Map<String, Object> results) {
    Bench.say(section + ": not measured: " + reason);
    results.put(section + PROBLEM, reason);
  }
}
