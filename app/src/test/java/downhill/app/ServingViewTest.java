package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What {@code serve} says of files that it can't load. */
class ServingViewTest {
  private static final String REASON = "runs/2/model.safetensors: is cut\nshort";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private ServingView view(boolean json) {
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            () -> 0);
    return new ServingView(terminal, json);
  }

  @Test
  void aLineForPeople() {
    view(false).skipped("m", "2", REASON);
    view(false).kept("m", REASON);
    assertThat(err.toString(StandardCharsets.UTF_8).lines().toList()).hasSize(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("note: version 2 of m is not served, since its file can't be loaded: runs/2/")
        .contains("note: m goes on as it was, since its file can't be loaded: runs/2/");
    assertThat(out.size()).isZero();
  }

  @Test
  void anObjectForPrograms() {
    view(true).skipped("m", "2", REASON);
    assertThat(CommandLineRun.json(out.toString(StandardCharsets.UTF_8)))
        .hasToString("{event=skipped, model=m, version=2, reason=" + REASON + "}");
    assertThat(err.size()).isZero();
  }
}
