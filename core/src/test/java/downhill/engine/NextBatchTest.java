package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch that is copied while the step before it runs is the one that would be fetched. */
class NextBatchTest {
  /** Pieces of plain bytes are of eight examples, others of two. */
  private static final int INPUTS = 300;

  private static Kernels vector() {
    return Kernels.vector().orElseThrow(() -> new AssertionError("the Vector API is not there"));
  }

  private static List<TrainedLayer> layers(TinyTraining training, Addition added) {
    return training.layers.stream()
        .map(layer -> TrainedLayer.of(layer.copy(), added.settings().update()))
        .toList();
  }

  private static long hash(List<TrainedLayer> trained, double[] losses) {
    List<Layer> all = new ArrayList<>();
    for (TrainedLayer layer : trained) {
      all.addAll(List.of(layer.parameters, layer.first, layer.second, layer.average));
    }
    return TinyTraining.hash(all, losses);
  }

  /** Trains; from the second batch on each was named before the step on the one before it. */
  private static long ahead(
      TinyTraining training,
      Kernels kernels,
      ThreadTeam team,
      Addition added,
      boolean floats,
      boolean shared) {
    List<TrainedLayer> trained = layers(training, added);
    double[] losses = new double[training.steps()];
    TrainingStep step =
        new TrainingStep(trained, training.batchSize, kernels, team, added.settings());
    training.fetch(step, 0, added);
    for (int s = 0; s < training.steps(); s++) {
      training.setTargets(step, s, added);
      if (s + 1 < training.steps()) {
        int count = training.labels(s + 1).length;
        if (floats) {
          step.fetchNextFloats(count, scaled(training.batch(s + 1), training.widths[0]), shared);
        } else {
          step.fetchNext(count, training.source(s + 1), shared);
        }
      }
      losses[s] = step.run(training.labels(s).length, added.rate(), s + 1, added.measured());
    }
    return hash(trained, losses);
  }

  /** Returns bytes as the floats that loading makes of them. */
  private static TrainingStep.FloatSource scaled(byte[] bytes, int inputs) {
    return (member, first, past, to) -> {
      for (int i = first * inputs; i < past * inputs; i++) {
        to[i] = (bytes[i] & 0xff) / 255f;
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void givesTheSameBits(int threads) {
    List<Addition> additions = new ArrayList<>(Addition.others());
    additions.add(Addition.PLAIN);
    for (TinyTraining training :
        List.of(
            new TinyTraining(9000),
            new TinyTraining(9003),
            new TinyTraining(9011, 900, 70, 5))) { // pieces of seven examples, or of one
      for (Addition added : additions) {
        long expected = training.hash(vector(), 1, added);
        for (Kernels kernels : List.of(vector(), Kernels.scalar())) {
          // Phases that all share, and phases that the caller is alone with.
          for (long sharedFlops : new long[] {0, Long.MAX_VALUE}) {
            for (int way = 0; way < 4; way++) {
              boolean floats = way % 2 == 1;
              boolean shared = way / 2 == 1;
              try (ThreadTeam team = new ThreadTeam(threads, sharedFlops)) {
                assertThat(ahead(training, kernels, team, added, floats, shared))
                    .as(
                        "%d inputs, %d threads, %s, %s, from %d flops on, floats %s, shared %s",
                        training.widths[0],
                        threads,
                        added,
                        kernels.description(),
                        sharedFlops,
                        floats,
                        shared)
                    .isEqualTo(expected);
              }
            }
          }
        }
      }
    }
  }

  /** However small the step, all members copy; each is at one piece at a time. */
  @Test
  void allMembersShareWhatIsMoreThanACopy() {
    int members = 4;
    AtomicIntegerArray inside = new AtomicIntegerArray(members);
    AtomicInteger clashes = new AtomicInteger();
    CountDownLatch all = new CountDownLatch(members);
    Set<Integer> seen = ConcurrentHashMap.newKeySet();
    try (ThreadTeam team = new ThreadTeam(members, Long.MAX_VALUE)) {
      TrainingStep step = step(team, 64);
      step.fetch(64, (member, first, past, to) -> {}, false);
      step.fetchNext(
          64,
          (member, first, past, to) -> {
            if (inside.incrementAndGet(member) > 1) {
              clashes.incrementAndGet();
            }
            if (seen.add(member)) {
              all.countDown();
            }
            awaited(all); // who waits holds one piece, and there are enough for all
            inside.decrementAndGet(member);
          },
          true);
      step.run(64, 0, 1, false);
    }
    assertThat(clashes).hasValue(0);
    assertThat(seen).as("who has copied").containsExactlyInAnyOrder(0, 1, 2, 3);
  }

  private static void awaited(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).as("all members have come").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** What a step left when its source failed is copied anew, not taken for what it should be. */
  @Test
  void afterAFailureAllIsCopiedAgain() {
    AtomicInteger copied = new AtomicInteger();
    AtomicBoolean fails = new AtomicBoolean(true);
    try (ThreadTeam team = new ThreadTeam(2, 0)) {
      TrainingStep step = step(team, 64);
      step.fetch(64, (member, first, past, to) -> {}, false);
      step.fetchNext(
          64,
          (member, first, past, to) -> {
            if (fails.get() && first >= 40) {
              throw new IllegalStateException("no such example");
            }
            copied.addAndGet(past - first);
          },
          false);
      assertThatThrownBy(() -> step.run(64, 0, 1, false)).hasMessage("no such example");
      fails.set(false);
      copied.set(0);
      step.run(64, 0, 1, false);
    }
    assertThat(copied).hasValue(64);
  }

  /** Batches of other sizes than the largest, and each example asked for once, by one member. */
  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE})
  void copiesEachExampleOnce(long sharedFlops) {
    int most = 37;
    for (int count = 1; count <= most; count++) {
      AtomicIntegerArray bytes = new AtomicIntegerArray(most);
      AtomicIntegerArray floats = new AtomicIntegerArray(most);
      try (ThreadTeam team = new ThreadTeam(3, sharedFlops)) {
        TrainingStep step = step(team, most);
        step.fetch(most, (member, first, past, to) -> {}, false);
        step.fetchNext(count, counted(bytes), false);
        step.run(most, 0, 1, false);
        step.fetchNextFloats(
            count,
            (member, first, past, to) -> {
              for (int b = first; b < past; b++) {
                floats.incrementAndGet(b);
              }
            },
            true);
        step.run(count, 0, 2, false);
        step.fetchNext(count, counted(bytes), false);
        step.run(count, 0, 3, false);
        step.run(count, 0, 4, false); // none was named: the batch stays
      }
      for (int b = 0; b < most; b++) {
        assertThat(bytes.get(b))
            .as("bytes of example %d of %d, twice", b, count)
            .isEqualTo(b < count ? 2 : 0);
        assertThat(floats.get(b)).as("floats of example %d", b).isEqualTo(b < count ? 1 : 0);
      }
    }
  }

  private static TrainingStep.Source counted(AtomicIntegerArray counts) {
    return (member, first, past, to) -> {
      for (int b = first; b < past; b++) {
        counts.incrementAndGet(b);
      }
    };
  }

  /** Bytes may follow floats, floats bytes, and what is fetched replaces what was only named. */
  @Test
  void theLastWordCounts() {
    TrainingStep.FloatSource ones =
        (member, first, past, to) -> Arrays.fill(to, INPUTS * first, INPUTS * past, 1);
    TrainingStep.Source white =
        (member, first, past, to) -> Arrays.fill(to, INPUTS * first, INPUTS * past, (byte) 255);
    TrainingStep.Source black =
        (member, first, past, to) -> Arrays.fill(to, INPUTS * first, INPUTS * past, (byte) 0);
    try (ThreadTeam team = new ThreadTeam(2, 0)) {
      TrainingStep step = step(team, 4);
      step.fetch(4, black, false);
      double ofBlack = step.run(4, 0, 1, false);
      step.fetch(4, white, false);
      double ofWhite = step.run(4, 0, 2, false);
      assertThat(ofBlack).isNotEqualTo(ofWhite);
      step.fetchNext(4, black, false);
      assertThat(step.run(4, 0, 3, false)).as("still the batch before").isEqualTo(ofWhite);
      step.fetchNextFloats(4, ones, true);
      assertThat(step.run(4, 0, 4, false)).isEqualTo(ofBlack);
      step.fetchNext(4, black, true);
      assertThat(step.run(4, 0, 5, false)).as("floats").isEqualTo(ofWhite);
      step.fetchNextFloats(4, ones, false);
      step.fetchNext(4, white, false);
      assertThat(step.run(4, 0, 6, false)).isEqualTo(ofBlack);
      step.fetchNext(4, black, false);
      step.fetch(4, white, false);
      assertThat(step.run(4, 0, 7, false)).as("fetched at once").isEqualTo(ofWhite);
      assertThat(step.run(4, 0, 8, false)).as("what was named is forgotten").isEqualTo(ofWhite);
    }
  }

  /** Returns a step that nothing was fetched for; all labels are 0. */
  private static TrainingStep step(ThreadTeam team, int batchSize) {
    List<TrainedLayer> layers = new ArrayList<>();
    int[] widths = {INPUTS, 20, 3};
    for (int l = 1; l < widths.length; l++) {
      float[] W = Philox.heWeights(1, l, widths[l], widths[l - 1]);
      Layer layer = Layer.of(widths[l - 1], widths[l], W, new float[widths[l]]);
      layers.add(TrainedLayer.of(layer, Update.PLAIN));
    }
    return new TrainingStep(layers, batchSize, vector(), team, TrainingStep.Settings.PLAIN);
  }
}
