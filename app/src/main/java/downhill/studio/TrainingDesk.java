package downhill.studio;

import downhill.evaluation.Evaluation;
import downhill.network.Network;
import downhill.training.Moment;
import downhill.training.Pace;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Started;
import downhill.training.TrainingEvent.WentBack;
import downhill.training.Validation;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The training that the page directs, one at a time: lets it run, holds it, lets it do one step or
 * one epoch, stops it, and tells the pages what it tells. It knows the training by its events and
 * its {@link Pace} only.
 */
final class TrainingDesk implements Pace, Workshop.Listener {
  /** How often the pages hear of a running training. */
  private static final long LOOK_NANOS = 250_000_000;

  /** How often they get pictures of its weights, which take longer to make. */
  private static final long PICTURE_NANOS = 1_000_000_000;

  /** How to begin, and what to let a held training do. */
  enum Order {
    GO,
    STEP,
    EPOCH,
    PAUSE
  }

  /** What a training is doing. */
  enum Status {
    IDLE,
    STARTING,
    RUNNING,
    PAUSED,
    STOPPING,
    STOPPED,
    FINISHED,
    FAILED
  }

  /** Tells this studio from one that was started before it, which a page may still know. */
  private final String studio = UUID.randomUUID().toString();

  private final EventFeed feed;
  private final Models models;
  private final Snapshots snapshots;
  private final Course course = new Course();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ordered = lock.newCondition();
  private Workshop.@Nullable Training training;
  private Status status = Status.IDLE;
  private long changes;
  private int trainings;
  private String message = "";
  private String hint = "";
  private Order begin = Order.GO;

  /** The step at which to hold: 0 at once, {@link Long#MAX_VALUE} never. */
  private volatile long goal = Long.MAX_VALUE;

  private volatile long nextLook;
  private volatile long step;
  private volatile int stepsPerEpoch = 1;
  private volatile boolean keepsBest;
  private long nextPicture;

  TrainingDesk(EventFeed feed, Models models, Snapshots snapshots) {
    this.feed = feed;
    this.models = models;
    this.snapshots = snapshots;
  }

  private boolean isUnderWay() {
    return switch (status) {
      case STARTING, RUNNING, PAUSED, STOPPING -> true;
      case IDLE, STOPPED, FINISHED, FAILED -> false;
    };
  }

  /**
   * Plans a training on the calling thread, which may take long, and begins it on a thread of its
   * own. The pages hear of it before it is planned; if it is refused, all is as before.
   *
   * @param order how: all of it, or its first step or epoch only
   */
  void begin(Supplier<Workshop.Training> plan, Order order) {
    Workshop.@Nullable Training before;
    Status was;
    lock.lock();
    try {
      refuseIfBusy();
      before = training;
      was = status;
      training = null;
      begin = order;
      goal = Long.MAX_VALUE;
      step = 0;
      stepsPerEpoch = 1;
      change(Status.STARTING);
    } finally {
      lock.unlock();
    }
    Workshop.@Nullable Training next = null;
    try {
      next = plan.get();
    } finally {
      if (next == null) {
        goBack(before, was);
      }
    }
    begin(next);
  }

  private void goBack(Workshop.@Nullable Training before, Status was) {
    lock.lock();
    try {
      training = before;
      change(was);
    } finally {
      lock.unlock();
    }
  }

  private void begin(Workshop.Training next) {
    lock.lock();
    try {
      training = next;
      keepsBest = next.keepsBest();
      trainings++;
      message = "";
      hint = "";
      course.clear();
      if (status == Status.STOPPING) { // asked for while it was planned
        next.stop();
      }
      change(status);
      Thread.ofPlatform().name("training").start(() -> run(next));
    } finally {
      lock.unlock();
    }
  }

  private void run(Workshop.Training next) {
    try {
      next.run(this, this);
    } catch (RuntimeException | Error mistake) {
      failed(
          "internal error: " + mistake,
          "this is a mistake in downhill; the run folder holds what was saved");
      throw mistake; // the terminal says more
    }
  }

  /** Refuses what can't be done while a training is under way. */
  void refuseIfBusy() {
    lock.lock();
    try {
      if (isUnderWay()) {
        throw new RefusedException(
            409, "a training is under way; expected it to have ended", "stop it first");
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives an order to the training under way. */
  void order(Order order) {
    lock.lock();
    try {
      if (!isUnderWay() || status == Status.STOPPING) {
        throw new RefusedException(409, "no training is under way; expected one", "start one");
      }
      if (status == Status.STARTING && order != Order.PAUSE) {
        begin = order; // how far that is shows once it has started
        goal = Long.MAX_VALUE;
      } else {
        aim(order, step);
      }
      if (status == Status.PAUSED && order != Order.PAUSE) {
        change(Status.RUNNING);
      }
      ordered.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void aim(Order order, long from) {
    goal =
        switch (order) {
          case GO -> Long.MAX_VALUE;
          case STEP -> from + 1;
          case EPOCH -> (from / stepsPerEpoch + 1) * stepsPerEpoch;
          case PAUSE -> 0;
        };
  }

  /** Asks the training to stop, if one is under way. */
  void stop() {
    lock.lock();
    try {
      if (isUnderWay()) {
        if (training != null) { // it may still be planned
          training.stop();
        }
        change(Status.STOPPING);
        ordered.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isDue(long done) {
    return done >= goal || System.nanoTime() >= nextLook;
  }

  @Override
  public void hold(Moment moment) {
    step = moment.step();
    boolean holding = moment.step() >= goal;
    long now = System.nanoTime();
    if (isWatched() || holding) {
      course.look(moment);
      feed.tell("progress", Json.object(course::writeProgress));
      // One at a time: if the last one is still being made, the next look will do.
      if (holding || (now >= nextPicture && snapshots.isIdle())) {
        Network network = moment.network().get();
        models.setLive(network, new Models.Stand(moment.epoch(), moment.step()));
        snapshots.make(network, moment.step());
        nextPicture = System.nanoTime() + PICTURE_NANOS;
      }
    }
    nextLook = System.nanoTime() + LOOK_NANOS;
    if (holding) {
      await(moment.step());
      course.forgetTime();
    }
  }

  private void await(long at) {
    lock.lock();
    try {
      while (at >= goal && status != Status.STOPPING) {
        if (status != Status.PAUSED) {
          change(Status.PAUSED);
        }
        ordered.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isWatched() {
    return feed.isWatched();
  }

  @Override
  public void started(Started event) {
    lock.lock();
    try {
      stepsPerEpoch = event.stepsPerEpoch();
      step = event.step();
      nextLook = 0;
      nextPicture = 0;
      // Before any page hears that it runs: whoever asks for its network then is answered.
      // The epoch that the last step was of, as epochFinished says.
      int epoch = Math.max(1, (int) Math.ceilDiv(event.step(), event.stepsPerEpoch()));
      models.setLive(event.network(), new Models.Stand(epoch, event.step()));
      snapshots.forget();
      course.started(event);
      Workshop.@Nullable Training known = training;
      if (event.step() > 0 && known != null) {
        course.goesOn(known.folder().resolve(Runs.HISTORY));
      }
      if (status == Status.STARTING) {
        if (goal == Long.MAX_VALUE) { // nobody has paused it meanwhile
          aim(begin, event.step());
        }
        change(Status.RUNNING);
      }
    } finally {
      lock.unlock();
    }
    if (event.step() > 0) { // more than news can say
      tellToReload();
    }
  }

  @Override
  public void epochFinished(
      EpochFinished event, double examplesPerSecond, double gflops, @Nullable Evaluation judged) {
    step = event.step();
    Models.Stand stand = stand(event);
    models.setLive(event.network(), stand);
    byte[] line = Json.object(out -> writeEpoch(out, event, examplesPerSecond, gflops, judged));
    course.epochFinished(event, line, judged);
    byte[] told =
        Json.object(out -> {
          writeEpoch(out, event, examplesPerSecond, gflops, judged);
          if (judged != null) {
            Examples.writeConfusion(out, judged);
          }
        });
    feed.tell("epoch", "epoch " + event.epoch(), told);
    if (isWatched()) {
      snapshots.make(event.network(), stand.step());
    }
  }

  /** Returns where the network of an epoch's end stood: there, or at the end of the best one. */
  private Models.Stand stand(EpochFinished event) {
    int best = keepsBest ? event.bestEpoch() : 0;
    return best == 0
        ? new Models.Stand(event.epoch(), event.step())
        : new Models.Stand(best, (long) best * stepsPerEpoch);
  }

  /** With the names that a run folder's history has, so that a page reads both alike. */
  private static void writeEpoch(
      JsonGenerator json,
      EpochFinished event,
      double examplesPerSecond,
      double gflops,
      @Nullable Evaluation judged) {
    json.writeStringProperty("event", "epoch");
    json.writeNumberProperty("epoch", event.epoch());
    json.writeNumberProperty("step", event.step());
    Json.number(json, "seconds", event.seconds());
    Json.number(json, "train_loss", event.loss());
    Json.number(json, "train_accuracy", event.accuracy());
    Validation validation = event.validation();
    if (validation != null) {
      Json.number(json, "validation_loss", validation.loss());
      Json.number(json, "validation_accuracy", validation.accuracy());
      json.writeNumberProperty("best_epoch", event.bestEpoch());
    } else if (judged != null) {
      Json.number(json, "test_loss", judged.loss());
      Json.number(json, "test_accuracy", judged.accuracy());
    }
    Json.number(json, "learning_rate", event.learningRate());
    Json.number(json, "gradient_norm", event.gradientNorm());
    Json.numbers(json, "gradient_norms", event.layerNorms().size(), event.layerNorms()::get);
    Json.numbers(json, "dead_relus", event.idleUnits().size(), event.idleUnits()::get);
    Json.number(json, "examples_per_second", examplesPerSecond);
    Json.number(json, "gflops", gflops);
  }

  @Override
  public void wentBack(WentBack event) {
    step = event.step();
    course.wentBack(event.step());
    tellToReload();
  }

  /** Tells the pages to fetch everything anew. */
  void tellToReload() {
    feed.tell("reload", Json.object(json -> {}));
  }

  /** Other data is in use, of which the last training says nothing. */
  void otherData() {
    course.otherData();
    tellToReload();
  }

  @Override
  public void finished(Evaluation test) {
    course.finished(test);
    end(Status.FINISHED, "", "");
  }

  @Override
  public void stopped() {
    end(Status.STOPPED, "", "");
  }

  @Override
  public void failed(String what, String whatToDo) {
    end(Status.FAILED, what, whatToDo);
  }

  private void end(Status how, String what, String whatToDo) {
    lock.lock();
    try {
      message = what;
      hint = whatToDo;
      change(how);
    } finally {
      lock.unlock();
    }
  }

  private void change(Status next) {
    status = next;
    changes++;
    feed.tell("state", Json.object(this::write));
  }

  /** Writes what is known of the training: its state, but for its course so far. */
  void write(JsonGenerator json) {
    lock.lock();
    try {
      json.writeStringProperty("studio", studio);
      // The answer to an order may reach a page after news that are newer.
      json.writeNumberProperty("changes", changes);
      json.writeNumberProperty("number", trainings);
      json.writeStringProperty("status", status.name().toLowerCase(java.util.Locale.ROOT));
      json.writeStringProperty("message", message);
      json.writeStringProperty("hint", hint);
      Workshop.@Nullable Training known = training;
      if (known != null) {
        json.writeStringProperty("run", String.valueOf(known.folder().getFileName()));
        json.writeStringProperty("network", known.architecture().toString());
        json.writeNumberProperty("parameters", known.architecture().parameters());
        json.writeNumberProperty("epochs", known.epochs());
        json.writeStringProperty("judged_by", known.judgedBy());
        Json.object(json, "settings", o -> known.settings().forEach(o::writeStringProperty));
        course.writeState(json);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Writes its course so far. */
  void writeCourse(JsonGenerator json) {
    course.write(json);
  }
}
