package downhill.training;

import downhill.data.Dataset;
import downhill.engine.Kernels;
import downhill.engine.ThreadTeam;
import downhill.engine.TrainingStep;
import downhill.engine.Update;
import downhill.evaluation.Answers;
import downhill.evaluation.Evaluation;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.training.TrainingEvent.CheckpointReached;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Finished;
import downhill.training.TrainingEvent.Progressed;
import downhill.training.TrainingEvent.Started;
import downhill.training.TrainingEvent.WentBack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One training from its first step to its last: the epochs, the steps, the clock. */
final class TrainingRun implements AutoCloseable {
  /** How often progress is told. */
  private static final long PROGRESS_NANOS = 100_000_000;

  /** By how many training examples a checkpoint is judged before a retry may go back to it. */
  private static final int JUDGES = 1000;

  /** A loss that is so many times that of guessing leaves nothing worth going back to. */
  private static final double HOPELESS = 10;

  private final TrainingConfiguration configuration;
  private final Execution execution;
  private final @Nullable Dataset validation;

  /** What judges checkpoints; null where nobody goes back to one. */
  private final @Nullable Dataset judges;

  private final Checkpoints checkpoints;
  private final Pace pace;
  private final Consumer<TrainingEvent> listener;
  private final Kernels kernels;
  private final ThreadTeam team;
  private final Parameters parameters;
  private final TrainingStep step;
  private final BatchFeed feed;
  private final int examples;
  private final int stepsPerEpoch;

  // All of it, with the parameters, makes a TrainingState.
  private int epoch = 1;
  private long steps;
  private int done;
  private double weight;
  private double loss;
  private int right;
  private double rateFactor = 1;
  private int retries;
  private Standing standing = Standing.START;
  private @Nullable Network best;

  /** Where a retry goes back to, and the loss there by {@link #judges}. */
  private @Nullable TrainingState lastGood;

  private double lastGoodLoss;

  /** The loss of the parameters that were judged last. */
  private double judgedLoss;

  private double rate;
  private long nanos;

  TrainingRun(
      TrainingConfiguration configuration,
      Execution execution,
      Kernels kernels,
      TrainingJob job,
      Checkpoints checkpoints,
      Pace pace,
      Consumer<TrainingEvent> listener) {
    this.configuration = configuration;
    this.execution = execution;
    this.validation = job.validation();
    this.judges = configuration.retries() > 0 ? judges(job.data()) : null;
    this.checkpoints = checkpoints;
    this.pace = pace;
    this.listener = listener;
    this.kernels = kernels;
    this.examples = job.data().size();
    this.stepsPerEpoch = Math.ceilDiv(examples, configuration.batchSize());
    TrainingStep.Settings settings = EngineSettings.of(configuration);
    Update update = settings.update();
    this.parameters = new Parameters(job.initial(), update, configuration.frozen());
    this.team = new ThreadTeam(execution.threads());
    try {
      this.step =
          new TrainingStep(parameters.layers(), configuration.batchSize(), kernels, team, settings);
      this.feed = new BatchFeed(configuration, job.data(), step, team.members());
      if (job.state() != null) {
        restore(job.state());
      }
    } catch (RuntimeException | Error e) {
      team.close(); // there may be no memory for the buffers; the threads must not stay
      throw e;
    }
  }

  /** Trains until the epochs are done or {@code stop} says so, and returns the network then. */
  Network train(BooleanSupplier stop) {
    listener.accept(
        new Started(
            examples, stepsPerEpoch, team.members(), kernels.description(), steps, current()));
    if (judges != null) {
      judgedLoss = judge(judges);
      remember(state());
    }
    if (steps == 0 && checkpoints.atStop()) {
      listener.accept(new CheckpointReached(state()));
    }
    while (epoch <= configuration.epochs() && !standing.isOver(configuration.stopping())) {
      try {
        if (!epoch(stop)) {
          return stopped();
        }
      } catch (DivergedException e) {
        goBack(e);
      }
    }
    boolean early = epoch <= configuration.epochs();
    listener.accept(new Finished(epoch - 1, early, best == null ? 0 : standing.bestEpoch()));
    return result();
  }

  /** Does the rest of an epoch; returns false if it was stopped before its end. */
  private boolean epoch(BooleanSupplier stop) {
    nanos = 0;
    long start = System.nanoTime();
    long told = start;
    feed.begin(epoch);
    step.forget();
    while (done < examples) {
      if (pace.isDue(steps)) {
        nanos += System.nanoTime() - start;
        pace.hold(moment());
        start = System.nanoTime();
      }
      if (stop.getAsBoolean()) {
        return false;
      }
      step();
      long now = System.nanoTime();
      boolean checkpoint = checkpoints.isDue(steps) && done < examples;
      boolean tell = now - told >= PROGRESS_NANOS && done < examples;
      if (checkpoint || tell) {
        nanos += now - start;
        if (checkpoint) {
          checkParameters();
          checkpoint();
        }
        if (tell) {
          listener.accept(new Progressed(epoch, done, nanos * 1e-9, meanLoss()));
          told = System.nanoTime();
        }
        start = System.nanoTime();
      }
    }
    nanos += System.nanoTime() - start;
    finishEpoch();
    return true;
  }

  private Moment moment() {
    double accuracy = done > 0 ? (double) right / done : 0;
    return new Moment(epoch, steps, done, nanos * 1e-9, meanLoss(), accuracy, this::finite);
  }

  /** Returns the network as it is; where the last update broke it, training has diverged. */
  private Network finite() {
    if (!parameters.areFinite()) {
      throw new DivergedException(steps, epoch, rate);
    }
    return current();
  }

  private void step() {
    int count = Math.min(configuration.batchSize(), examples - done);
    int following = Math.min(configuration.batchSize(), examples - done - count);
    feed.fetch(done, count, following);
    rate = configuration.learningRate(steps, stepsPerEpoch, standing.plateaus()) * rateFactor;
    boolean last = done + count == examples;
    double sum = step.run(count, (float) rate, steps + 1, last);
    steps++;
    if (!Double.isFinite(sum)) {
      throw new DivergedException(steps, epoch, rate);
    }
    done += count;
    right += step.right();
    loss += sum;
    weight += step.targets().sum();
  }

  private void finishEpoch() {
    // The loss was still finite: it is taken before the update that may have broken all. Nobody is
    // told of an epoch that will be taken back.
    checkParameters();
    double meanLoss = meanLoss();
    Validation score = null;
    Evaluation judged = null;
    if (validation != null) {
      judged = Evaluation.of(current(), validation, execution);
      if (!Double.isFinite(judged.loss())) {
        throw new DivergedException(steps, epoch, rate);
      }
      score = new Validation(judged.loss(), judged.accuracy());
    }
    standing =
        score == null
            ? standing.plateau(configuration.schedule(), meanLoss)
            : standing.after(epoch, configuration, score);
    if (configuration.stopping().keepBest() && standing.bestEpoch() == epoch) {
      best = current();
    }
    EpochFinished event =
        new EpochFinished(
            epoch,
            steps,
            nanos * 1e-9,
            meanLoss,
            (double) right / examples,
            rate,
            step.gradientNorm(),
            layerNorms(),
            idleUnits(),
            score,
            judged,
            standing.bestEpoch(),
            result());
    epoch++;
    done = 0;
    weight = 0;
    loss = 0;
    right = 0;
    listener.accept(event);
    if (checkpoints.isDue(steps) || checkpoints.atEpochs()) {
      checkpoint();
    }
  }

  /** Returns the mean loss of the epoch so far; 0 where no example has counted anything yet. */
  private double meanLoss() {
    return weight > 0 ? loss / weight : 0;
  }

  private List<Double> layerNorms() {
    List<Double> norms = new ArrayList<>();
    for (int l = 1; l <= parameters.layers().size(); l++) {
      norms.add(step.gradientNorm(l));
    }
    return norms;
  }

  private List<Double> idleUnits() {
    List<Double> shares = new ArrayList<>();
    for (int l = 1; l < parameters.layers().size(); l++) {
      shares.add(step.idle(l));
    }
    return shares;
  }

  private void checkParameters() {
    if (!parameters.areFinite() || (retries < configuration.retries() && isHopeless())) {
      throw new DivergedException(steps, epoch, rate);
    }
  }

  private void checkpoint() {
    TrainingState state = state();
    remember(state);
    listener.accept(new CheckpointReached(state));
  }

  /** Keeps what has just been judged as the state to go back to. */
  private void remember(TrainingState state) {
    if (judges != null) {
      lastGood = state;
      lastGoodLoss = judgedLoss;
    }
  }

  /**
   * Returns whether the parameters, finite as they are, are too far off for any rate to help, and
   * farther than those to go back to.
   */
  private boolean isHopeless() {
    if (judges == null) {
      return false;
    }
    judgedLoss = judge(judges);
    return !(judgedLoss <= HOPELESS * StrictMath.log(judges.classes()))
        && !(judgedLoss <= lastGoodLoss);
  }

  /** Returns the mean loss of the parameters as they are. */
  private double judge(Dataset by) {
    Answers answers = Answers.of(parameters.network(), by, execution);
    double sum = 0;
    double counting = 0;
    for (int i = 0; i < by.size(); i++) {
      sum += weight(by, i) * answers.get(i).loss();
      counting += weight(by, i);
    }
    return sum / counting;
  }

  /**
   * Returns examples at equal distances, since data may be sorted by class. What counts nothing is
   * left out: training never looks at it.
   */
  private Dataset judges(Dataset data) {
    int[] counting = IntStream.range(0, data.size()).filter(i -> weight(data, i) > 0).toArray();
    int count = Math.min(JUDGES, counting.length);
    int[] chosen = new int[count];
    Arrays.setAll(chosen, k -> counting[(int) ((long) k * counting.length / count)]);
    return data.select(chosen);
  }

  private double weight(Dataset data, int i) {
    List<Double> ofClasses = configuration.regularization().classWeights();
    return data.weight(i) * (ofClasses.isEmpty() ? 1 : ofClasses.get(data.label(i)));
  }

  /** Returns the result of a training that was asked to stop, after it can be taken up again. */
  private Network stopped() {
    if (!parameters.areFinite()) {
      throw new DivergedException(steps, epoch, rate);
    }
    // With retries, where training goes back to must not depend on when it was stopped.
    if (checkpoints.atStop() && configuration.retries() == 0) {
      listener.accept(new CheckpointReached(state()));
    }
    return result();
  }

  private void goBack(DivergedException failure) {
    if (retries >= configuration.retries() || lastGood == null) {
      throw failure;
    }
    int tried = retries + 1;
    double factor = rateFactor / 2;
    restore(lastGood);
    retries = tried;
    rateFactor = factor;
    listener.accept(new WentBack(failure.step(), steps, epoch, rateFactor));
  }

  /** Returns the network that the next step starts from, or its average. */
  private Network current() {
    Network average = parameters.average();
    return average == null ? parameters.network() : average;
  }

  private Network result() {
    return best == null ? current() : best;
  }

  private TrainingState state() {
    return new TrainingState(
        epoch,
        steps,
        done,
        weight,
        loss,
        right,
        rateFactor,
        retries,
        standing,
        parameters.network(),
        parameters.moments(),
        parameters.average(),
        best);
  }

  private void restore(TrainingState state) {
    parameters.set(state);
    epoch = state.epoch();
    steps = state.step();
    done = state.examplesDone();
    weight = state.weightDone();
    loss = state.lossDone();
    right = state.rightDone();
    rateFactor = state.rateFactor();
    retries = state.retries();
    standing = state.standing();
    best = state.best();
  }

  @Override
  public void close() {
    team.close();
  }
}
