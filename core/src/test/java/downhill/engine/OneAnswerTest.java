package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine's contract: any kernels, any vector width, any number of threads, the same bits. */
class OneAnswerTest {
  private static final int SHAPES = 200;

  private static Kernels vector() {
    return Kernels.vector().orElseThrow(() -> new AssertionError("the Vector API is not there"));
  }

  @Test
  void theVectorKernelsAreTheOnesTested() {
    assertThat(vector().description()).matches("vector, (64|128|256|512) bits");
    assertThat(Kernels.choose("AUTO")).isSameAs(vector());
    assertThat(Kernels.choose("VECTOR")).isSameAs(vector());
    assertThat(Kernels.choose("SCALAR").description()).isEqualTo("scalar");
  }

  @Test
  void vectorAndScalarOnOneToFiveThreads() {
    for (int seed = 0; seed < SHAPES; seed++) {
      TinyTraining training = new TinyTraining(seed);
      long expected = training.hash(Kernels.scalar(), 1);
      assertThat(training.hash(vector(), 1)).as("seed %d: %s", seed, training).isEqualTo(expected);
      int threads = 2 + seed % 4;
      assertThat(training.hash(seed % 3 == 0 ? Kernels.scalar() : vector(), threads))
          .as("seed %d, %d threads: %s", seed, threads, training)
          .isEqualTo(expected);
    }
  }

  /** Two trainings from different seeds do differ, so equal hashes mean something. */
  @Test
  void theHashSeesEveryParameter() {
    TinyTraining training = new TinyTraining(5);
    long expected = training.hash(Kernels.scalar(), 1);
    Layer last = training.layers.getLast();
    last.b[0] = Math.nextUp(last.b[0]);
    assertThat(training.hash(Kernels.scalar(), 1)).isNotEqualTo(expected);
  }

  /** A species is fixed for the life of a JVM, so each width gets a JVM of its own. */
  @ParameterizedTest
  @ValueSource(ints = {64, 128, 256, 512})
  void everyVectorWidth(int bits) throws Exception {
    long expected = Hashes.of(Kernels.scalar(), 2);
    List<String> lines =
        fork("--add-modules", "jdk.incubator.vector", "-Ddownhill.vectorBits=" + bits);
    assertThat(lines).contains("vector, " + bits + " bits: " + expected);
  }

  @Test
  void withoutTheVectorApiThereIsOneWarningThatNamesTheFlag() throws Exception {
    long expected = Hashes.of(Kernels.scalar(), 2);
    List<String> lines = fork("-Ddownhill.nothing=0");
    assertThat(lines).contains("scalar: " + expected);
    assertThat(lines).filteredOn(line -> line.contains(Kernels.VECTOR_FLAG)).hasSize(1);
  }

  private static List<String> fork(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", classPath(), Hashes.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.lines().toList();
  }

  /** The folders that this test's classes and the engine's come from. */
  private static String classPath() {
    return classesOf(Kernels.class)
        + System.getProperty("path.separator")
        + classesOf(Hashes.class);
  }

  private static String classesOf(Class<?> type) {
    // Under the module path, test classes are patched in: look where the file really lies.
    Path folder = Path.of("target", type == Hashes.class ? "test-classes" : "classes");
    assertThat(folder.resolve(type.getName().replace('.', '/') + ".class")).exists();
    return folder.toAbsolutePath().toString();
  }

  /** Prints the hash of some trainings; run in a JVM of its own. */
  static final class Hashes {
    private Hashes() {}

    public static void main(String[] args) {
      Kernels kernels = Kernels.choose("AUTO");
      System.out.println(kernels.description() + ": " + of(kernels, 2));
    }

    static long of(Kernels kernels, int threads) {
      long hash = 1;
      for (int seed = 1000; seed < 1040; seed++) {
        hash = hash * 31 + new TinyTraining(seed).hash(kernels, threads);
      }
      return hash;
    }
  }
}
