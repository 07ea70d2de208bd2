package downhill.benchmarks.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {
  @TempDir Path root;

  private static Map<String, Object> contender(String name, double seconds, double accuracy) {
    Map<String, Object> row =
        Bench.row("name", name, "version", name + " 1.0", "ready_seconds", 0.5);
    row.putAll(Summary.of(List.of(seconds, seconds, seconds)).as("seconds"));
    row.put("gflops", 100 / seconds);
    row.put("accuracy", accuracy);
    row.put("epochs", 5);
    return row;
  }

  private static Map<String, Object> results(double peer) {
    Map<String, Object> network = Bench.row("network", Epochs.MAIN, "batch", 64, "rate", 0.05);
    network.putAll(Summary.of(List.of(100.0)).as("peak_one"));
    network.putAll(Summary.of(List.of(200.0)).as("peak_all"));
    network.put(
        "contenders",
        List.of(
            contender("Downhill", 0.5, 0.86),
            contender("PyTorch, DJL", peer, 0.87),
            Bench.row("name", "Smile", "problem", "ended without an answer")));
    Map<String, Object> results = new LinkedHashMap<>();
    results.put(
        "machine", Bench.row("date", "2026-01-01", "commit", "abc", "processor", "X", "cores", 2));
    results.put("quick", false);
    results.put("epochs", List.of(network));
    return results;
  }

  private String page(Map<String, Object> results) throws Exception {
    Files.createDirectories(root.resolve("benchmarks/results"));
    Files.createDirectories(root.resolve("docs"));
    Json.write(root.resolve("benchmarks/results/2026-01-01-abc.json"), results);
    return Files.readString(Page.write(root));
  }

  @Test
  void targetsAreJudgedByTheNumbers() throws Exception {
    String page = page(results(1.5));
    assertThat(page)
        .contains(
            "| share of the peak of all cores, 784-512-128-64-10, batch 64 | 0.65 | 0.90 | 1.00 | reached |")
        .contains("| 784-512-128-64-10, batch 64 | 2.50 | 4.00 | 3.00 | met |")
        .contains("| 784-512-512-10, batch 64 | 2.20 | 3.00 | – | not measured |")
        .contains("| Smile | not measured: ended without an answer |");
    assertThat(page(results(1.0))).contains("| 2.50 | 4.00 | 2.00 | **missed** |");
  }

  @Test
  void aPeerThatIsAheadIsNamed() throws Exception {
    assertThat(page(results(0.4)))
        .contains("PyTorch, DJL trains 784-512-128-64-10 1.25 times as fast as Downhill.")
        .contains("PyTorch, DJL is 1.0 points of test accuracy ahead");
  }

  @Test
  void theNewestFullRunIsShown() throws Exception {
    page(results(1.5));
    for (String time : List.of("11:00", "10:00")) { // as they are written, not as they were run
      Map<String, Object> later = results(1.0);
      later.put("machine", Bench.row("date", "2026-01-01", "time", time, "commit", time));
      Json.write(root.resolve("benchmarks/results/" + time.substring(0, 2) + ".json"), later);
    }
    Map<String, Object> quick = results(1.0);
    quick.put("machine", Bench.row("date", "2026-01-02", "commit", "def"));
    quick.put("quick", true);
    Json.write(root.resolve("benchmarks/results/2026-01-02-def-quick.json"), quick);
    Page.write(root);
    assertThat(Files.readString(root.resolve("docs/benchmarks.md")))
        .contains("Written by `benchmarks/run` from `benchmarks/results/11.json`");
  }

  @Test
  void resultsComeBackAsTheyWent() throws Exception {
    Path file = root.resolve("results.json");
    Map<String, Object> results =
        Bench.row("text", "a \"b\"\n", "number", 0.1, "list", List.of(1.0, true), "none", Map.of());
    Json.write(file, results);
    assertThat(Json.read(file)).isEqualTo(results);
  }
}
