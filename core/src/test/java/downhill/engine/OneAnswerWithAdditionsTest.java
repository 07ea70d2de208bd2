package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.engine.Update.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine's contract for everything that may be added to plain descent. */
class OneAnswerWithAdditionsTest {
  /** Seeds of shapes for each addition that is tested. */
  private static final int SHAPES = 3;

  private static Kernels vector() {
    return Kernels.vector().orElseThrow(() -> new AssertionError("the Vector API is not there"));
  }

  private static void assertOneAnswer(Addition added, int seed) {
    TinyTraining training = new TinyTraining(seed);
    long expected = training.hash(Kernels.scalar(), 1, added);
    for (int threads = 1; threads <= 4; threads++) {
      Kernels kernels = threads == 3 ? Kernels.scalar() : vector();
      assertThat(training.hash(kernels, threads, added))
          .as("%s, seed %d, %d threads: %s", added, seed, threads, training)
          .isEqualTo(expected);
    }
  }

  /** Every rule with L1, L2, decay, clipping and averaging on or off: the shapes take turns. */
  @Test
  void everyUpdate() {
    List<Addition> updates = Addition.updates();
    for (int n = 0; n < updates.size(); n++) {
      assertOneAnswer(updates.get(n), 2000 + n);
    }
  }

  static List<Addition> others() {
    return Addition.others();
  }

  @ParameterizedTest
  @MethodSource("others")
  void everythingElse(Addition added) {
    for (int seed = 3000; seed < 3000 + SHAPES; seed++) {
      assertOneAnswer(added, seed);
    }
  }

  /** Several panels of units and several chunks of inputs. */
  @ParameterizedTest
  @EnumSource
  void wideLayers(Rule rule) {
    TinyTraining training = new TinyTraining(1, 131, 260, 130, 10);
    Addition added = Addition.everything(rule);
    assertThat(training.hash(vector(), 2, added))
        .isEqualTo(training.hash(Kernels.scalar(), 3, added));
  }

  /** Whether the norm is measured, which goes another way through the engine, changes nothing. */
  @Test
  void measuringChangesNothing() {
    Addition measured = Addition.others().getFirst();
    for (int seed = 4000; seed < 4020; seed++) {
      TinyTraining training = new TinyTraining(seed);
      assertThat(training.hash(vector(), 2, measured))
          .as("seed %d: %s", seed, training)
          .isEqualTo(training.hash(vector(), 2, Addition.PLAIN));
    }
  }

  /** Each addition has an answer of its own, so that none of the above is of plain descent. */
  @Test
  void everyAdditionCounts() {
    TinyTraining training = new TinyTraining(1, 33, 17, 9, 5);
    Map<Long, Addition> answers = new HashMap<>();
    answers.put(training.hash(vector(), 1, Addition.PLAIN), Addition.PLAIN);
    for (Addition added : Addition.updates()) {
      if (!added.settings().update().equals(Update.PLAIN)) {
        assertThat(answers.put(training.hash(vector(), 1, added), added))
            .as("as %s", added)
            .isNull();
      }
    }
    for (Addition added : Addition.others()) {
      if (!added.name().equals("measured")) {
        assertThat(answers.put(training.hash(vector(), 1, added), added))
            .as("as %s", added)
            .isNull();
      }
    }
  }

  /** Numbers, not only equality: the answer of this machine is that of the one that wrote this. */
  @Test
  void theAnswerIsThatOfEveryOtherMachine() {
    assertThat(Hashes.of(vector(), 2)).isEqualTo(-7311057295398863718L);
  }

  /** A species is fixed for the life of a JVM, so each width gets a JVM of its own. */
  @ParameterizedTest
  @ValueSource(ints = {64, 128, 256, 512})
  void everyVectorWidth(int bits) throws Exception {
    List<String> lines =
        OwnJvm.run(
            Hashes.class, "--add-modules", "jdk.incubator.vector", "-Ddownhill.vectorBits=" + bits);
    assertThat(lines).contains("vector, " + bits + " bits: " + Hashes.of(Kernels.scalar(), 2));
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
      int seed = 5000;
      for (Addition added : Addition.others()) {
        hash = hash * 31 + new TinyTraining(seed++).hash(kernels, threads, added);
      }
      for (Rule rule : Rule.values()) {
        Addition added = Addition.of("", Addition.rate(rule), Addition.rule(rule, 0, 0, 0, 0, 0));
        hash = hash * 31 + new TinyTraining(seed++).hash(kernels, threads, added);
      }
      // Several panels, whose width depends on that of the vectors.
      TinyTraining wide = new TinyTraining(1, 131, 260, 130, 10);
      hash = hash * 31 + wide.hashOfNorms(kernels, threads, Addition.others().getFirst());
      return hash * 31 + wide.hashOfNorms(kernels, threads, Addition.everything(Rule.ADAM));
    }
  }
}
