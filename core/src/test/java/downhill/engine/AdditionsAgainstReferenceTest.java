package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import downhill.engine.Update.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What may be added to plain descent means what it says: the engine against double precision. */
class AdditionsAgainstReferenceTest {
  /**
   * Four steps of roundings of numbers up to about 1, and of gradients that are sums of up to 100.
   */
  private static final double BOUND = 4e-6;

  /** The reference's gradients are those of its loss, for a fixed choice of units. */
  @Test
  void theReferenceAgainstCentralDifferences() {
    TinyTraining training = new TinyTraining(3, 7, 9, 6, 4);
    ReferenceTraining reference = new ReferenceTraining(training, Addition.everything(Rule.ADAM));
    reference.load(0);
    double total = reference.total;
    reference.gradients(0);
    double[][] gradients =
        Arrays.stream(reference.gradients).map(double[]::clone).toArray(double[][]::new);
    double h = 1e-6;
    for (int l = 0; l < gradients.length; l++) {
      for (int i = 0; i < gradients[l].length; i++) {
        double before = reference.parameters[l][i];
        reference.parameters[l][i] = before + h;
        double above = reference.gradients(0) / total;
        reference.parameters[l][i] = before - h;
        double below = reference.gradients(0) / total;
        reference.parameters[l][i] = before;
        assertThat((above - below) / (2 * h))
            .as("layer %d, parameter %d", l + 1, i)
            .isCloseTo(gradients[l][i], within(1e-8));
      }
    }
  }

  static List<Addition> additions() {
    List<Addition> all = new ArrayList<>(Addition.others());
    for (Rule rule : Rule.values()) {
      all.add(
          Addition.of(rule.toString(), Addition.rate(rule), Addition.rule(rule, 0, 0, 0, 0, 0)));
    }
    return all;
  }

  /** Several panels of units and several chunks of inputs, and a smaller batch in between. */
  @ParameterizedTest
  @MethodSource("additions")
  void wideLayers(Addition added) {
    assertFollows(added, new TinyTraining(9, 70, 131, 9, 5));
  }

  @ParameterizedTest
  @EnumSource
  void everyUpdate(Rule rule) {
    for (Addition added : Addition.updates()) {
      if (added.settings().update().rule() == rule) {
        assertFollows(added, new TinyTraining(10, 17, 33, 5));
      }
    }
  }

  private static void assertFollows(Addition added, TinyTraining training) {
    ReferenceTraining reference = new ReferenceTraining(training, added);
    Update update = added.settings().update();
    List<TrainedLayer> trained =
        training.layers.stream().map(layer -> TrainedLayer.of(layer.copy(), update)).toList();
    try (ThreadTeam team = new ThreadTeam(2)) {
      TrainingStep step =
          new TrainingStep(
              trained, training.batchSize, Kernels.choose("AUTO"), team, added.settings());
      for (int s = 0; s < training.steps(); s++) {
        training.fetch(step, s, added);
        int count = training.labels(s).length;
        double loss = step.run(count, added.rate(), s + 1, true);
        reference.step(s);
        String name = added + ", step " + (s + 1);
        assertThat(loss).as(name).isCloseTo(reference.loss, within(BOUND * count));
        assertThat(step.gradientNorm()).as(name).isCloseTo(reference.norm, within(BOUND));
        for (int l = 0; l < trained.size(); l++) {
          assertThat(furthest(trained.get(l).parameters, reference.parameters[l]))
              .as("%s, layer %d", name, l + 1)
              .isLessThan(BOUND);
          if (update.averaging() > 0) {
            assertThat(furthest(trained.get(l).average, reference.average[l]))
                .as("average, %s, layer %d", name, l + 1)
                .isLessThan(BOUND);
          }
        }
      }
    }
  }

  /** Returns the largest difference between two, or NaN where one is no number. */
  private static double furthest(Layer layer, double[] expected) {
    double[] found = ReferenceTraining.flat(layer);
    assertThat(found).hasSameSizeAs(expected);
    double furthest = 0;
    for (int i = 0; i < found.length; i++) {
      furthest = Math.max(furthest, Math.abs(found[i] - expected[i]));
    }
    return furthest;
  }

  /** The first moment after one step is the gradient, clipped. */
  @Test
  void aClippedGradientHasItsNorm() {
    TinyTraining training = new TinyTraining(11, 17, 33, 5);
    Update update = Addition.rule(Rule.MOMENTUM, 0, 0, 0, 0.01, 0);
    List<TrainedLayer> trained =
        training.layers.stream().map(layer -> TrainedLayer.of(layer.copy(), update)).toList();
    TrainingStep.Settings settings = new TrainingStep.Settings(update, 0, 0, 0, 0, false);
    try (ThreadTeam team = new ThreadTeam(1)) {
      TrainingStep step =
          new TrainingStep(trained, training.batchSize, Kernels.scalar(), team, settings);
      training.fetch(step, 0, Addition.PLAIN);
      step.run(training.labels(0).length, 0.1f, 1, false);
      assertThat(step.gradientNorm()).as("before").isGreaterThan(0.1);
    }
    double squares = 0;
    for (TrainedLayer layer : trained) {
      for (double g : ReferenceTraining.flat(layer.first)) {
        squares += g * g;
      }
    }
    assertThat(Math.sqrt(squares)).isCloseTo(0.01, within(2e-7));
  }

  /** A batch that counts nothing has no gradient, and its loss counts nothing. */
  @Test
  void aBatchThatCountsNothing() {
    TinyTraining training = new TinyTraining(12, 17, 33, 5);
    List<TrainedLayer> trained =
        training.layers.stream().map(layer -> TrainedLayer.of(layer.copy(), Update.PLAIN)).toList();
    try (ThreadTeam team = new ThreadTeam(1)) {
      TrainingStep step =
          new TrainingStep(
              trained, training.batchSize, Kernels.scalar(), team, TrainingStep.Settings.PLAIN);
      training.fetch(step, 0, Addition.PLAIN);
      Arrays.fill(step.targets().weights, 0);
      assertThat(step.run(training.labels(0).length, 0.5f, 1, true)).isZero();
      assertThat(step.gradientNorm()).isZero();
      assertThat(step.targets().sum()).isZero();
    }
    for (int l = 0; l < trained.size(); l++) {
      assertThat(trained.get(l).parameters.w).containsExactly(training.layers.get(l).w);
      assertThat(trained.get(l).parameters.b).containsExactly(training.layers.get(l).b);
    }
  }

  /** Units that nothing can make active are idle, others are not; forgetting begins anew. */
  @Test
  void idleUnits() {
    int out = 70;
    float[] biases = new float[out];
    Arrays.fill(biases, 1);
    for (int i : new int[] {0, 17, 69}) {
      biases[i] = -1;
    }
    Layer hidden = Layer.of(5, out, new float[5 * out], biases);
    Layer last = Layer.of(out, 3, Philox.heWeights(1, 2, 3, out), new float[3]);
    List<TrainedLayer> layers =
        List.of(TrainedLayer.of(hidden, Update.PLAIN), TrainedLayer.of(last, Update.PLAIN));
    try (ThreadTeam team = new ThreadTeam(2)) {
      TrainingStep step =
          new TrainingStep(layers, 4, Kernels.choose("AUTO"), team, TrainingStep.Settings.PLAIN);
      assertThat(step.idle(1)).isEqualTo(1);
      step.fetch(
          4,
          (member, first, past, batch) -> Arrays.fill(batch, 5 * first, 5 * past, (byte) 0),
          false);
      step.run(4, 1e-6f, 1, false);
      assertThat(step.idle(1)).isEqualTo(3.0 / out);
      step.forget();
      assertThat(step.idle(1)).isEqualTo(1);
    }
  }
}
