package downhill.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import downhill.network.Predictions;
import downhill.network.Predictor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that are answered together get what each would get alone. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BatcherTest {
  private static final int INPUTS = 50;
  private static final int CLASSES = 7;
  private static final int EXAMPLES = 1500;

  private final long seed = System.nanoTime();
  private final SplittableRandom random = new SplittableRandom(seed);
  private final Network network = Network.initial(Architecture.of(INPUTS, 70, CLASSES), seed);
  private final float[] examples = new float[EXAMPLES * INPUTS];

  BatcherTest() {
    for (int i = 0; i < examples.length; i++) {
      examples[i] = random.nextInt(3) == 0 ? 0 : random.nextInt(256) / 255f;
    }
  }

  /** Downhill's engine, and how many examples it was given at a time. */
  private final class Own implements Classifier {
    final Predictor predictor = new Predictor(network, new Execution(2, Kernel.AUTO));
    final AtomicInteger inside = new AtomicInteger();

    @Override
    public void classify(float[] x, int from, int count, float[] probabilities, int[] classes) {
      assertThat(inside.incrementAndGet()).as("one thread at a time").isOne();
      Predictions predictions = predictor.predict(x, from, count);
      for (int i = 0; i < count; i++) {
        System.arraycopy(predictions.probabilities(i), 0, probabilities, i * CLASSES, CLASSES);
        classes[i] = predictions.label(i);
      }
      inside.decrementAndGet();
    }

    @Override
    public void close() {
      predictor.close();
    }
  }

  private void check(Batcher batcher, int from, int count) throws Exception {
    float[] x = new float[count * INPUTS];
    System.arraycopy(examples, from * INPUTS, x, 0, x.length);
    float[] probabilities = new float[count * CLASSES];
    int[] classes = new int[count];
    batcher.classify(x, count, probabilities, classes);
    for (int i = 0; i < count; i++) {
      float[] one = new float[INPUTS];
      System.arraycopy(x, i * INPUTS, one, 0, INPUTS);
      float[] expected = network.probabilities(one);
      for (int k = 0; k < CLASSES; k++) {
        assertThat(Float.floatToRawIntBits(probabilities[i * CLASSES + k]))
            .as("seed %s, example %s, class %s", seed, from + i, k)
            .isEqualTo(Float.floatToRawIntBits(expected[k]));
      }
      assertThat(classes[i]).as("seed %s", seed).isEqualTo(network.classify(one));
    }
  }

  @Test
  void togetherOrAloneTheBitsAreTheSame() throws Exception {
    AtomicInteger largest = new AtomicInteger();
    AtomicInteger all = new AtomicInteger();
    AtomicInteger sent = new AtomicInteger();
    try (Own own = new Own();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Batcher batcher =
          new Batcher(
              own,
              INPUTS,
              CLASSES,
              size -> {
                largest.accumulateAndGet(size, Math::max);
                all.addAndGet(size);
              });
      List<Future<?>> done = new ArrayList<>();
      for (int client = 0; client < 40; client++) {
        long its = random.nextLong();
        done.add(
            clients.submit(() -> {
              SplittableRandom mine = new SplittableRandom(its);
              for (int request = 0; request < 25; request++) {
                int count = mine.nextInt(5) == 0 ? mine.nextInt(1, 300) : mine.nextInt(1, 9);
                sent.addAndGet(count);
                check(batcher, mine.nextInt(EXAMPLES - count), count);
              }
              return null;
            }));
      }
      for (Future<?> future : done) {
        future.get();
      }
    }
    assertThat(all.get()).isEqualTo(sent.get());
    assertThat(largest.get()).as("some were answered together").isGreaterThan(300);
  }

  @Test
  void moreThanABatchIsDoneInParts() throws Exception {
    List<Integer> sizes = new ArrayList<>();
    try (Own own = new Own()) {
      check(new Batcher(own, INPUTS, CLASSES, sizes::add), 0, EXAMPLES);
    }
    assertThat(sizes).containsExactly(512, 512, 476);
  }

  @Test
  void whoComesWhileABatchIsComputedGoesWithTheNext() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    List<Integer> sizes = new ArrayList<>(); // only the one who leads writes
    Classifier slow =
        classifier((x, from, count, probabilities, classes) -> {
          first.countDown();
          go.await();
        });
    Batcher batcher = new Batcher(slow, 1, 1, sizes::add);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> done = new ArrayList<>();
      done.add(clients.submit(() -> one(batcher)));
      first.await();
      for (int i = 0; i < 20; i++) {
        done.add(clients.submit(() -> one(batcher)));
      }
      while (batcher.waiting() < 20) {
        Thread.sleep(1);
      }
      go.countDown();
      for (Future<?> future : done) {
        future.get();
      }
    }
    assertThat(sizes).containsExactly(1, 20);
  }

  private static Void one(Batcher batcher) throws Exception {
    batcher.classify(new float[1], 1, new float[1], new int[1]);
    return null;
  }

  @Test
  void aFailureIsToldToEverybodyItMeetsAndToNobodyElse() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Classifier broken =
        classifier((x, from, count, probabilities, classes) -> {
          if (calls.getAndIncrement() == 0) {
            throw new IllegalStateException("the library fell over");
          }
          probabilities[0] = 0.5f;
        });
    Batcher batcher = new Batcher(broken, 1, 1, size -> {});
    assertThatThrownBy(() -> one(batcher)).hasMessage("the library fell over");
    float[] probabilities = new float[1];
    batcher.classify(new float[1], 1, probabilities, new int[1]);
    assertThat(probabilities).containsExactly(0.5f);
  }

  @Test
  void withoutMemoryForABatchOneFailsAndTheNextIsAnswered() throws Exception {
    AtomicInteger batches = new AtomicInteger();
    Classifier half =
        classifier((x, from, count, probabilities, classes) -> probabilities[0] = 0.5f);
    Batcher batcher =
        new Batcher(
            half,
            1,
            1,
            size -> {},
            size -> {
              if (batches.getAndIncrement() == 0) {
                throw new OutOfMemoryError("none left");
              }
              return new ArrayList<>(size);
            });
    assertThatThrownBy(() -> one(batcher)).isInstanceOf(OutOfMemoryError.class);
    assertThat(batcher.waiting()).isZero();
    float[] probabilities = new float[1];
    batcher.classify(new float[1], 1, probabilities, new int[1]);
    assertThat(probabilities).containsExactly(0.5f);
  }

  /** What a classifier does. */
  private interface Work {
    void classify(float[] x, int from, int count, float[] probabilities, int[] classes)
        throws Exception;
  }

  private static Classifier classifier(Work work) {
    return new Classifier() {
      @Override
      public void classify(float[] x, int from, int count, float[] probabilities, int[] classes)
          throws Exception {
        work.classify(x, from, count, probabilities, classes);
      }

      @Override
      public void close() {}
    };
  }
}
