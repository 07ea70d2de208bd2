package downhill.tuning;

import downhill.data.Split;
import downhill.modelfile.Checkpoint;
import downhill.modelfile.CheckpointFile;
import downhill.network.Network;
import downhill.training.Checkpoints;
import downhill.training.DivergedException;
import downhill.training.Trainer;
import downhill.training.TrainingEvent;
import downhill.training.TrainingEvent.CheckpointReached;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Progressed;
import downhill.training.TrainingEvent.WentBack;
import downhill.training.TrainingState;
import downhill.training.Validation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A trial on its way through one rung, from its last checkpoint on. */
final class Trial {
  private static final String NUMBER = "trial";
  private static final String ACCURACIES = "accuracies";
  private static final String LOSSES = "losses";

  private final int number;
  private final int rung;
  private final Candidate candidate;
  private final Path folder;
  private final Trainer trainer;
  private final Consumer<TuningEvent> listener;

  private final List<Validation> curve = new ArrayList<>();
  private @Nullable TrainingState state;
  private double seconds;

  Trial(
      int number,
      int rung,
      Candidate candidate,
      Path folder,
      Trainer trainer,
      Consumer<TuningEvent> listener) {
    this.number = number;
    this.rung = rung;
    this.candidate = candidate;
    this.folder = folder;
    this.trainer = trainer.with(Checkpoints.EVERY_EPOCH);
    this.listener = listener;
  }

  /**
   * Trains up to the end of an epoch.
   *
   * @param until the epoch
   * @return what came of it; null if the trainer was asked to stop before
   */
  @Nullable Result run(Split split, int until) throws IOException {
    load();
    if (curve.size() < until) {
      try {
        train(split, until);
      } catch (DivergedException e) {
        return new Result(number, rung, curve, e.getMessage());
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    return curve.size() < until ? null : new Result(number, rung, curve, null);
  }

  /** Returns the time spent on training. */
  double seconds() {
    return seconds;
  }

  private void train(Split split, int until) {
    Consumer<TrainingEvent> events = event -> onEvent(event, until);
    TrainingState from = state;
    if (from == null) {
      long seed = candidate.configuration().seed();
      Network initial = Network.initial(candidate.network(), seed);
      trainer.train(initial, split.train(), split.validation(), events);
    } else {
      trainer.resume(from, split.train(), split.validation(), events);
    }
  }

  private void onEvent(TrainingEvent event, int until) {
    switch (event) {
      case EpochFinished epoch -> {
        seconds += epoch.seconds();
        curve.add(Objects.requireNonNull(epoch.validation()));
      }
      case WentBack back ->
          curve.subList(Math.min(curve.size(), back.epoch() - 1), curve.size()).clear();
      case CheckpointReached(TrainingState reached) -> {
        save(reached);
        if (reached.epoch() > until) { // and not before: an epoch that is done may be taken back
          trainer.stop();
        }
      }
      case Progressed(int epoch, int examplesDone, double time, double loss) ->
          listener.accept(new TuningEvent.Progressed(number, rung, epoch, examplesDone));
      default -> {}
    }
  }

  private void save(TrainingState reached) {
    if (state != null && state.step() == reached.step()) {
      return; // stopping at the end of an epoch tells of it twice
    }
    Map<String, String> settings =
        Map.of(
            NUMBER, Integer.toString(number),
            ACCURACIES, join(TuningRecord.accuracies(curve)),
            LOSSES, join(TuningRecord.losses(curve)));
    try {
      Files.createDirectories(folder);
      CheckpointFile.save(new Checkpoint(reached, new TreeMap<>(settings)), folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    state = reached;
  }

  /** Takes up the last checkpoint. Where there is none to be used, the trial begins again. */
  private void load() {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try {
      CheckpointFile.Loaded loaded = CheckpointFile.load(folder);
      if (loaded.warning() != null) {
        listener.accept(new TuningEvent.Warned(loaded.warning()));
      }
      Map<String, String> settings = loaded.checkpoint().settings();
      TrainingState found = loaded.checkpoint().state();
      String where = folder.toString();
      List<Validation> scores =
          TuningRecord.curve(
              split(settings.getOrDefault(LOSSES, "")),
              split(settings.getOrDefault(ACCURACIES, "")),
              where);
      if (!Integer.toString(number).equals(settings.get(NUMBER))
          || scores.size() != found.epoch() - 1) {
        throw new IOException(where + ": these are checkpoints of something else");
      }
      state = found;
      curve.addAll(scores);
    } catch (IOException | NumberFormatException e) {
      // A kill before the first checkpoint leaves an empty folder: nothing is lost by that.
      if (!isEmpty(folder)) {
        listener.accept(new TuningEvent.Warned(e.getMessage() + "; the trial begins again"));
      }
    }
  }

  private static boolean isEmpty(Path folder) {
    return !CheckpointFile.isIn(folder);
  }

  // Double.toString gives back the same bits when it is parsed.
  private static String join(double[] values) {
    return Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(" "));
  }

  private static List<Double> split(String text) {
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split(" ")).map(Double::valueOf).toList();
  }
}
