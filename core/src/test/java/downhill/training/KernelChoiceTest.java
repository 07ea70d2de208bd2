package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.Dataset;
import downhill.engine.OwnJvm;
import downhill.evaluation.Answers;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.network.Predictor;
import downhill.training.TrainingEvent.Started;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Which kernels do the work where the user leaves it to us: that depends on what a JVM has done.
 */
class KernelChoiceTest {
  private static final String[] FLAG = {"--add-modules", "jdk.incubator.vector"};

  /** Prints what trainings are done by, of which the second would take hours. */
  static final class Trainings {
    private static final int HOURS = 1 << 24;

    private Trainings() {}

    public static void main(String[] arguments) {
      Answers.of(Clusters.network(), Clusters.of(100), Execution.defaults());
      print(3);
      print(HOURS);
      print(3);
    }

    static void print(int epochs) {
      Network network = Clusters.network();
      Dataset data = Clusters.of(100);
      TrainingConfiguration configuration = TrainingConfiguration.descent(epochs, 16, 0.2, 5);
      Trainer trainer = new Trainer(configuration, Execution.defaults());
      trainer.train(
          network,
          data,
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
      Trainings.print(3);
    }
  }

  @Test
  void theVectorKernelsFromTheFirstLargeTrainingOn() throws Exception {
    List<String> lines = OwnJvm.run(Trainings.class, FLAG);
    List<String> kernels = lines.subList(lines.size() - 3, lines.size()); // the JVM warns first
    assertThat(kernels).first().isEqualTo("scalar");
    assertThat(kernels.subList(1, 3)).allMatch(line -> line.matches("vector, \\d+ bits"));
  }

  @Test
  void theVectorKernelsAfterServing() throws Exception {
    assertThat(OwnJvm.run(AfterServing.class, FLAG)).last().asString().startsWith("vector");
  }

  @Test
  void withoutTheVectorApiTheScalarOnesAndOneWarning() throws Exception {
    List<String> lines = OwnJvm.run(Trainings.class);
    assertThat(lines).filteredOn("scalar"::equals).hasSize(3);
    assertThat(lines).filteredOn(line -> line.contains(String.join(" ", FLAG))).hasSize(1);
  }
}
