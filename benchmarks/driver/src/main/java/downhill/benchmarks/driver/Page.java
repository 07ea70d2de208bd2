package downhill.benchmarks.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes docs/benchmarks.md from the newest results, machine by machine. Nothing on it is written
 * by hand.
 */
final class Page {
  private final StringBuilder text = new StringBuilder();

  private Page() {}

  /** Writes the page and returns where it is. */
  static Path write(Path root) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(root.resolve("benchmarks/results"))) {
      files =
          new ArrayList<>(
              all.filter(file -> file.toString().endsWith(".json"))
                  .sorted(Comparator.comparing(Page::age))
                  .toList());
    }
    if (files.isEmpty()) {
      throw new IOException("benchmarks/results: expected a results file, found none");
    }
    Path written = root.resolve("docs/benchmarks.md");
    Files.writeString(written, of(files));
    return written;
  }

  /** Returns the page of these results, oldest first. */
  static String of(List<Path> files) throws IOException {
    Page page = new Page();
    page.write(files);
    return page.text.toString();
  }

  /**
   * Returns the results to show, for each machine. The first is that of the newest of the runs that
   * measured most, then come others with a run that is newer, the newest first; quick runs count
   * only where there are no others.
   */
  private static List<Map<String, Object>> machines(List<Path> files) throws IOException {
    List<Map<String, Object>> runs = new ArrayList<>();
    for (Path file : files.reversed()) {
      runs.add(Json.read(file));
    }
    Map<String, Object> most = runs.getFirst();
    for (Map<String, Object> run : runs) {
      if (sections(run) > sections(most)) {
        most = run;
      }
    }
    List<Map<String, Object>> machines = new ArrayList<>();
    machines.add(together(files, most));
    for (Map<String, Object> run : runs.subList(0, runs.indexOf(most))) {
      boolean known = machines.stream().anyMatch(other -> isOfSameMachine(run, other));
      if (isQuick(run) == isQuick(most) && !known) {
        machines.add(together(files, run));
      }
    }
    return machines;
  }

  private static boolean isOfSameMachine(Map<String, Object> run, Map<String, Object> other) {
    return Machine.same(Fields.map(run, "machine"), Fields.map(other, "machine"));
  }

  /**
   * Returns what was measured on the machine of a run: each section as the newest run on it has it.
   * Under {@code runs} stands which one that is.
   */
  private static Map<String, Object> together(List<Path> files, Map<String, Object> most)
      throws IOException {
    Map<String, Object> together = new LinkedHashMap<>();
    Map<String, Object> from = new LinkedHashMap<>();
    for (Path file : files) {
      Map<String, Object> run = Json.read(file);
      if (isQuick(run) == isQuick(most) && isOfSameMachine(run, most)) {
        together.keySet().removeIf(name -> isProblem(name) && run.containsKey(section(name)));
        together.putAll(run);
        Main.SECTIONS.stream()
            .filter(run::containsKey)
            .forEach(section -> from.put(section, file.getFileName()));
      }
    }
    together.put("runs", from);
    return together;
  }

  private static boolean isProblem(String name) {
    return name.endsWith(Main.PROBLEM);
  }

  /** Returns the section that a problem is of. */
  private static String section(String problem) {
    return problem.substring(0, problem.length() - Main.PROBLEM.length());
  }

  /** Returns how many sections a run has; a quick one less than any other. */
  private static long sections(Map<String, Object> run) {
    long measured = Main.SECTIONS.stream().filter(run::containsKey).count();
    return isQuick(run) ? measured - Main.SECTIONS.size() : measured;
  }

  static boolean isQuick(Map<String, Object> run) {
    return run.get("quick") instanceof Boolean answer && answer;
  }

  /** Orders by date and time, as the results say: a clone does not keep the times of files. */
  private static String age(Path file) {
    try {
      Map<String, Object> machine = Fields.map(Json.read(file), "machine");
      return Fields.text(machine, "date") + " " + Fields.text(machine, "time") + " " + file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(List<Path> files) throws IOException {
    line("# Benchmarks");
    line("");
    line("Written by `benchmarks/run` from the files in `benchmarks/results`; do not edit.");
    boolean first = true;
    for (Map<String, Object> results : machines(files)) {
      if (!first) {
        line("");
        line("# On another machine");
        line("");
      }
      machine(results);
      first = false;
    }
    line("");
    line("# Again");
    line("");
    line("    benchmarks/run            # everything; about three hours on two cores");
    line("    benchmarks/run --quick    # the essential: under five minutes after the build");
    line("    benchmarks/run --page     # this page, from the results that are there");
    line("");
    line("PyTorch for Python and scikit-learn take part where `python3` has them.");
    History.write(files, this);
  }

  /** Writes what was measured on one machine. */
  private void machine(Map<String, Object> results) {
    Map<String, Object> machine = Fields.map(results, "machine");
    line(
        "Each section is that of the newest run on the machine below that measured it, whose name has the day");
    line("and the commit:");
    line("");
    Fields.map(results, "runs").values().stream()
        .distinct()
        .forEach(run -> line("- `%s`: %s", run, String.join(", ", sectionsOf(results, run))));
    if (isQuick(results)) {
      line("");
      line(
          "**This was a quick run**: fewer contestants, networks and rounds, and too short a warm-up for PyTorch through DJL.");
    }
    line("");
    line("| | |");
    line("|---|---|");
    machine.forEach((name, value) ->
        line("| %s | %s |", name, value instanceof Double d ? number(d, 0) : value));
    epochsInWords(results);
    new Verdicts(results, this).write();
    new TrainingTables(results, this).write();
    new OtherTables(results, this).write();
    problems(results);
  }

  private static List<String> sectionsOf(Map<String, Object> results, Object run) {
    return Fields.map(results, "runs").entrySet().stream()
        .filter(section -> section.getValue().equals(run))
        .map(Map.Entry::getKey)
        .map(section ->
            results.containsKey(section + Main.MINUTES)
                ? "%s (%s min)"
                    .formatted(
                        section,
                        number(Math.ceil(Fields.number(results, section + Main.MINUTES)), 0))
                : section)
        .toList();
  }

  /** Says which sections failed, and why. */
  private void problems(Map<String, Object> results) {
    List<String> failed = results.keySet().stream().filter(Page::isProblem).sorted().toList();
    if (failed.isEmpty()) {
      return;
    }
    line("");
    line("## What could not be measured");
    line("");
    for (String problem : failed) {
      line(
          "- %s: %s%s",
          section(problem),
          Fields.text(results, problem),
          results.containsKey(section(problem)) ? " (what stands above is of an earlier run)" : "");
    }
  }

  /** Says how epochs were timed, by the rule that the run itself kept. */
  private void epochsInWords(Map<String, Object> results) {
    List<Map<String, Object>> epochs = Fields.maps(results, "epochs");
    if (epochs.isEmpty()) {
      return;
    }
    line("");
    Map<String, Object> rule = Fields.map(epochs.getFirst(), "rule");
    if (rule.isEmpty()) {
      line(
          "Every contestant runs in a process of its own; all are alive at once and take turns,"
              + " one");
      line("epoch each, always in the same order.");
    } else {
      line(
          "Every contestant runs in a process of its own; all are alive at once and take turns. The"
              + " same");
      line("rules for everybody: first each warms up, for %s.", warmUp(rule));
      line(
          "Then come %s rounds. A turn is as many whole epochs as take %s s together, at",
          number(Fields.number(rule, "rounds"), 0), number(Fields.number(rule, "turn_seconds"), 0));
      line("least one, each timed by itself. Where %s s, the first of a turn is", untimed(rule));
      line(
          "not timed, since it would pay for what the one before left behind. The order is another"
              + " in each");
      line(
          "round, so that nobody always follows the same one, and a turn begins when the one before"
              + " is at");
      line(
          "rest, or after some seconds. Median is that of the turns' medians: a turn in a fast"
              + " minute of the");
      line("machine holds more epochs, but counts no more than another.");
    }
    line("");
    line(
        "Same data, network, batches (contiguous, in the order of the data), learning rate and"
            + " plain");
    line(
        "gradient descent in single precision; each with its own initial weights. But Spark's network"
            + " has sigmoids");
    line("and descends by L-BFGS on all the data at once, and Smile computes in double precision.");
    line("");
    line("GFLOP/s count what dense arithmetic would");
    line(
        "do, 4P + 2(P − P₁) an example (P weights, P₁ of them in the first layer), over the wall"
            + " time of");
    line(
        "the whole epoch, for everybody; Downhill leaves out zeros, so it can pass the peak. The"
            + " peak is");
    line(
        "that of fused multiply-adds on registers alone, "
            + (epochs.getFirst().containsKey("peak_in_turn")
                ? "which takes turns like a contestant."
                : "measured between the rounds."));
  }

  /** Returns how long a contestant warms up; older runs had another rule. */
  static String warmUp(Map<String, Object> rule) {
    String seconds = number(Fields.number(rule, "warm_up_seconds"), 0);
    return rule.containsKey("most_warm_up_epochs")
        ? "%s epochs, or as many as begin within %s s if these are fewer"
            .formatted(number(Fields.number(rule, "most_warm_up_epochs"), 0), seconds)
        : "at least %s epochs and %s s, or for one epoch if it takes longer than %s s"
            .formatted(
                number(Fields.number(rule, "warm_up_epochs"), 0),
                seconds,
                number(Fields.number(rule, "slow_seconds"), 0));
  }

  /** Returns where the first epoch of a turn is not timed; older runs had other rules. */
  private static String untimed(Map<String, Object> rule) {
    if (rule.containsKey("long_seconds")) {
      return "it takes less than " + number(Fields.number(rule, "long_seconds"), 0);
    }
    return (rule.containsKey("short_in_turn")
            ? "the first, or the median one of the turn before, takes"
            : "the last epoch of the warm-up took")
        + " less than "
        + number(Fields.number(rule, "short_seconds"), 1);
  }

  @SuppressWarnings("AnnotateFormatMethod") // that annotation would be one more dependency
  void line(String format, Object... values) {
    text.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
        .append('\n');
  }

  /** Returns a number with so many digits after the point. */
  static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
