package downhill.network;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.engine.OwnJvm;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is used where nobody says. */
class ExecutionTest {
  /** Java counts what a container or an affinity leaves; the option says it in their place. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void asManyThreadsAsThisProcessMayUse(int processors) throws Exception {
    assertThat(OwnJvm.run(Defaults.class, "-XX:ActiveProcessorCount=" + processors))
        .contains(processors + " threads");
  }

  /** Prints the default; run in a JVM of its own. */
  static final class Defaults {
    private Defaults() {}

    public static void main(String[] arguments) {
      System.out.println(Execution.defaults().threads() + " threads");
    }
  }
}
