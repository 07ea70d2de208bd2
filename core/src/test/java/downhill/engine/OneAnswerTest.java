package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

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
  void vectorAndScalarOnOneToEightThreads() {
    for (int seed = 0; seed < SHAPES; seed++) {
      TinyTraining training = new TinyTraining(seed);
      long expected = training.hash(Kernels.scalar(), 1);
      assertThat(training.hash(vector(), 1)).as("seed %d: %s", seed, training).isEqualTo(expected);
      int threads = 2 + seed % 7;
      assertThat(training.hash(seed % 3 == 0 ? Kernels.scalar() : vector(), threads))
          .as("seed %d, %d threads: %s", seed, threads, training)
          .isEqualTo(expected);
    }
  }

  /** One unit in the last place of one parameter shows, so equal hashes mean something. */
  @Test
  void theHashSeesTheLastBitOfEveryLayer() {
    TinyTraining training = new TinyTraining(5);
    long expected = training.hash(Kernels.scalar(), 1);
    for (Layer layer : training.layers) {
      for (float[] values : List.of(layer.w, layer.b)) {
        float before = values[0];
        values[0] = Math.nextUp(before);
        assertThat(training.hash(Kernels.scalar(), 1)).isNotEqualTo(expected);
        values[0] = before;
      }
    }
  }

  /** Numbers, not only equality: the answer of this machine is that of the one that wrote this. */
  @Test
  void theAnswerIsThatOfEveryOtherMachine() {
    assertThat(Hashes.of(vector(), 2)).isEqualTo(-4726098238966354611L);
  }

  /** Widths beyond every block, where most of the additions are. */
  @Test
  void wideLayers() {
    TinyTraining training = new TinyTraining(1, 33, 4097, 130, 10);
    long expected = training.hash(Kernels.scalar(), 1);
    assertThat(training.hash(vector(), 2)).isEqualTo(expected);
    // So many members divide rows and panels evenly, where few take panels as they come.
    assertThat(training.hash(vector(), 20)).isEqualTo(expected);
  }

  /** What finishes a tile treats −0, NaN, infinities and subnormals alike, bit for bit. */
  @Test
  void theLogitsThatAreNoOrdinaryNumbers() {
    float[] logits = {
      -0f,
      0f,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      1e-40f,
      -1e-40f,
      1f,
      -1f
    };
    // One input of 0 and no weights: the logits are the biases.
    Layer layer = Layer.of(1, logits.length, new float[logits.length], logits);
    int[][] bits = new int[2][logits.length];
    for (int k = 0; k < 2; k++) {
      Signals from = Signals.hidden(1, 1, 0, false);
      Signals to = Signals.hidden(logits.length, 1, 1, false);
      new Products(k == 0 ? Kernels.scalar() : vector())
          .forwardShare(layer, from, to, 1, true, 0, 1);
      for (int i = 0; i < logits.length; i++) {
        bits[k][i] = Float.floatToRawIntBits(to.a[to.at(0, i)]);
      }
    }
    assertThat(bits[1]).containsExactly(bits[0]);
    assertThat(bits[0][0]).as("ReLU of −0, which is 0·x with x < 0").isZero();
  }

  /** A species is fixed for the life of a JVM, so each width gets a JVM of its own. */
  @ParameterizedTest
  @ValueSource(ints = {64, 128, 256, 512})
  void everyVectorWidth(int bits) throws Exception {
    long expected = Hashes.of(Kernels.scalar(), 2);
    List<String> lines =
        OwnJvm.run(
            Hashes.class, "--add-modules", "jdk.incubator.vector", "-Ddownhill.vectorBits=" + bits);
    assertThat(lines).contains("vector, " + bits + " bits: " + expected);
  }

  @Test
  void withoutTheVectorApiThereIsOneWarningThatNamesTheFlag() throws Exception {
    long expected = Hashes.of(Kernels.scalar(), 2);
    List<String> lines = OwnJvm.run(Hashes.class);
    assertThat(lines).contains("scalar: " + expected);
    assertThat(lines).filteredOn(line -> line.contains(Kernels.VECTOR_FLAG)).hasSize(1);
  }

  /** A wrong width is named each time the kernels are asked for, not only the first. */
  @Test
  void aWidthThatIsNoneIsNamedEveryTime() throws Exception {
    List<String> lines =
        OwnJvm.run(
            Refusals.class, "--add-modules", "jdk.incubator.vector", "-Ddownhill.vectorBits=100");
    assertThat(lines).filteredOn(line -> line.contains("vectorBits")).hasSize(2);
  }

  /** Asks for the kernels twice; run in a JVM of its own. */
  static final class Refusals {
    private Refusals() {}

    public static void main(String[] args) {
      for (int i = 0; i < 2; i++) {
        try {
          System.out.println(Kernels.choose("AUTO").description());
        } catch (IllegalArgumentException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  /** Prints the hash of some trainings; run in a JVM of its own. */
  static final class Hashes {
    private Hashes() {}

    public static void main(String[] args) {
      Kernels kernels = Kernels.choose("AUTO");
      System.out.println(kernels.description() + ": " + of(kernels, 2));
      for (int i = 0; i < 3; i++) { // as often as somebody classifies an image, for instance
        kernels = Kernels.vector().orElse(Kernels.choose("AUTO"));
      }
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
