package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.engine.OwnJvm;
import downhill.evaluation.Answers;
import downhill.network.Execution;
import downhill.network.Predictor;
import downhill.training.TrainingEvent.Started;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Which kernels do the work where the user leaves it to us: that depends on what a JVM has done.
 */
class KernelChoiceTest {
  private static final String[] FLAG = {"--add-modules", "jdk.incubator.vector"};

  /**
   * Prints what trainings are done by: a small one, the last epoch of one that takes hours, all of
   * that one, and the small one again.
   */
  static final class Trainings {
    private static final int HOURS = 1 << 24;
    private static final int BATCH = 16;
    private static final int EXAMPLES = 6 * BATCH;

    private Trainings() {}

    public static void main(String[] arguments) {
      Answers.of(Clusters.network(), Clusters.of(EXAMPLES), Execution.defaults());
      print(3, 1);
      print(HOURS, HOURS);
      print(HOURS, 1);
      print(3, 1);
    }

    static void print(int epochs, int epoch) {
      TrainingConfiguration configuration = TrainingConfiguration.descent(epochs, BATCH, 0.2, 5);
      long steps = (epoch - 1L) * EXAMPLES / BATCH;
      TrainingState state =
          new TrainingState(
              epoch,
              steps,
              0,
              0,
              0,
              0,
              1,
              0,
              Standing.START,
              Clusters.network(),
              List.of(),
              null,
              null);
      Trainer trainer = new Trainer(configuration, Execution.defaults());
      trainer.resume(
          state,
          Clusters.of(EXAMPLES),
          null,
          event -> {
            if (event instanceof Started started) {
              System.out.println(started.kernels());
              trainer.stop();
            }
          });
    }
  }

  /** Prints what does a small training after a predictor was made that is asked without end. */
  static final class AfterServing {
    private AfterServing() {}

    public static void main(String[] arguments) {
      new Predictor(Clusters.network(), Execution.defaults()).close();
      Trainings.print(3, 1);
    }
  }

  @Test
  void theVectorKernelsFromTheFirstLargeTrainingOn() throws Exception {
    List<String> lines = OwnJvm.run(Trainings.class, FLAG);
    List<String> kernels = lines.subList(lines.size() - 4, lines.size()); // the JVM warns first
    assertThat(kernels.subList(0, 2)).containsOnly("scalar");
    assertThat(kernels.subList(2, 4)).allMatch(line -> line.matches("vector, \\d+ bits"));
  }

  @Test
  void theVectorKernelsAfterServing() throws Exception {
    assertThat(OwnJvm.run(AfterServing.class, FLAG)).last().asString().startsWith("vector");
  }

  @Test
  void withoutTheVectorApiTheScalarOnesAndOneWarning() throws Exception {
    List<String> lines = OwnJvm.run(Trainings.class);
    assertThat(lines).filteredOn("scalar"::equals).hasSize(4);
    assertThat(lines).filteredOn(line -> line.contains(String.join(" ", FLAG))).hasSize(1);
  }
}
