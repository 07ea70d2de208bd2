package downhill.app;

import downhill.evaluation.Evaluation;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.studio.Workshop;
import downhill.training.Pace;
import downhill.training.TrainingEvent.Progressed;
import downhill.training.TrainingEvent.Started;
import downhill.training.TrainingEvent.WentBack;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A training of the studio's: one of the command line's, with the studio for a screen. */
final class StudioTraining implements Workshop.Training {
  private static final long PATIENCE_SECONDS = 8;

  private final Architecture architecture;
  private final Map<String, String> settings;
  private final int epochs;
  private final boolean validated;
  private final boolean keepsBest;
  private final RunFolder folder;
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile boolean begun;
  private volatile boolean stopped;
  private volatile @Nullable TrainingRun run;

  /** What it needs until it is over, and no longer: weights may fill the memory. */
  private volatile @Nullable Needs needs;

  private record Needs(TrainingPlan plan, @Nullable Resumption resumption) {}

  private StudioTraining(TrainingPlan plan, RunFolder folder, @Nullable Resumption resumption) {
    this.architecture = plan.initial().architecture();
    this.settings = new HashMap<>(plan.settings());
    this.settings.put("network", architecture.toString());
    this.epochs = plan.configuration().epochs();
    this.validated = plan.data().validation() != null;
    this.keepsBest = plan.configuration().stopping().keepBest();
    this.folder = folder;
    this.needs = new Needs(plan, resumption);
  }

  /** Returns a training that begins in an empty folder. */
  static StudioTraining fresh(TrainingPlan plan, RunFolder folder) {
    return new StudioTraining(plan, folder, null);
  }

  /** Returns a training that goes on in its folder. */
  static StudioTraining resumed(Path run, Execution execution, ReadingView reading) {
    Resumption resumption = Resumption.of(run, execution, reading);
    if (resumption == null) {
      throw CommandException.refused(
          run + ": expected a run that was stopped, found one that is finished", "start a new one");
    }
    return new StudioTraining(resumption.plan(), resumption.folder(), resumption);
  }

  /** Returns the data that it will learn from; asked before it runs. */
  DataOption data() {
    return Objects.requireNonNull(needs, "it has run before").plan().data().option();
  }

  /** Gives the folder back, since it will not run after all. */
  void giveBack() {
    Needs given = needs;
    needs = null;
    if (given != null && given.resumption() != null) {
      given.resumption().close();
    }
  }

  @Override
  public Path folder() {
    return folder.path();
  }

  @Override
  public Architecture architecture() {
    return architecture;
  }

  @Override
  public Map<String, String> settings() {
    return Map.copyOf(settings);
  }

  @Override
  public int epochs() {
    return epochs;
  }

  @Override
  public String judgedBy() {
    return validated ? "validation" : "test";
  }

  @Override
  public boolean keepsBest() {
    return keepsBest;
  }

  @Override
  public void run(Pace pace, Workshop.Listener listener) {
    begun = true;
    Needs given = Objects.requireNonNull(needs, "it has run before");
    try (@Nullable Resumption resumed = given.resumption()) {
      TrainingRun training = new TrainingRun(given.plan(), new View(listener)).with(pace);
      run = training;
      if (stopped) {
        training.stop();
      }
      if (resumed == null) {
        training.start(folder.path());
      } else {
        resumed.run(training, warning -> System.err.println("downhill: " + warning));
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      // What the session has not told already: it tells only of failures once it has begun.
      Failure failure = Failure.of(e);
      listener.failed(failure.message(), failure.hint());
    } finally {
      run = null;
      needs = null;
      end.countDown();
    }
  }

  @Override
  public void stop() {
    stopped = true;
    TrainingRun training = run;
    if (training != null) {
      training.stop();
    }
  }

  /** Waits until it has written what it knows, but not for ever. */
  void awaitEnd() throws InterruptedException {
    if (begun && !end.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      System.err.println("downhill: stopping took too long; the last saved model is whole");
    }
  }

  /** Passes on what the session tells. */
  private static final class View implements TrainingView {
    private final Workshop.Listener listener;

    View(Workshop.Listener listener) {
      this.listener = listener;
    }

    @Override
    public void started(TrainingPlan of, Started event, Path folder) {
      listener.started(event);
    }

    @Override
    public void resumed(TrainingPlan of, Started event, int epoch) {
      listener.started(event);
    }

    @Override
    public void progressed(Progressed event) {
      // The studio looks at the training itself, through its pace.
    }

    @Override
    public void epochFinished(EpochResult result) {
      @Nullable Evaluation test =
          result.test(); // there is one where the trainer has judged nothing
      listener.epochFinished(
          result.event(),
          result.examplesPerSecond(),
          result.gflops(),
          test != null ? test : result.event().judged());
    }

    @Override
    public void wentBack(WentBack event) {
      listener.wentBack(event);
    }

    @Override
    public void finished(Outcome outcome, Saved saved) {
      listener.finished(outcome.test());
    }

    @Override
    public void interrupted(Saved saved) {
      listener.stopped();
    }

    @Override
    public void failed(String message, long step, Saved saved) {
      // The exception that follows says more: it has a hint.
    }
  }
}
