package downhill.benchmarks.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
}
