package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

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
  void vectorAndScalarOnOneToEightThreads() {
    for (int seed = 0; seed < SHAPES; seed++) {
      TinyTraining training = new TinyTraining(seed);
      TinyTraining.Outcome expected = training.outcome(Kernels.scalar(), 1);
      assertThat(training.outcome(vector(), 1))
          .as("seed %d: %s", seed, training)
          .isEqualTo(expected);
      int threads = 2 + seed % 7;
      assertThat(training.outcome(seed % 3 == 0 ? Kernels.scalar() : vector(), threads))
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

  /** So does one in a sum that only an example alone needs: no training asks for it. */
  @Test
  void theHashSeesTheLastBitOfAnAnswer() {
    TinyTraining training = TinyTraining.of(1, 8, 33, 17, 5);
    TinyTraining.Outcome expected = training.outcome(Kernels.scalar(), 1);
    TinyTraining.Outcome found = training.outcome(new OneBitOff(), 1);
    assertThat(found.training()).isEqualTo(expected.training());
    assertThat(found.inference()).isNotEqualTo(expected.inference());
  }

  /** Widths and batch sizes that fill every vector and every word of a mask to the last place. */
  @Test
  void exactSizes() {
    for (int seed = 0; seed < Hashes.EXACT; seed++) {
      TinyTraining training = Hashes.exact(seed);
      TinyTraining.Outcome expected = training.outcome(Kernels.scalar(), 1);
      for (int threads = 1; threads <= 3; threads++) {
        assertThat(training.outcome(vector(), threads))
            .as("seed %d, %d threads: %s", seed, threads, training)
            .isEqualTo(expected);
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
    TinyTraining.Outcome expected = training.outcome(Kernels.scalar(), 1);
    assertThat(training.outcome(vector(), 2)).isEqualTo(expected);
    // So many members divide rows and panels evenly, where few take panels as they come.
    assertThat(training.outcome(vector(), 20)).isEqualTo(expected);
  }

  /** What finishes a row treats −0, NaN, infinities and subnormals alike, bit for bit. */
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
    List<String> lines =
        OwnJvm.run(
            Hashes.class, "--add-modules", "jdk.incubator.vector", "-Ddownhill.vectorBits=" + bits);
    assertThat(lines).contains("vector, " + bits + " bits");
    assertThat(lines)
        .filteredOn(line -> line.startsWith("seed "))
        .containsExactlyElementsOf(Hashes.lines(Kernels.scalar()));
  }

  @Test
  void withoutTheVectorApiThereIsOneWarningThatNamesTheFlag() throws Exception {
    List<String> lines = OwnJvm.run(Hashes.class);
    assertThat(lines).contains("scalar");
    assertThat(lines)
        .filteredOn(line -> line.startsWith("seed "))
        .containsExactlyElementsOf(Hashes.lines(Kernels.scalar()));
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

  /** Prints the hashes of some trainings; run in a JVM of its own. */
  static final class Hashes {
    /** How many trainings there are of exact sizes. */
    static final int EXACT = 4;

    private static final int FIRST = 1000;
    private static final int PAST = 1040;

    private Hashes() {}

    public static void main(String[] args) {
      Kernels kernels = Kernels.choose("AUTO");
      System.out.println(kernels.description());
      lines(kernels).forEach(System.out::println);
      for (int i = 0; i < 3; i++) { // as often as somebody classifies an image, for instance
        kernels = Kernels.vector().orElse(Kernels.choose("AUTO"));
      }
    }

    /** Returns a line for each training, so that a difference says where it is. */
    static List<String> lines(Kernels kernels) {
      List<String> lines = new ArrayList<>();
      for (int seed = FIRST; seed < PAST; seed++) {
        lines.add(line(seed, new TinyTraining(seed), kernels));
      }
      for (int seed = 0; seed < EXACT; seed++) {
        lines.add(line(seed, exact(seed), kernels));
      }
      return lines;
    }

    private static String line(int seed, TinyTraining training, Kernels kernels) {
      return "seed %d, %s: %s".formatted(seed, training, training.outcome(kernels, 2));
    }

    /** Returns a training with layers of 64 and 256 units, and batches of one or the other. */
    static TinyTraining exact(int seed) {
      int batchSize = seed % 2 == 0 ? 64 : 256;
      return seed < 2
          ? TinyTraining.of(seed, batchSize, 64, 256, 64)
          : TinyTraining.of(seed, batchSize, 256, 64, 256);
    }

    /** Returns one number for the trainings alone, of the sizes that are drawn. */
    static long of(Kernels kernels, int threads) {
      long hash = 1;
      for (int seed = FIRST; seed < PAST; seed++) {
        hash = hash * 31 + new TinyTraining(seed).hash(kernels, threads);
      }
      return hash;
    }
  }
}
