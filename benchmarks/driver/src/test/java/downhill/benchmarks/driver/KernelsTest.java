package downhill.benchmarks.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lines as JMH 1.37 writes them. */
class KernelsTest {
  private static String line(String score) {
    return "\"downhill.engine.KernelBenchmark.forward\",\"thrpt\",1,15,"
        + score
        + ",100.5,\"ops/s\",0.5,784x512";
  }

  @Test
  void aLineIsAKernel() throws Exception {
    Map<String, Object> row = Kernels.row(line("2000.25"), 200);
    double flops = 2.0 * 64 * 784 * 512;
    assertThat(row)
        .containsEntry("kernel", "forward")
        .containsEntry("layer", "784x512")
        .containsEntry("density", 0.5);
    assertThat(Fields.number(row, "gflops")).isEqualTo(2000.25 * flops * 1e-9, within(1e-9));
    assertThat(Fields.number(row, "error")).isEqualTo(100.5 * flops * 1e-9, within(1e-9));
    assertThat(Fields.number(row, "share_of_peak"))
        .isEqualTo(2000.25 * flops * 1e-9 / 200, within(1e-9));
  }

  /** Where the language has a decimal comma, JMH writes it so, in quotes. */
  @Test
  void aDecimalCommaIsRefused() {
    assertThatThrownBy(() -> Kernels.row(line("\"1234,5\""), 200))
        .isInstanceOf(Session.Failed.class)
        .hasMessageContainingAll("expected a number such as 1234.5, found 1234,5 in", "forward");
  }

  @Test
  void aLineThatIsCutShortIsRefused() {
    assertThatThrownBy(() -> Kernels.row("\"downhill.engine.KernelBenchmark.forward\"", 200))
        .isInstanceOf(Session.Failed.class)
        .hasMessageContaining("expected 9 fields, found 1");
  }
}
