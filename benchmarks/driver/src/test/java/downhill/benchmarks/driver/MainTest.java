package downhill.benchmarks.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MainTest {
  @Test
  void aSectionThatFailsLeavesItsReason() throws Exception {
    Map<String, Object> results = new LinkedHashMap<>();
    results.put("serving", List.of("of an earlier run"));
    Main.measure(
        "kernels",
        () -> {
          throw new NumberFormatException("found 1234,5");
        },
        results);
    Main.measure(
        "serving",
        () -> {
          throw new IOException("m.safetensors: cut short");
        },
        results);
    Main.measure(
        "starts",
        () -> {
          throw new Session.Failed("no answer within 900 s");
        },
        results);
    assertThat(results)
        .containsEntry("kernels_problem", "java.lang.NumberFormatException: found 1234,5")
        .containsEntry("serving_problem", "java.io.IOException: m.safetensors: cut short")
        .containsEntry("serving", List.of("of an earlier run"))
        .containsEntry("starts_problem", "no answer within 900 s")
        .doesNotContainKeys("kernels", "kernels_minutes", "starts");
  }

  @Test
  void aSectionThatIsMeasuredHasNoProblem() throws Exception {
    Map<String, Object> results = Bench.row("kernels_problem", "no answer within 900 s");
    Main.measure("kernels", () -> List.of("a row"), results);
    assertThat(results)
        .containsEntry("kernels", List.of("a row"))
        .containsKey("kernels_minutes")
        .doesNotContainKey("kernels_problem");
  }

  private static Map<String, Object> machine(String commit) {
    return Bench.row(
        "date",
        "2026-01-01",
        "time",
        "10:15:30 UTC",
        "commit",
        commit,
        "processor",
        "X",
        "cores",
        2);
  }

  @Test
  void runsOfTheSameCommitAndKindAddUp() {
    Map<String, Object> results = Bench.row("machine", machine("abc"), "quick", false);
    assertThat(Main.others(new LinkedHashMap<>(), machine("abc"), false)).isEmpty();
    assertThat(Main.others(results, machine("abc"), false)).isEmpty();
    assertThat(Main.others(results, machine("def"), false))
        .isEqualTo("expected results of commit def, found those of abc");
    assertThat(Main.others(results, machine("abc"), true))
        .isEqualTo("expected results of a quick run, found those of a full one");
    results.put("quick", true);
    assertThat(Main.others(results, machine("abc"), true)).isEmpty();
    assertThat(Main.others(results, machine("abc"), false))
        .isEqualTo("expected results of a full run, found those of a quick one");
    Map<String, Object> elsewhere = machine("abc");
    elsewhere.put("processor", "Y");
    assertThat(Main.others(results, elsewhere, true)).contains("of this machine, found others");
  }

  @Test
  void whatNoCommitDescribesHasAFileOfItsOwn() {
    assertThat(Main.name(machine("abc"), false)).isEqualTo("2026-01-01-abc.json");
    assertThat(Main.name(machine("abc"), true)).isEqualTo("2026-01-01-abc-quick.json");
    assertThat(Main.name(machine("abc+changes"), false))
        .isEqualTo("2026-01-01-abc+changes-101530.json");
    assertThat(Main.name(machine("unknown"), true))
        .isEqualTo("2026-01-01-unknown-101530-quick.json");
  }

  /** Runs the script with options that it refuses before it builds anything; returns why. */
  private static String refused(String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "../run"));
    command.addAll(List.of(options));
    Process script = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(script.waitFor()).as(said).isEqualTo(2);
    return said.lines().findFirst().orElse("");
  }

  @Test
  void theScriptRefusesNamesThatTheDriverWouldRefuse() throws Exception {
    String expected = "benchmarks/run: --only: expected names with a comma between, found ";
    for (String wrong : List.of("", ",", "epochs,", "epochs,,pairs", "epochs pairs", " epochs")) {
      assertThat(refused("--only", wrong)).isEqualTo(expected + "'" + wrong + "'");
    }
    assertThat(refused("--only", "epochs,sprints"))
        .isEqualTo("benchmarks/run: unknown section 'sprints'");
    assertThat(refused("--only", "epochs", "--only", "pairs"))
        .contains("--only: expected it once, found it after 'epochs'");
  }
}
