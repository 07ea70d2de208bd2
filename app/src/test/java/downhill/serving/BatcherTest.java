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
  private static final int CLIENTS = 40;

  /** The examples of each client's first request: those of all fit into one batch. */
  private static final int AT_FIRST = 10;

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
      Held held = new Held(own::classify);
      Batcher batcher =
          new Batcher(
              held,
              INPUTS,
              CLASSES,
              size -> {
                largest.accumulateAndGet(size, Math::max);
                all.addAndGet(size);
              });
      List<Future<?>> done = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        long its = random.nextLong();
        done.add(
            clients.submit(() -> {
              SplittableRandom mine = new SplittableRandom(its);
              for (int request = 0; request < 25; request++) {
                int count = mine.nextInt(5) == 0 ? mine.nextInt(1, 300) : mine.nextInt(1, 9);
                count = request == 0 ? AT_FIRST : count;
                sent.addAndGet(count);
                check(batcher, mine.nextInt(EXAMPLES - count), count);
              }
              return null;
            }));
        held.inside.await(); // the first comes alone
      }
      held.letGo(batcher, CLIENTS - 1);
      for (Future<?> future : done) {
        future.get();
      }
    }
    assertThat(all.get()).isEqualTo(sent.get());
    assertThat(largest.get())
        .as("some were answered together")
        .isGreaterThanOrEqualTo((CLIENTS - 1) * AT_FIRST);
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
    assertThat(sizesOfBatches(20, 1)).containsExactly(1, 20);
  }

  @Test
  void ofManyWhoWaitABatchTakesNoMoreThanItsLimit() throws Exception {
    assertThat(sizesOfBatches(6, 200)).containsExactly(1, 400, 400, 400);
    assertThat(sizesOfBatches(3, 256)).containsExactly(1, 512, 256);
  }

  /** Returns how large the batches are if some requests come while one example is computed. */
  private static List<Integer> sizesOfBatches(int requests, int examples) throws Exception {
    List<Integer> sizes = new ArrayList<>(); // only the one who leads writes
    Held held = new Held((x, from, count, probabilities, classes) -> {});
    Batcher batcher = new Batcher(held, 1, 1, sizes::add);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> done = new ArrayList<>();
      done.add(clients.submit(() -> ask(batcher, 1)));
      held.inside.await();
      for (int i = 0; i < requests; i++) {
        done.add(clients.submit(() -> ask(batcher, examples)));
      }
      held.letGo(batcher, requests);
      for (Future<?> future : done) {
        future.get();
      }
    }
    return sizes;
  }

  private static Void ask(Batcher batcher, int examples) throws Exception {
    batcher.classify(new float[examples], examples, new float[examples], new int[examples]);
    return null;
  }

  /** Of 2²¹ inputs, two examples are the 2²² values that a batch may have. */
  @Test
  void wideExamplesComeInSmallBatches() throws Exception {
    int inputs = 1 << 21;
    List<Integer> sizes = new ArrayList<>();
    Batcher batcher =
        new Batcher(
            classifier((x, from, count, probabilities, classes) -> {}), inputs, 2, sizes::add);
    batcher.classify(new float[3 * inputs], 3, new float[3 * 2], new int[3]);
    assertThat(sizes).containsExactly(2, 1);
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
    assertThatThrownBy(() -> ask(batcher, 1)).hasMessage("the library fell over");
    float[] probabilities = new float[1];
    batcher.classify(new float[1], 1, probabilities, new int[1]);
    assertThat(probabilities).containsExactly(0.5f);
  }

  @Test
  void aBatchThatFailsIsToldToEverybodyInIt() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Held held =
        new Held((x, from, count, probabilities, classes) -> {
          if (calls.getAndIncrement() > 0) {
            throw new IllegalStateException("the library fell over");
          }
        });
    Batcher batcher = new Batcher(held, 1, 1, size -> {});
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> alone = clients.submit(() -> ask(batcher, 1));
      held.inside.await();
      List<Future<?>> together = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        together.add(clients.submit(() -> ask(batcher, 1)));
      }
      held.letGo(batcher, together.size());
      alone.get();
      for (Future<?> future : together) {
        assertThatThrownBy(() -> future.get()).hasRootCauseMessage("the library fell over");
      }
    }
    assertThat(calls.get()).as("the first, and all others at once").isEqualTo(2);
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
    assertThatThrownBy(() -> ask(batcher, 1)).isInstanceOf(OutOfMemoryError.class);
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

  /** Is held within its first batch, so that it is certain who waits for the next. */
  private static final class Held implements Classifier {
    final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final Work work;

    Held(Work work) {
      this.work = work;
    }

    @Override
    public void classify(float[] x, int from, int count, float[] probabilities, int[] classes)
        throws Exception {
      inside.countDown();
      go.await();
      work.classify(x, from, count, probabilities, classes);
    }

    /** Lets go of it as soon as some wait. */
    void letGo(Batcher batcher, int waiting) throws InterruptedException {
      while (batcher.waiting() < waiting) {
        Thread.sleep(1);
      }
      go.countDown();
    }

    @Override
    public void close() {}
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
