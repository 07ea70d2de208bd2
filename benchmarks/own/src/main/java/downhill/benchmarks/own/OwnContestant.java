package downhill.benchmarks.own;

import downhill.benchmarks.harness.Contestant;
import downhill.benchmarks.harness.Task;
import downhill.benchmarks.harness.Worker;
import downhill.data.Datasets;
import downhill.evaluation.Evaluation;
import downhill.fashionmnist.FashionMnist;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import downhill.training.Schedule;
import downhill.training.Trainer;
import downhill.training.TrainingConfiguration;
import downhill.training.TrainingEvent;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import org.jspecify.annotations.Nullable;

/**
 * Ourselves, through the public API: the trainer runs on a thread of its own and waits in its
 * listener between the epochs. {@code -Ddownhill.benchmarks.kernel=SCALAR} asks for other kernels.
 */
final class OwnContestant implements Contestant {
  /** So many epochs that nobody asks for the last. */
  private static final int EPOCHS = 1 << 20;

  private final Datasets data = FashionMnist.load();
  private final Execution execution;
  private final Semaphore wanted = new Semaphore(0);
  private final CountDownLatch prepared = new CountDownLatch(1);

  /** The network after each epoch; nothing after a failure. */
  private final SynchronousQueue<Optional<Network>> trained = new SynchronousQueue<>();

  private volatile @Nullable Throwable failure;
  private @Nullable Network network;

  private OwnContestant(Task task) throws InterruptedException {
    execution =
        new Execution(
            task.threads(),
            Kernel.valueOf(System.getProperty("downhill.benchmarks.kernel", "AUTO")));
    TrainingConfiguration recipe =
        TrainingConfiguration.descent(EPOCHS, task.batch(), task.rate(), task.seed())
            .withShuffle(false)
            .withSchedule(
                task.decay() == 1
                    ? new Schedule.Constant()
                    : new Schedule.Exponential(task.decay()));
    Network initial = Network.initial(Architecture.parse(task.network()), task.seed());
    Thread.ofPlatform().daemon().start(() -> train(recipe, initial));
    prepared.await();
  }

  private void train(TrainingConfiguration recipe, Network initial) {
    try {
      new Trainer(recipe, execution).train(initial, data.train(), this::wait);
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    prepared.countDown();
    try {
      trained.put(Optional.empty());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void wait(TrainingEvent event) {
    prepared.countDown(); // the first event comes when all is there that a step needs
    try {
      if (event instanceof TrainingEvent.EpochFinished finished) {
        trained.put(Optional.of(finished.network()));
      }
      if (!(event instanceof TrainingEvent.Progressed)) {
        wanted.acquire();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String version() {
    return "Downhill";
  }

  @Override
  public void epoch() throws InterruptedException {
    wanted.release();
    Optional<Network> next = trained.take();
    network = next.orElseThrow(() -> new IllegalStateException("training ended: " + failure));
  }

  @Override
  public double accuracy() {
    if (network == null) {
      throw new IllegalStateException("expected an epoch before");
    }
    return Evaluation.of(network, data.test(), execution).accuracy();
  }

  public static void main(String[] arguments) {
    Worker.serve(arguments, OwnContestant::new);
  }
}
