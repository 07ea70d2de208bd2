package downhill.benchmarks.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

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
    String page = Files.readString(Page.write(root));
    assertThat(page).as("a format that was not filled in").doesNotContain("%%");
    return page;
  }

  @Test
  void targetsAreJudgedByTheNumbers() throws Exception {
    String page = page(results(1.5));
    assertThat(page)
        .contains(
            "| share of the peak of all cores, 784-512-128-64-10, batch 64 | 0.65 | 0.90 | 1.00 |"
                + " reached |")
        .contains(
            "| against PyTorch (DJL), 784-512-128-64-10, batch 64 | 2.50 | 4.00 | 3.00 | met |")
        .contains(
            "| against PyTorch (DJL), 784-512-512-10, batch 64 | 2.20 | 3.00 | – | not measured |")
        .contains("| Smile | not measured: ended without an answer |")
        .contains("Nowhere; 2 of 10 targets were measured.");
    assertThat(page(results(1.0)))
        .contains("| 2.50 | 4.00 | 2.00 | **missed** |")
        .contains("Of 10 targets 2 were measured; of these Downhill misses:")
        .contains(
            "- against PyTorch (DJL), 784-512-128-64-10, batch 64: 2.00, where 2.50 is asked for.");
    assertThat(page(results(1.2499))).contains("| 2.50 | 4.00 | 2.49 | **missed** |");
  }

  /** The machine was twice as fast in the second round; each ratio is of one moment. */
  @Test
  void pairsJudgeTargetsWhereTheyWereMeasured() throws Exception {
    Map<String, Object> results = results(1.0);
    Map<String, Object> djl =
        Bench.row("network", Epochs.MAIN, "batch", 64, "other", "PyTorch, DJL");
    djl.put("own_gflops", List.of(300.0, 600.0, 330.0));
    djl.put("other_gflops", List.of(100.0, 200.0, 100.0));
    Map<String, Object> one =
        Bench.row("network", Epochs.MAIN, "batch", 64, "other", "Downhill, 1 thread");
    one.put("problem", "no answer within 400 s");
    results.put("pairs", List.of(djl, one));
    assertThat(page(results))
        .contains(
            "| 784-512-128-64-10 | 64 | Downhill | 330 | PyTorch, DJL | 100 | 3.00 | – | 3.00–3.30 | 3 |")
        .contains("| Downhill, 1 thread | not measured: no answer within 400 s | | | | |")
        .contains(
            "| against PyTorch (DJL), 784-512-128-64-10, batch 64 | 2.50 | 4.00 | 3.00 | met, not sure |")
        .contains("| one thread to two | 1.80 | 1.95 | – | not measured |")
        .contains("| 2026-01-01-abc.json | X, –, 2 cores | 330 | 3.00 c | – | – | – | – | – |");
    results.remove("pairs");
    assertThat(page(results)).contains("| 2026-01-01-abc.json | X, –, 2 cores | 200 e | – |");
  }

  private static Map<String, Object> pair(String other, double... ratios) {
    Map<String, Object> row = Bench.row("network", "784-128-10", "batch", 64, "other", other);
    row.put("own_gflops", Arrays.stream(ratios).mapToObj(ratio -> 20 * ratio).toList());
    row.put("other_gflops", Arrays.stream(ratios).mapToObj(ratio -> 20.0).toList());
    row.put("starts", 2);
    row.put("rule", Turn.rule(3, false));
    return row;
  }

  /** Of six values, all lie on one side of the true median with a probability of 2/64. */
  @Test
  void whatIsMetOrMissedByChanceIsSaid() throws Exception {
    Map<String, Object> results = results(1.5);
    String target = "against PyTorch (DJL), 784-128-10, batch 64";
    results.put("pairs", List.of(pair(Bench.PYTORCH, 4, 5, 5.5, 5.5, 6, 7)));
    assertThat(page(results))
        .contains("| " + target + " | 5.00 | 8.00 | 5.50 (4.00–7.00) | met, not sure |")
        .contains("Nowhere; 3 of 10 targets were measured.")
        .contains("lies with 95 % confidence, as far as rounds are")
        .contains("Both were started 2 times, and each time warmed up for 12 epochs, or as many")
        .contains("if these are fewer, and had 3 rounds.")
        .contains("Met, but other rounds may well say otherwise:")
        .contains("- " + target + ": 5.50 (4.00–7.00), where 5.00 is asked for.");
    results.put("pairs", List.of(pair(Bench.PYTORCH, 4, 4, 4.5, 4.5, 6, 7)));
    assertThat(page(results))
        .contains("| 5.00 | 8.00 | 4.50 (4.00–7.00) | **missed**, not sure |")
        .doesNotContain("may well say otherwise:");
    results.put("pairs", List.of(pair(Bench.PYTORCH, 5.1, 5.2, 5.5, 5.5, 6, 7)));
    assertThat(page(results))
        .contains("| 5.50 (5.10–7.00) | met |")
        .doesNotContain("784-128-10, batch 64 | 5.00 | 8.00 | 5.50 (5.10–7.00) | met, not sure")
        .doesNotContain("may well say otherwise:");
  }

  @Test
  void thePeersBetterNumberOfThreadsCounts() throws Exception {
    Map<String, Object> results = results(1.5);
    results.put("pairs", List.of(pair(Bench.PYTORCH, 6), pair(Bench.PYTORCH_ON_ONE, 4.5)));
    assertThat(page(results)).contains("batch 64 | 5.00 | 8.00 | 4.50 | **missed**, not sure |");
    results.put("pairs", List.of(pair(Bench.PYTORCH_ON_ONE, 4.5)));
    assertThat(page(results)).contains("784-128-10, batch 64 | 5.00 | 8.00 | – | not measured |");
    results.put("pairs", List.of(pair(Bench.PYTORCH, 5.5), pair(Bench.PYTORCH_ON_ONE, 7)));
    assertThat(page(results)).contains("batch 64 | 5.00 | 8.00 | 5.50 | met, not sure |");
  }

  /** It is met by both, or not at all; and missed for sure where one alone is sure of it. */
  @Test
  void howSureATargetIsDependsOnBothNumbersOfThreads() throws Exception {
    Map<String, Object> results = results(1.5);
    Map<String, Object> sure = pair(Bench.PYTORCH, 5.1, 5.1, 5.1, 5.1, 5.1, 5.1);
    Map<String, Object> spread = pair(Bench.PYTORCH_ON_ONE, 4, 5.2, 5.2, 5.2, 5.2, 7);
    results.put("pairs", List.of(sure, spread));
    assertThat(page(results)).contains("5.10 (5.10–5.10) | met, not sure |");
    results.put(
        "pairs",
        List.of(
            pair(Bench.PYTORCH, 4, 4.2, 4.2, 4.2, 4.2, 7),
            pair(Bench.PYTORCH_ON_ONE, 4.5, 4.5, 4.5, 4.5, 4.5, 4.5)));
    assertThat(page(results)).contains("4.20 (4.00–7.00) | **missed** |");
  }

  @Test
  void theHistoryMarksRunsWhosePyTorchWasCold() throws Exception {
    Map<String, Object> results = results(1.5);
    Map<String, Object> row = pair(Bench.PYTORCH, 4.5);
    results.put("pairs", List.of(row));
    assertThat(page(results)).contains("| 200 e | – | 90 | 4.50 | – | – | – |");
    row.remove("rule");
    assertThat(page(results)).contains("| 200 e | – | 90 | 4.50 c | – | – | – |");
  }

  @Test
  void theHistoryLeavesQuickRunsOut() throws Exception {
    Map<String, Object> results = results(1.5);
    assertThat(page(results)).contains("| 2026-01-01-abc.json | X, –");
    results.put("quick", true);
    assertThat(page(results)).doesNotContain("# History", "| 2026-01-01-abc.json |");
  }

  @Test
  void aSecondCoreThatGivesLessThanIsAskedForIsSaid() throws Exception {
    Map<String, Object> results = results(1.0);
    Map<String, Object> threads =
        Bench.row("network", Epochs.MAIN, "batch", 64, "other", "Downhill, 1 thread");
    threads.put("own_gflops", List.of(90.0));
    threads.put("other_gflops", List.of(60.0));
    Map<String, Object> cores =
        Bench.row(
            "network",
            "multiply-adds on registers alone",
            "one",
            "Peak of two cores",
            "other",
            "Peak of one core");
    cores.put("own_gflops", List.of(140.0));
    cores.put("other_gflops", List.of(100.0));
    results.put("pairs", List.of(threads, cores));
    String sentence = "On registers alone two cores of this machine reached ";
    assertThat(page(results))
        .contains("- one thread to two: 1.50, where 1.80 is asked for.")
        .contains(sentence + "1.40 times what one did");
    cores.put("own_gflops", List.of(190.0));
    assertThat(page(results)).as("a second core gives enough").doesNotContain(sentence);
    cores.put("own_gflops", List.of(140.0));
    threads.put("own_gflops", List.of(120.0));
    assertThat(page(results)).as("nothing is missed").doesNotContain(sentence);
  }

  /** A count that was read back is another kind of number than the machine's own. */
  @Test
  void aMachineKnowsItsOwnResults(@TempDir Path folder) throws Exception {
    Map<String, Object> machine = Machine.facts(folder);
    Path file = folder.resolve("results.json");
    Json.write(file, Bench.row("machine", machine));
    Map<String, Object> before = Fields.map(Json.read(file), "machine");
    assertThat(Machine.same(before, machine)).isTrue();
    before.put("cores", 1000);
    assertThat(Machine.same(before, machine)).isFalse();
  }

  @Test
  void aMachineOfAnotherArchitectureIsAnother() {
    Map<String, Object> older = Bench.row("processor", "X", "cores", 2);
    Map<String, Object> arm = Bench.row("processor", "X", "cores", 2, "architecture", "aarch64");
    Map<String, Object> intel = Bench.row("processor", "X", "cores", 2, "architecture", "amd64");
    assertThat(Machine.same(arm, intel)).isFalse();
    assertThat(Machine.same(arm, new LinkedHashMap<>(arm))).isTrue();
    assertThat(Machine.same(older, arm)).isTrue();
    assertThat(Machine.same(intel, older)).isTrue();
  }

  @Test
  void aProcessorThatIsNotKnownIsThatOfItsOwnRunAlone() throws Exception {
    Map<String, Object> run = Bench.row("processor", "unknown", "cores", 2, "time", "10:00");
    Map<String, Object> other = Bench.row("processor", "unknown", "cores", 2, "time", "11:00");
    assertThat(Machine.same(run, new LinkedHashMap<>(run))).isTrue();
    assertThat(Machine.same(run, other)).isFalse();
    Map<String, Object> results = results(1.5);
    results.put("machine", Bench.row("date", "2026-01-01", "processor", "unknown", "cores", 2));
    assertThat(page(results)).contains("- `2026-01-01-abc.json`: epochs", "| 3.00 | met |");
  }

  @Test
  void costIsHeldAgainstTheReferenceBesideEachRow() throws Exception {
    Map<String, Object> results = results(1.5);
    Map<String, Object> slow =
        Bench.row("row", "depth", "label", "1", "gflops", 100.0, "reference_gflops", 150.0);
    Map<String, Object> fast =
        Bench.row("row", "depth", "label", "2", "gflops", 200.0, "reference_gflops", 300.0);
    results.put("scaling", List.of(slow, fast));
    assertThat(page(results))
        .contains("| depth | 1 | 100 | 0.67 | – | 1.00 |")
        .contains("| depth | 2 | 200 | 0.67 | – | 1.00 |")
        .contains("Flat within 1.5: depth.");
  }

  /** The rounds of a row scatter; what is compared is their median. */
  @Test
  void costIsTheMedianOfItsRounds() throws Exception {
    Map<String, Object> results = results(1.5);
    Map<String, Object> narrow = scaling("width", "784-32-10", 50);
    narrow.put("relative", List.of(0.5, 0.4, 0.9));
    Map<String, Object> wide = scaling("width", "784-512-10", 100);
    wide.put("relative", List.of(1.0, 1.1, 0.9));
    results.put("scaling", List.of(narrow, wide));
    assertThat(page(results))
        .contains("| width | 784-32-10 | 50 | – | 0.40–0.90 | 2.00 |")
        .contains("- width 784-32-10 (2.00): finding the next factor");
  }

  @Test
  void aPeerThatIsAheadIsNamed() throws Exception {
    assertThat(page(results(0.4)))
        .contains("PyTorch, DJL trains 784-512-128-64-10 1.25 times as fast as Downhill.")
        .contains("PyTorch, DJL is 1.0 points of test accuracy ahead")
        .contains("less than 0.5 points are not said to be a lead");
  }

  @Test
  void aPeerThatIsAheadTurnAndTurnAboutIsNamed() throws Exception {
    Map<String, Object> results = results(1.5);
    Map<String, Object> djl = Bench.row("network", "784-10", "batch", 64, "other", "PyTorch, DJL");
    djl.put("own_gflops", List.of(80.0));
    djl.put("other_gflops", List.of(100.0));
    Map<String, Object> peak = Bench.row("network", "784-10", "batch", 64, "other", "Peak of all");
    peak.put("own_gflops", List.of(80.0));
    peak.put("other_gflops", List.of(100.0));
    results.put("pairs", List.of(djl, peak));
    assertThat(page(results))
        .contains("PyTorch, DJL trains 784-10 1.25 times as fast as Downhill, turn and turn about.")
        .doesNotContain("Peak of all trains");
  }

  /** It never started, so it was not ready after 0 seconds. */
  @Test
  void whoFailedWasNotReadySooner() throws Exception {
    Map<String, Object> results = results(1.5);
    Map<String, Object> smile =
        Fields.maps(Fields.maps(results, "epochs").getFirst(), "contenders").get(2);
    smile.put("ready_seconds", 0.0);
    results.put("startup", Summary.of(List.of(0.5)).as("version"));
    assertThat(page(results))
        .contains("| Downhill, data and network ready | 0.50 |")
        .doesNotContain("Smile is ready", "| Smile, data");
  }

  @Test
  void whatIsPublishedAndNotReachedIsSaid() throws Exception {
    Map<String, Object> results = results(1.5);
    Map<String, Object> recipe = Bench.row("recipe", "geron", "mean", 0.8773);
    recipe.put("accuracies", List.of(0.87, 0.88));
    results.put("published", List.of(recipe));
    assertThat(page(results))
        .contains(
            "Géron, chapter 10 publishes 88.6 % of test accuracy; Downhill by that recipe has 87.73"
                + " %");
    // 82.4 to 84.4 % were published; what is in the middle is not behind.
    recipe.put("recipe", "d2l");
    recipe.put("mean", 0.833);
    assertThat(page(results)).contains("Dive into Deep Learning, MLP publishes 82.4–84.4 %");
    recipe.put("mean", 0.834);
    assertThat(page(results)).doesNotContain("Dive into Deep Learning, MLP publishes");
  }

  /** Of a run without pairs, whole epochs judge, and the faster PyTorch there as well. */
  @Test
  void withoutPairsTheBetterNumberOfThreadsOfWholeEpochsCounts() throws Exception {
    Map<String, Object> results = results(1.5);
    Map<String, Object> network = Fields.maps(results, "epochs").getFirst();
    List<Object> contenders = new ArrayList<>(Fields.maps(network, "contenders"));
    contenders.add(contender(Bench.PYTORCH_ON_ONE, 1.4, 0.87));
    network.put("contenders", contenders);
    assertThat(page(results))
        .contains("784-512-128-64-10, batch 64 | 2.50 | 4.00 | 2.80 | met |")
        .doesNotContain("In brackets");
  }

  @Test
  void epochsAreDescribedByTheRuleOfTheRun() throws Exception {
    assertThat(page(results(1.5)))
        .contains("epoch each, always in the same order.")
        .doesNotContain("rounds. A turn")
        .doesNotContain("Between");
    Map<String, Object> results = results(1.5);
    Map<String, Object> network = Fields.maps(results, "epochs").getFirst();
    network.put("rule", Turn.rule(5, false));
    Map<String, Object> peer = Fields.maps(network, "contenders").get(1);
    peer.put("idle_share", 0.01);
    peer.put("passes", 5);
    peer.put("accuracy_epochs", 30);
    assertThat(page(results))
        .contains("warms up, for 12 epochs, or as many as begin within 20 s if these are fewer.")
        .contains("Then come 5 rounds. A turn is as many whole epochs as take 1 s together")
        .contains("Where it takes less than 5 s, the first of a turn is")
        .contains("Between its turns nobody used more than 1.00 % of a core.")
        .contains("| PyTorch, DJL (PyTorch, DJL 1.0; 5 epochs at a time) |")
        .contains("| 87.0 %, 30 |")
        .doesNotContain("points of test accuracy ahead");
    Map<String, Object> older =
        Bench.row(
            "rounds",
            5,
            "turn_seconds",
            1.0,
            "short_seconds",
            0.5,
            "warm_up_epochs",
            2,
            "warm_up_seconds",
            2.0,
            "slow_seconds",
            5.0);
    network.put("rule", older);
    assertThat(page(results))
        .contains("for at least 2 epochs and 2 s, or for one epoch if it takes longer than 5 s.")
        .contains("Where the last epoch of the warm-up took less than 0.5 s,");
    older.put("short_in_turn", true);
    assertThat(page(results))
        .contains("Where the first, or the median one of the turn before, takes less than 0.5 s,");
    peer.put("idle_share", 0.4);
    assertThat(page(results)).contains("% of it: PyTorch, DJL 40 % (784-512-128-64-10).");
  }

  /** Arabic has digits of its own, which %d would take. */
  @Test
  @ResourceLock(Resources.LOCALE)
  void thePageIsTheSameInEveryLanguage() throws Exception {
    Map<String, Object> results = results(1.5);
    results.put("starts", Bench.row("gflops", List.of(200.0, 100.0, 210.0)));
    String page = page(results);
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      assertThat(page(results)).isEqualTo(page).contains("in each of 3 starts");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void startsAreShownAsMeasuredAndAgainstTheReference() throws Exception {
    Map<String, Object> results = results(1.5);
    results.put("starts", Bench.row("gflops", List.of(200.0, 100.0, 210.0)));
    assertThat(page(results))
        .contains("sorted: 100, 200, 210.")
        .contains("measured one after the other | 0.85 | 0.95 | 0.50 | **missed** |")
        .contains("at the same moment | – | – | – | not measured |")
        .doesNotContain("reference");
    // The second start met a slow minute, and the reference met it too.
    results.put(
        "starts",
        Bench.row(
            "gflops",
            List.of(200.0, 100.0, 210.0),
            "reference_gflops",
            List.of(200.0, 102.0, 200.0),
            "seconds",
            List.of(List.of(1.0, 1.0, 2.0), List.of(2.0, 2.0, 2.0), List.of(1.0, 1.0, 1.0)),
            "reference_seconds",
            List.of(List.of(1.0, 1.0, 1.0), List.of(1.8, 1.8, 1.0), List.of(1.0, 1.0, 1.0))));
    assertThat(page(results))
        .contains("measured one after the other | 0.85 | 0.95 | 0.50 | **missed** |")
        .contains("at the same moment | – | – | 0.90 | not asked for |")
        .contains("beside each start, sorted: 102, 200, 200.")
        .contains("0.90, 1.00, 1.00. Worst against median: 0.90.");
  }

  private static Map<String, Object> scaling(String row, String label, double gflops) {
    return Bench.row("row", row, "label", label, "gflops", gflops);
  }

  @Test
  void whatIsNotFlatGetsItsReason() throws Exception {
    Map<String, Object> results = results(1.5);
    results.put(
        "scaling",
        List.of(
            scaling("one hidden layer", "784-32-10", 50),
            scaling("one hidden layer", "784-256-10", 100),
            scaling("batch size", "16", 50),
            scaling("batch size", "64", 100),
            scaling("depth", "1", 100),
            scaling("depth", "24", 60),
            scaling("examples", "1000", 90),
            scaling("examples", "60000", 100)));
    assertThat(page(results))
        .contains("Flat within 1.5: examples.")
        .contains("- width 784-32-10 (2.00): finding the next factor")
        .contains("- batch size 16 (2.00): weights are copied and updated")
        .contains("- depth 24 (1.67): no reason in the work itself is known.");
  }

  @Test
  void whatIsFlatGetsNone() throws Exception {
    Map<String, Object> results = results(1.5);
    results.put(
        "scaling",
        List.of(scaling("one hidden layer", "784-32-10", 80), scaling("batch size", "16", 90)));
    assertThat(page(results))
        .contains("Flat within 1.5: width, batch size.")
        .doesNotContain("Not flat");
  }

  private static Map<String, Object> server(String name, double perSecond, double p99) {
    Map<String, Object> row = Bench.row("name", name);
    for (int connections : new int[] {1, 8, 64}) {
      for (String form : List.of("binary", "json")) {
        row.put(form + "_" + connections + "_per_second_median", perSecond / connections);
        row.put(form + "_" + connections + "_p50_micros_median", p99 / 2);
        row.put(form + "_" + connections + "_p99_micros_median", p99);
      }
    }
    return row;
  }

  @Test
  void aServerThatIsAheadIsNamed() throws Exception {
    Map<String, Object> results = results(1.5);
    Map<String, Object> peer = server("ONNX Runtime", 1000, 200);
    peer.put("json_8_per_second_median", 250.0);
    peer.put("binary_64_p99_micros_median", 80.0);
    peer.put("json_64_p50_micros_median", 40.0);
    results.put("serving", List.of(server("Downhill", 1000, 100), peer));
    assertThat(page(results))
        .contains(
            "- ONNX Runtime answers 2.00 times as many requests a second as Downhill (json,"
                + " connections: 8).",
            "- ONNX Runtime has a 99th percentile 1.25 times as short as Downhill's (binary,"
                + " connections: 64).",
            "- ONNX Runtime has a median 1.25 times as short as Downhill's (json, connections:"
                + " 64).")
        .doesNotContain("connections: 1).", "Nowhere in what was measured");
  }

  private static Map<String, Object> arrival(String name, int seed, double seconds) {
    Map<String, Object> row = Bench.row("name", name, "seed", seed, "best", 0.9);
    if (seconds < 100) {
      row.put("seconds_89", seconds);
      row.put("epoch_89", 5);
    }
    return row;
  }

  /** One lucky seed of three is no lead. */
  @Test
  void whoArrivesMoreOftenIsAhead() throws Exception {
    Map<String, Object> results = results(1.5);
    results.put(
        "accuracy",
        List.of(
            arrival("Downhill", 1, 20),
            arrival("Downhill", 2, 1000),
            arrival("Downhill", 3, 1000),
            arrival("PyTorch, DJL", 1, 60),
            arrival("PyTorch, DJL", 2, 61),
            arrival("PyTorch, DJL", 3, 1000)));
    assertThat(page(results))
        .contains("PyTorch, DJL reaches 89 % sooner than Downhill.")
        .contains("PyTorch, DJL reaches 89 % from 2 seeds, Downhill from 1.")
        .doesNotContain("reaches 88 % sooner");
  }

  @Test
  void aSectionThatFailedIsNamedUntilItIsMeasured() throws Exception {
    Map<String, Object> results = results(1.5);
    results.put("serving_problem", "no answer within 120 s");
    results.put("epochs_minutes", 57.2);
    assertThat(page(results)).contains("-abc.json`: epochs (58 min)");
    assertThat(page(results))
        .contains("## What could not be measured", "- serving: no answer within 120 s");
    results.put("epochs_problem", "no answer");
    assertThat(page(results))
        .contains("- epochs: no answer (what stands above is of an earlier run)");
    results.remove("epochs_problem");
    Map<String, Object> later = new LinkedHashMap<>();
    later.put("serving", List.of(server("Downhill", 1000, 100)));
    results.put("machine", Bench.row("date", "2026-01-01", "time", "10:00", "processor", "X"));
    Json.write(root.resolve("benchmarks/results/2026-01-01-abc.json"), results);
    write("later.json", "X", "11:00", later);
    Page.write(root);
    assertThat(Files.readString(root.resolve("docs/benchmarks.md")))
        .contains("## Serving")
        .doesNotContain("## What could not be measured");
  }

  /** The script refuses what is no section before it builds anything. */
  @Test
  void theScriptKnowsTheSections() throws Exception {
    assertThat(Files.readString(Path.of("../run")))
        .contains("sections='" + String.join(" ", Main.SECTIONS) + "'");
  }

  /** A run of one section has no empty ones beside it. */
  @Test
  void whatWasNotMeasuredHasNoHeading() throws Exception {
    Map<String, Object> results = results(1.5);
    results.remove("epochs");
    results.put("serving", List.of(server("Downhill", 1000, 100)));
    assertThat(page(results))
        .contains("## Serving")
        .doesNotContain("## Whole epochs", "Every contestant", "\n\n\n");
  }

  /** Whoever measures on another machine sees their own numbers, not the committed ones. */
  @Test
  void aRunIsShownByItself() throws Exception {
    page(results(1.5));
    Map<String, Object> quick = results(3.0);
    quick.put("quick", true);
    write("quick.json", "Y", "13:00", quick);
    assertThat(Page.of(List.of(root.resolve("benchmarks/results/quick.json"))))
        .contains(
            "**This was a quick run**", "| 2.50 | 4.00 | 6.00 | reached |", "| processor | Y |");
  }

  @Test
  void committedRunsCanStillBeShown() throws Exception {
    List<Path> runs;
    try (Stream<Path> all = Files.list(Path.of("../results"))) {
      runs = all.filter(file -> file.toString().endsWith(".json")).toList();
    }
    assertThat(runs).isNotEmpty();
    for (Path run : runs) {
      Map<String, Object> results = Json.read(run);
      assertThat(page(results)).contains("## Targets");
      assertThat(page(results).contains("## Whole epochs"))
          .as("whole epochs of " + run)
          .isEqualTo(results.containsKey("epochs"));
    }
  }

  private void write(String name, String processor, String time, Map<String, Object> results)
      throws Exception {
    results.put("machine", Bench.row("date", "2026-01-01", "time", time, "processor", processor));
    Json.write(root.resolve("benchmarks/results/" + name), results);
  }

  @Test
  void eachSectionIsThatOfTheNewestFullRunOnItsMachine() throws Exception {
    page(results(1.5));
    Map<String, Object> most = results(1.0);
    most.put("starts", Bench.row("gflops", List.of(100.0, 100.0, 100.0)));
    write("11.json", "X", "11:00", most); // written in another order than they were run
    write("10.json", "X", "10:00", results(1.5));
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("starts", Bench.row("gflops", List.of(200.0, 100.0, 210.0)));
    write("12.json", "X", "12:00", part);
    write("elsewhere.json", "Y", "11:30", results(3.0));
    write("long-ago.json", "Z", "09:00", results(3.0));
    Map<String, Object> quick = results(3.0);
    quick.put("quick", true);
    write("quick.json", "X", "13:00", quick);
    Page.write(root);
    String[] machines =
        Files.readString(root.resolve("docs/benchmarks.md")).split("# On another machine\n", -1);
    assertThat(machines).hasSize(2);
    assertThat(machines[0])
        .contains("- `11.json`: epochs\n", "- `12.json`: starts\n", "| processor | X |")
        .doesNotContain(
            "- `10.json`", "- `elsewhere.json`", "- `quick.json`", "sorted: 100, 100, 100")
        .contains("| 2.50 | 4.00 | 2.00 | **missed** |");
    assertThat(machines[1])
        .contains("- `elsewhere.json`: epochs\n", "| processor | Y |")
        .doesNotContain("- `long-ago.json`", "\n\n\n")
        .contains("| 2.50 | 4.00 | 6.00 | reached |");
  }

  @Test
  void aQuickRunIsShownWhereThereIsNoOther() throws Exception {
    Map<String, Object> quick = results(1.5);
    quick.put("quick", true);
    assertThat(page(quick)).contains("**This was a quick run**", "- `2026-01-01-abc.json`: epochs");
  }

  @Test
  void resultsComeBackAsTheyWent() throws Exception {
    Path file = root.resolve("results.json");
    Map<String, Object> results =
        Bench.row("text", "a \"b\"\n", "number", 0.1, "list", List.of(1.0, true), "none", Map.of());
    results.put("turns", List.of(List.of(1.0, 2.5), List.of(), List.of(3.0)));
    Json.write(file, results);
    assertThat(Files.readString(file)).contains("[1.0, 2.5],");
    assertThat(Json.read(file)).isEqualTo(results);
  }
}
