package downhill.serving;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests together. While one batch is computed, others wait; then the one that has waited
 * longest takes all who wait with it, up to a limit, and computes the next batch for all of them.
 * Nobody waits for a batch to fill, so a request that comes alone is answered at once, by its own
 * thread. Safe to share.
 *
 * <p>A batch gives each example the bits that it would get alone: the order of every sum is the
 * same.
 */
final class Batcher {
  /** The most examples of a batch: more make it no faster, and everybody waits longer. */
  private static final int MOST_EXAMPLES = 512;

  /** The most values of a batch, so that networks with many inputs do not fill the memory. */
  private static final int MOST_VALUES = 1 << 22;

  /** Called once for each batch, with its number of examples. */
  interface Observer {
    void batch(int examples);
  }

  /** One request, or a part of a large one, and the thread that waits for it. */
  static final class Job {
    final Thread thread = Thread.currentThread();
    final float[] x;
    final int from;
    final int count;
    final float[] probabilities;
    final int[] classes;
    @Nullable Throwable failure; // published by done
    volatile boolean leads;
    volatile boolean done;

    Job(float[] x, int from, int count, int width) {
      this.x = x;
      this.from = from;
      this.count = count;
      this.probabilities = new float[count * width];
      this.classes = new int[count];
    }

    boolean waits() {
      return !leads && !done;
    }
  }

  private final Classifier classifier;
  private final int inputs;
  private final int width;
  private final int most;
  private final Observer observer;
  private final IntFunction<List<Job>> room;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Job> waiting = new ArrayDeque<>(); // guarded by lock
  private boolean busy; // guarded by lock: whether somebody leads

  /**
   * Makes a batcher.
   *
   * @param inputs n_0
   * @param classes n_L
   */
  Batcher(Classifier classifier, int inputs, int classes, Observer observer) {
    this(classifier, inputs, classes, observer, ArrayList::new);
  }

  /** As above, for a test that lets the memory for a batch's list run out. */
  Batcher(
      Classifier classifier,
      int inputs,
      int classes,
      Observer observer,
      IntFunction<List<Job>> room) {
    this.classifier = classifier;
    this.inputs = inputs;
    this.width = classes;
    this.most = Math.clamp(MOST_VALUES / inputs, 1, MOST_EXAMPLES);
    this.observer = observer;
    this.room = room;
  }

  /**
   * Classifies the examples of one request; waits until that is done. Large requests are done in
   * parts, and let others pass between them.
   *
   * @param x inputs, [count, n_0]
   * @param probabilities [count, n_L], written
   * @param classes [count], written
   * @throws Exception what the classifier threw
   */
  void classify(float[] x, int count, float[] probabilities, int[] classes) throws Exception {
    for (int from = 0; from < count; from += most) {
      Job job = new Job(x, from, Math.min(most, count - from), width);
      answer(job);
      System.arraycopy(job.probabilities, 0, probabilities, from * width, job.probabilities.length);
      System.arraycopy(job.classes, 0, classes, from, job.count);
    }
  }

  /** Returns how many wait for the batch after the present one. */
  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  private void answer(Job job) throws Exception {
    if (!enter(job)) {
      boolean interrupted = false;
      while (job.waits()) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted(); // others may count on this one to lead
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (!job.done) {
      lead(job);
    }
    switch (job.failure) {
      case null -> {}
      case Exception e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(job.failure);
    }
  }

  /** Lines up; returns whether this job has to lead, since nobody does. */
  private boolean enter(Job job) {
    lock.lock();
    try {
      waiting.add(job);
      if (busy) {
        return false;
      }
      busy = true;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Computes one batch, that of the longest waiting, which is the caller; then lets another. */
  private void lead(Job own) {
    List<Job> batch = List.of();
    @Nullable Throwable failure = null;
    try {
      batch = take();
      compute(batch);
    } catch (Exception | Error e) {
      failure = e;
    }
    @Nullable Job next;
    lock.lock();
    try {
      if (batch.isEmpty()) {
        waiting.remove(own); // there was no memory to take anybody
      }
      next = waiting.peek();
      busy = next != null;
    } finally {
      lock.unlock();
    }
    if (next != null) {
      next.leads = true;
      LockSupport.unpark(next.thread);
    }
    for (Job job : batch) {
      job.failure = failure;
      job.done = true;
      LockSupport.unpark(job.thread);
    }
    if (batch.isEmpty()) {
      own.failure = failure;
      own.done = true;
    }
  }

  private List<Job> take() {
    lock.lock();
    try {
      List<Job> batch = room.apply(waiting.size()); // then adding needs no memory, and loses nobody
      int examples = 0;
      for (Job job = waiting.peek(); job != null; job = waiting.peek()) {
        if (!batch.isEmpty() && examples + job.count > most) {
          break;
        }
        examples += job.count;
        batch.add(waiting.remove());
      }
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void compute(List<Job> batch) throws Exception {
    if (batch.size() == 1) {
      Job only = batch.getFirst();
      observer.batch(only.count);
      classifier.classify(only.x, only.from, only.count, only.probabilities, only.classes);
      return;
    }
    int examples = batch.stream().mapToInt(job -> job.count).sum();
    observer.batch(examples);
    float[] x = new float[examples * inputs];
    float[] probabilities = new float[examples * width];
    int[] classes = new int[examples];
    int at = 0;
    for (Job job : batch) {
      System.arraycopy(job.x, job.from * inputs, x, at * inputs, job.count * inputs);
      at += job.count;
    }
    classifier.classify(x, 0, examples, probabilities, classes);
    at = 0;
    for (Job job : batch) {
      System.arraycopy(probabilities, at * width, job.probabilities, 0, job.count * width);
      System.arraycopy(classes, at, job.classes, 0, job.count);
      at += job.count;
    }
  }
}
