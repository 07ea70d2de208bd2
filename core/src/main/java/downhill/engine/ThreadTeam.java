package downhill.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of threads that do one phase after the other together. The caller is member 0. At
 * the end of a phase everybody waits for everybody: first spinning, since a phase lasts
 * microseconds, then yielding, since others may want the core, then parked, since nobody likes a
 * busy idle machine.
 */
public final class ThreadTeam implements AutoCloseable {
  /** A piece of work that members share among them. */
  @FunctionalInterface
  interface Phase {
    /** Does the part of member {@code member} of {@code members}. */
    void run(int member, int members);
  }

  /** How often a member looks before it parks: longer than the gap between two phases. */
  private static final int SPINS = 2_000;

  /** After how many of those looks it offers its core to others each time. */
  private static final int SPINS_BEFORE_YIELD = 250;

  /**
   * Work below which the caller is done alone before the others have heard of it: a phase costs the
   * team one to two µs, in which one core does this many multiplications and additions.
   */
  private static final long SHARED_FLOPS = 400_000;

  private final Thread[] workers;
  private final long sharedFlops;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger generation = new AtomicInteger();
  private final AtomicInteger sleeping = new AtomicInteger();
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;
  private volatile @Nullable Thread waiting;
  private Phase phase = (member, members) -> {};

  /**
   * Starts a team.
   *
   * @param members threads, the caller among them
   */
  public ThreadTeam(int members) {
    this(members, SHARED_FLOPS);
  }

  /**
   * Starts a team.
   *
   * @param sharedFlops work below which the caller is alone with it
   */
  ThreadTeam(int members, long sharedFlops) {
    this.sharedFlops = sharedFlops;
    workers = new Thread[members - 1];
    try {
      for (int w = 0; w < workers.length; w++) {
        int member = w + 1;
        workers[w] =
            Thread.ofPlatform().daemon().name("downhill-" + member).start(() -> work(member));
      }
    } catch (RuntimeException | Error e) {
      close(); // the machine has no room for so many; those that started must not stay
      throw e;
    }
  }

  /** Returns the number of members. */
  public int members() {
    return workers.length + 1;
  }

  /** Returns the first of {@code n} pieces that belong to {@code member}. */
  static int share(int n, int member, int members) {
    return (int) ((long) n * member / members);
  }

  /**
   * Runs a phase, with all members if it is worth it; returns when all is done. Who does what
   * changes no bit of a result, so this is a matter of time alone.
   *
   * @param flops about how much work the phase is
   */
  void run(Phase work, long flops) {
    if (flops < sharedFlops && !closed) {
      work.run(0, 1);
    } else {
      run(work);
    }
  }

  /**
   * Runs a phase with all members; returns when all are done. Holds the lock meanwhile, so that
   * whoever closes the team waits for the phase: a member that left in it would never be counted.
   */
  synchronized void run(Phase work) {
    if (closed) {
      throw new IllegalStateException("expected an open team of threads, found a closed one");
    }
    if (workers.length == 0) {
      work.run(0, 1);
      return;
    }
    phase = work;
    running.set(workers.length);
    generation.incrementAndGet(); // publishes phase and running
    // A worker counts itself as sleeping before it looks at the generation for the last time, so
    // either it is counted here or it sees the new generation there.
    if (sleeping.get() > 0) {
      unparkAll();
    }
    Throwable mine = null;
    try {
      work.run(0, workers.length + 1);
    } catch (RuntimeException | Error e) {
      mine = e;
    }
    await();
    Throwable theirs = failure;
    failure = null;
    rethrow(mine != null ? mine : theirs);
  }

  private void await() {
    for (int spin = 0; running.get() > 0; spin++) {
      if (spin < SPINS || Thread.currentThread().isInterrupted()) { // whom nothing parks
        pause(spin);
      } else {
        waiting = Thread.currentThread();
        if (running.get() > 0) {
          LockSupport.park(this);
        }
        waiting = null;
      }
    }
  }

  /**
   * Waits a moment. Where other programs want the cores too, the member waited for may be off its
   * core; giving ours away brings it back.
   */
  @SuppressWarnings("ThreadPriorityCheck") // Not for correctness: a hint, as its name says.
  private static void pause(int spin) {
    if (spin < SPINS_BEFORE_YIELD) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }

  private static void rethrow(@Nullable Throwable problem) {
    switch (problem) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(problem);
    }
  }

  private void work(int member) {
    int seen = 0;
    while (true) {
      for (int spin = 0; generation.get() == seen && !closed; spin++) {
        if (spin < SPINS) {
          pause(spin);
        } else {
          sleeping.incrementAndGet();
          if (generation.get() == seen && !closed) {
            LockSupport.park(this);
          }
          sleeping.decrementAndGet();
        }
      }
      if (generation.get() == seen) {
        return; // closed, and no phase is left
      }
      seen++;
      try {
        phase.run(member, workers.length + 1);
      } catch (RuntimeException | Error e) {
        failure = e;
      }
      if (running.decrementAndGet() == 0) {
        LockSupport.unpark(waiting);
      }
    }
  }

  /** Ends the threads, after the phase that runs. */
  @Override
  public synchronized void close() {
    closed = true;
    unparkAll();
  }

  private void unparkAll() {
    for (Thread worker : workers) {
      LockSupport.unpark(worker); // nothing where a thread could not start
    }
  }
}
