package downhill.benchmarks.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.benchmarks.harness.Contestant;
import downhill.benchmarks.harness.Worker;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The lines between the driver and a contestant, spoken by real processes. */
class SessionTest {
  /** A contestant that trains nothing; its batch says how it behaves. */
  static final class Pretender {
    private Pretender() {}

    public static void main(String[] arguments) {
      Worker.serve(
          arguments,
          task -> {
            System.out.println("what a library prints does not disturb");
            if (task.batch() == 1) {
              throw new IllegalStateException("no such network");
            }
            return new Contestant() {
              private int epochs;

              @Override
              public String version() {
                return "Pretender 1.0";
              }

              @Override
              public int passes() {
                return 1000;
              }

              @Override
              public void epoch() throws InterruptedException {
                epochs++;
                Thread.sleep(task.batch() == 2 ? 60_000 : 200);
              }

              @Override
              public double accuracy() {
                return epochs / 4.0;
              }
            };
          });
    }
  }

  /** Returns a pretender; one with a batch of 1 fails, one with a batch of 2 hangs. */
  static Contender pretender(int batch) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        List.of(java, "-cp", System.getProperty("java.class.path"), Pretender.class.getName());
    return new Contender("Pretender", command, Map.of()).training("784-10", batch, 0.1, 1, 1);
  }

  private static Session start(int batch) throws Exception {
    return new Session(pretender(batch));
  }

  @Test
  void epochsInTurn() throws Exception {
    try (Session session = start(8)) {
      assertThat(session.expect("ready", 30)).containsExactly("Pretender", "1.0");
      double seconds = session.number("epoch", "seconds", 30);
      assertThat(seconds).as("of one pass of 1000").isBetween(0.0002, 0.02);
      assertThat(session.number("accuracy", "accuracy", 30)).isEqualTo(0.25);
      assertThat(session.cpuSeconds()).isBetween(0.01, 30.0);
    }
  }

  @Test
  void aProgramThatEndsHalfwayIsNoResult() throws Exception {
    Contender whole = new Contender("sh", List.of("sh", "-c", "echo row 1; echo row 2"), Map.of());
    assertThat(Bench.text(whole, "row ", 30)).containsExactly("1", "2");
    Contender half = new Contender("sh", List.of("sh", "-c", "echo row 1; exit 3"), Map.of());
    assertThatThrownBy(() -> Bench.text(half, "row ", 30))
        .isInstanceOf(Session.Failed.class)
        .hasMessage("ended with status 3");
  }

  @Test
  void whatFailsSaysWhy() throws Exception {
    try (Session session = start(1)) {
      assertThatThrownBy(() -> session.expect("ready", 30))
          .isInstanceOf(Session.Failed.class)
          .hasMessageContaining("no such network");
    }
  }

  @Test
  void whatDoesNotStartSaysWhy() {
    Contender missing = new Contender("none", List.of("no-such-program-here"), Map.of());
    assertThatThrownBy(() -> new Session(missing))
        .isInstanceOf(Session.Failed.class)
        .hasMessageContainingAll("does not start", "no-such-program-here");
  }

  @Test
  void whatHangsIsGivenUp() throws Exception {
    try (Session session = start(2)) {
      session.expect("ready", 30);
      assertThatThrownBy(() -> session.number("epoch", "seconds", 1))
          .isInstanceOf(Session.Failed.class)
          .hasMessageContaining("no answer within 1 s");
    }
  }

  private static Contender shell(String script) {
    return new Contender("sh", List.of("sh", "-c", script), Map.of());
  }

  @Test
  void whatEndsSaysWhyInItsLastWords() throws Exception {
    String trace = "echo 'Error: no OpenBLAS' >&2; echo '    at main' >&2; exit 1";
    try (Session session = new Session(shell(trace))) {
      assertThatThrownBy(() -> session.expect("ready", 30))
          .isInstanceOf(Session.Failed.class)
          .hasMessage("ended without an answer: Error: no OpenBLAS");
    }
    assertThatThrownBy(() -> Bench.text(shell("echo why >&2; exit 3"), "row ", 30))
        .isInstanceOf(Session.Failed.class)
        .hasMessage("ended with status 3: why");
  }

  /** A pipe holds 64 kB; who writes more waits until somebody reads. */
  @Test
  void whoComplainsALotIsNotHeldUp() throws Exception {
    String script = "yes complaint | head -c 1000000 >&2; echo ready now; sleep 60";
    try (Session session = new Session(shell(script))) {
      assertThat(session.expect("ready", 30)).containsExactly("now");
    }
  }

  @Test
  void whatIsMissingIsSaid() throws Exception {
    Bench bench = new Bench(Path.of("../.."), true);
    Contender none =
        bench.python("X", "no_such_library", "torch_worker").training("784-10", 8, 0.1, 1, 1);
    assertThatThrownBy(() -> new Session(none))
        .isInstanceOf(Session.Failed.class)
        .hasMessage("no python3 with numpy and no_such_library (Debian: python3-no_such_library)");
  }

  @Test
  void whatAShellSaysOfThreadsAndJvmsIsNotPassedOn() {
    Map<String, String> environment = new HashMap<>(Map.of("PATH", "/bin", "JAVA_HOME", "/jdk"));
    for (String name :
        List.of(
            "OMP_NUM_THREADS",
            "MKL_NUM_THREADS",
            "OPENBLAS_NUM_THREADS",
            "JAVA_TOOL_OPTIONS",
            "_JAVA_OPTIONS",
            "DOWNHILL_JAVA_OPTIONS")) {
      environment.put(name, "1");
    }
    Session.prepare(
        environment, new Contender("own", List.of("own"), Map.of("OMP_WAIT_POLICY", "passive")));
    assertThat(environment)
        .containsOnly(
            Map.entry("PATH", "/bin"),
            Map.entry("JAVA_HOME", "/jdk"),
            Map.entry("OMP_WAIT_POLICY", "passive"));
  }
}
