package downhill.benchmarks.driver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where a run took place. */
final class Machine {
  private static final String UNKNOWN = "unknown";

  /** What follows a commit whose files were changed since. */
  private static final String CHANGES = "+changes";

  private Machine() {}

  static Map<String, Object> facts(Path root) throws IOException, InterruptedException {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    facts.put("time", LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS) + " UTC");
    facts.put("commit", commit(root));
    facts.put("processor", processor(root));
    facts.put("architecture", System.getProperty("os.arch"));
    facts.put("vectors", vectors());
    facts.put("cores", Runtime.getRuntime().availableProcessors());
    facts.put("caches", caches());
    facts.put("memory", field("/proc/meminfo", "MemTotal"));
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put(
        "jdk",
        System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"));
    return facts;
  }

  /**
   * Returns whether two runs took place on machines of the same kind, with the same Java. Older
   * runs don't say their architecture. A processor that is not known is that of its own run alone.
   */
  static boolean same(Map<String, Object> a, Map<String, Object> b) {
    return isSameProcessor(a, b)
        && Double.compare(Fields.number(a, "cores"), Fields.number(b, "cores")) == 0
        && List.of("vectors", "caches", "jdk").stream()
            .allMatch(fact -> Fields.text(a, fact).equals(Fields.text(b, fact)));
  }

  private static boolean isSameProcessor(Map<String, Object> a, Map<String, Object> b) {
    String processor = Fields.text(a, "processor");
    if (processor.equals(UNKNOWN)) {
      return a.equals(b);
    }
    boolean sameArchitecture =
        !a.containsKey("architecture")
            || !b.containsKey("architecture")
            || Fields.text(a, "architecture").equals(Fields.text(b, "architecture"));
    return processor.equals(Fields.text(b, "processor")) && sameArchitecture;
  }

  /** Returns the processor's name: of Linux, and of macOS, which has it elsewhere. */
  private static String processor(Path root) throws IOException, InterruptedException {
    String ofLinux = field("/proc/cpuinfo", "model name");
    if (!ofLinux.equals(UNKNOWN)) {
      return ofLinux;
    }
    String ofMac = output(root, "sysctl", "-n", "machdep.cpu.brand_string").strip();
    return ofMac.isEmpty() ? UNKNOWN : ofMac;
  }

  private static String commit(Path root) throws IOException, InterruptedException {
    String commit = output(root, "git", "rev-parse", "--short=12", "HEAD").strip();
    String status =
        output(root, "git", "status", "--porcelain", "--", ".", ":!docs", ":!benchmarks/results");
    return commit.isEmpty() ? UNKNOWN : commit + (status.isBlank() ? "" : CHANGES);
  }

  /** Returns whether a commit is all that was measured. */
  static boolean isWhole(String commit) {
    return !commit.equals(UNKNOWN) && !commit.endsWith(CHANGES);
  }

  private static String output(Path folder, String... command)
      throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      return ""; // not installed
    }
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? text : "";
  }

  private static String field(String file, String name) throws IOException {
    if (!Files.exists(Path.of(file))) {
      return UNKNOWN;
    }
    try (var lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(UNKNOWN);
    }
  }

  private static String vectors() throws IOException {
    String flags = " " + field("/proc/cpuinfo", "flags") + " ";
    return flags.contains(" avx512f ") ? "AVX-512" : flags.contains(" avx2 ") ? "AVX2" : UNKNOWN;
  }

  private static String caches() throws IOException {
    List<String> sizes = new ArrayList<>();
    for (int index = 0; index < 4; index++) {
      Path cache = Path.of("/sys/devices/system/cpu/cpu0/cache/index" + index);
      if (Files.exists(cache.resolve("size"))) {
        sizes.add(
            "L"
                + Files.readString(cache.resolve("level")).strip()
                + " "
                + Files.readString(cache.resolve("type")).strip().toLowerCase(Locale.ROOT)
                + " "
                + Files.readString(cache.resolve("size")).strip());
      }
    }
    return sizes.isEmpty() ? UNKNOWN : String.join(", ", sizes);
  }
}
