package downhill.app;

import downhill.app.TrainingView.EpochResult;
import downhill.app.TrainingView.Outcome;
import downhill.app.TrainingView.Saved;
import downhill.evaluation.Evaluation;
import downhill.modelfile.Checkpoint;
import downhill.modelfile.CheckpointFile;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Architecture;
import downhill.network.Network;
import downhill.report.ModelBytes;
import downhill.report.Reports;
import downhill.report.Subject;
import downhill.training.DivergedException;
import downhill.training.Trainer;
import downhill.training.TrainingConfiguration;
import downhill.training.TrainingEvent;
import downhill.training.TrainingEvent.CheckpointReached;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Finished;
import downhill.training.TrainingEvent.Progressed;
import downhill.training.TrainingEvent.Started;
import downhill.training.TrainingEvent.WentBack;
import downhill.training.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Listens to the trainer: judges and saves the model after each epoch, saves checkpoints, and tells
 * the views. The model of the last finished epoch and the last checkpoint are safe on the disk
 * whatever happens next.
 */
final class TrainingSession {
  private final TrainingPlan plan;
  private final Trainer trainer;
  private final RunFolder folder;
  private final History history;
  private final List<TrainingView> views;
  private final Interruption interruption;
  private final SortedMap<String, String> settings;

  private @Nullable TrainingState from;
  private int stepsPerEpoch;
  private long skipped;
  private double seconds;
  private int savedEpochs;
  private long checkpoint = -1;
  private @Nullable Evaluation lastTest;
  private @Nullable Finished finished;
  private boolean told;

  TrainingSession(
      TrainingPlan plan,
      Trainer trainer,
      RunFolder folder,
      History history,
      List<TrainingView> views,
      Interruption interruption) {
    this.plan = plan;
    this.trainer = trainer;
    this.folder = folder;
    this.history = history;
    this.views = List.copyOf(views);
    this.interruption = interruption;
    this.settings = CheckpointSettings.of(plan);
  }

  /** Trains from the beginning, and returns the exit status. */
  int start() {
    return run(() ->
        trainer.train(
            plan.initial(), plan.data().train(), plan.data().validation(), this::onEvent));
  }

  /** Goes on from a checkpoint, and returns the exit status. */
  int resume(TrainingState state, History.Past past) {
    from = state;
    seconds = past.seconds();
    savedEpochs = savedEpochs(state);
    checkpoint = state.step();
    return run(
        () -> trainer.resume(state, plan.data().train(), plan.data().validation(), this::onEvent));
  }

  /** Returns of how many epochs the model in the folder is: it may be newer than a checkpoint. */
  private int savedEpochs(TrainingState state) {
    if (!Files.exists(folder.model())) {
      return 0;
    }
    try {
      String epochs = ModelFile.load(folder.model()).provenance().get(TrainingPlan.EPOCHS);
      return epochs == null ? state.epoch() - 1 : Integer.parseInt(epochs);
    } catch (IOException | NumberFormatException e) {
      return state.epoch() - 1; // it is written anew after the next epoch
    }
  }

  private int run(Supplier<Network> training) {
    try {
      if (!interruption.requested()) {
        Network result = training.get();
        if (finished != null) {
          finish(result, finished);
          return ExitStatus.OK;
        }
      }
      tell(view -> view.interrupted(saved()));
      return ExitStatus.INTERRUPTED;
    } catch (DivergedException e) {
      tellAll(view -> view.failed(Failure.describe(e), e.step(), saved()), e);
      throw diverged(e);
    } catch (StandardOutput.ClosedException e) {
      if (!told) {
        views.getFirst().interrupted(saved()); // the record alone: nobody looks at the screen
      }
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      Failure failure = Failure.of(e);
      tellAll(view -> view.failed(failure.message(), 0, saved()), e);
      throw e;
    }
  }

  private void finish(Network result, Finished event) {
    Evaluation test = lastTest;
    if (test == null) {
      // With a validation set, only now; or a resumed run had no epoch left to do.
      test = tested(result, event.epochs());
      save(result, event.epochs());
    }
    report(result, event.epochs());
    Outcome outcome = new Outcome(event.epochs(), event.early(), event.bestEpoch(), test);
    told = true;
    tell(view -> view.finished(outcome, saved()));
  }

  private void report(Network result, int epochs) {
    TrainingData data = plan.data();
    try {
      Subject subject =
          new Subject(
              model(result, epochs),
              folder.model(),
              ModelBytes.of(folder.model()),
              data.option().name(),
              data.option().again(),
              data.all(),
              folder.history());
      Reports.write(subject, folder.path(), plan.execution());
    } catch (IOException e) {
      throw CommandException.failed(
          "the report can't be written: " + Failure.describe(e), remedy(e), e);
    }
  }

  private Model model(Network network, int epochs) {
    TrainingData data = plan.data();
    return new Model(network, data.classNames(), plan.provenance(epochs), data.train().schema());
  }

  private void onEvent(TrainingEvent event) {
    if (interruption.requested()) {
      trainer.stop(); // also where the signal came before the training
    }
    switch (event) {
      case Started started -> onStart(started);
      case Progressed progressed -> tell(view -> view.progressed(progressed));
      case EpochFinished epoch -> onEpoch(epoch);
      case CheckpointReached reached -> onCheckpoint(reached.state());
      case WentBack back -> {
        skipped = back.step() % stepsPerEpoch * plan.configuration().batchSize();
        tell(view -> view.wentBack(back));
      }
      case Finished end -> finished = end;
    }
  }

  private void onStart(Started event) {
    stepsPerEpoch = event.stepsPerEpoch();
    if (from == null) {
      tell(view -> view.started(plan, event, folder.path()));
    } else {
      int epoch = from.epoch();
      skipped = from.examplesDone();
      tell(view -> view.resumed(plan, event, epoch));
    }
  }

  private void onEpoch(EpochFinished event) {
    seconds += event.seconds();
    TrainingData data = plan.data();
    lastTest = data.validation() == null ? tested(event.network(), event.epoch()) : null;
    save(event.network(), event.epoch());
    double rate = (data.train().size() - skipped) / event.seconds();
    skipped = 0;
    Architecture architecture = plan.initial().architecture();
    long flops = architecture.trainingFlops(plan.configuration().frozen());
    double gflops = rate * flops / 1e9;
    EpochResult result = new EpochResult(event, rate, gflops, lastTest);
    tell(view -> view.epochFinished(result));
  }

  private Evaluation tested(Network network, int epoch) {
    Evaluation test = Evaluation.of(network, plan.data().test(), plan.execution());
    if (!Double.isFinite(test.loss())) {
      throw CommandException.failed(
          "the loss of the test %ss is not finite after epoch %d"
              .formatted(plan.data().option().noun(), epoch),
          hintForRate(),
          new IllegalStateException("test loss " + test.loss()));
    }
    return test;
  }

  private void save(Network network, int epochs) {
    try {
      ModelFile.save(model(network, epochs), folder.model());
      savedEpochs = epochs;
    } catch (IOException e) {
      throw CommandException.failed(
          "the model of epoch %d can't be saved: %s".formatted(epochs, Failure.describe(e)),
          remedy(e),
          e);
    }
  }

  private void onCheckpoint(TrainingState state) {
    // First what was told: a run that goes on from here must find it.
    history.flush();
    try {
      CheckpointFile.save(new Checkpoint(state, settings), folder.path());
      checkpoint = state.step();
    } catch (IOException e) {
      throw CommandException.failed(
          "the checkpoint of step %d can't be saved: %s"
              .formatted(state.step(), Failure.describe(e)),
          remedy(e),
          e);
    }
  }

  private Saved saved() {
    return new Saved(folder.path(), savedEpochs, checkpoint, seconds);
  }

  private void tell(Consumer<TrainingView> message) {
    views.forEach(message);
  }

  // For the last words of a run that failed: a view that can't be written must not hide why.
  private void tellAll(Consumer<TrainingView> message, Throwable cause) {
    for (TrainingView view : views) {
      try {
        message.accept(view);
      } catch (RuntimeException e) {
        if (!e.equals(cause)) { // nothing may suppress itself
          cause.addSuppressed(e);
        }
      }
    }
  }

  private CommandException diverged(DivergedException e) {
    return CommandException.failed(Failure.describe(e), hintForRate(), e);
  }

  private String hintForRate() {
    double rate =
        Math.min(
            plan.configuration().learningRate() / 10,
            TrainingConfiguration.defaults().learningRate());
    return "try --learning-rate %s; %s"
        .formatted(
            Text.setting(Double.parseDouble(Text.significant(rate, 2))), TextView.onDisk(saved()));
  }

  /** Returns what to do about a file of the run that can't be written. */
  private String remedy(IOException e) {
    return Failure.remedy(e)
        + (CheckpointFile.isIn(folder.path())
            ? "; " + TextView.again(saved())
            : "; the run has to begin again");
  }
}
