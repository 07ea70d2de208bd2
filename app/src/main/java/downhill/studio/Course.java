package downhill.studio;

import downhill.evaluation.Evaluation;
import downhill.training.Moment;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Started;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** What a training has told so far, for pages that come later. Safe to share. */
final class Course {
  /** The most points of the loss within epochs; beyond, every other one is left out. */
  private static final int MOST_POINTS = 400;

  /** The most epochs that a page that comes later is told; earlier ones are in the run folder. */
  private static final int MOST_EPOCHS = 2000;

  /** The longest line of a history that is taken. */
  private static final int LONGEST_LINE = 20_000;

  private record Point(long step, double loss) {}

  /** An epoch as it was told, after how many steps. */
  private record Epoch(long step, String line) {}

  /** What was judged after an epoch: of the newest alone, since it may be large. */
  private record Matrix(int epoch, long step, Evaluation judged) {}

  /** What {@link Started} says, but for the network, which may be large. */
  private record Beginning(int examples, int stepsPerEpoch, int threads, String kernels) {}

  private final List<Epoch> epochs = new ArrayList<>();
  private final List<Point> points = new ArrayList<>();
  private @Nullable Beginning beginning;
  private @Nullable Moment moment;
  private @Nullable Evaluation test;
  private @Nullable Matrix matrix;
  private boolean ofOtherData;
  private long thinning = 1;
  private long looks;
  private double examplesPerSecond;
  private @Nullable Moment before;

  synchronized void clear() {
    epochs.clear();
    points.clear();
    beginning = null;
    moment = null;
    test = null;
    matrix = null;
    ofOtherData = false;
    thinning = 1;
    looks = 0;
    examplesPerSecond = 0;
    before = null;
  }

  synchronized void started(Started event) {
    beginning =
        new Beginning(event.examples(), event.stepsPerEpoch(), event.threads(), event.kernels());
  }

  /**
   * Takes over what the run has told before it was stopped, so that its curves begin where it
   * began.
   *
   * @param history the run folder's history, up to where it goes on; what can't be read is left out
   */
  synchronized void goesOn(Path history) {
    try (BufferedReader reader = Files.newBufferedReader(history)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.length() <= LONGEST_LINE) {
          goesOn(line);
        }
      }
    } catch (IOException e) {
      return; // cut in a character, or not text at all: what was read is what there is
    }
  }

  private void goesOn(String line) {
    boolean epoch = line.startsWith("{\"event\":\"epoch\"");
    boolean back = line.startsWith("{\"event\":\"went_back\"");
    if (!epoch && !back && !line.startsWith("{\"event\":\"progress\"")) {
      return;
    }
    try {
      Fields fields = Fields.parse(line.getBytes(StandardCharsets.UTF_8));
      long step = (long) fields.number("step");
      if (back) {
        wentBack(step);
      } else if (epoch) {
        addEpoch(new Epoch(step, line));
      } else {
        addPoint(new Point(step, fields.number("train_loss")));
      }
    } catch (RefusedException damaged) {
      return; // one point less
    }
  }

  /** Takes note of where the training stands. */
  synchronized void look(Moment now) {
    Moment last = before;
    if (last != null && last.epoch() == now.epoch() && now.seconds() > last.seconds()) {
      examplesPerSecond =
          (now.examplesDone() - last.examplesDone()) / (now.seconds() - last.seconds());
    }
    before = now;
    moment = now;
    if (now.examplesDone() > 0) {
      addPoint(new Point(now.step(), now.loss()));
    }
  }

  private void addPoint(Point point) {
    if (looks++ % thinning != 0) {
      return;
    }
    points.add(point);
    if (points.size() > MOST_POINTS) {
      thinning *= 2;
      for (int i = points.size() - 1; i > 0; i -= 2) {
        points.remove(i);
      }
    }
  }

  /** The training was held: what time it took meanwhile says nothing of its speed. */
  synchronized void forgetTime() {
    before = null;
  }

  /**
   * Takes note of an epoch.
   *
   * @param json what was told of it, but for the confusion matrix
   * @param judged what has that; null where nobody watched
   */
  synchronized void epochFinished(EpochFinished event, byte[] json, @Nullable Evaluation judged) {
    addEpoch(new Epoch(event.step(), new String(json, StandardCharsets.UTF_8)));
    if (judged != null) {
      matrix = new Matrix(event.epoch(), event.step(), judged);
    }
    before = null;
  }

  /** Adds an epoch; of those before, none is of as many steps unless training went back. */
  private void addEpoch(Epoch epoch) {
    while (!epochs.isEmpty() && epochs.getLast().step >= epoch.step) {
      epochs.removeLast();
    }
    if (epochs.size() == MOST_EPOCHS) {
      epochs.removeFirst();
    }
    epochs.add(epoch);
  }

  /**
   * The training went back.
   *
   * @param step the steps that are still done: what came after them is void
   */
  synchronized void wentBack(long step) {
    points.removeIf(point -> point.step() > step);
    epochs.removeIf(epoch -> epoch.step() > step);
    if (matrix != null && matrix.step() > step) {
      matrix = null;
    }
    before = null;
  }

  /** Other data is in use: what was judged is none of it, nor of its classes. */
  synchronized void otherData() {
    matrix = null;
    ofOtherData = true;
  }

  synchronized void finished(Evaluation result) {
    test = result;
  }

  /** Writes where the training stands within its epoch. */
  synchronized void writeProgress(JsonGenerator json) {
    Moment now = moment;
    if (now != null) {
      json.writeNumberProperty("epoch", now.epoch());
      json.writeNumberProperty("step", now.step());
      json.writeNumberProperty("examples", now.examplesDone());
      Json.number(json, "train_loss", now.examplesDone() > 0 ? now.loss() : Double.NaN);
      Json.number(json, "train_accuracy", now.examplesDone() > 0 ? now.accuracy() : Double.NaN);
      Json.number(
          json, "examples_per_second", examplesPerSecond > 0 ? examplesPerSecond : Double.NaN);
    }
  }

  synchronized void writeState(JsonGenerator json) {
    Beginning known = beginning;
    if (known != null) {
      json.writeNumberProperty("examples", known.examples());
      json.writeNumberProperty("steps_per_epoch", known.stepsPerEpoch());
      json.writeNumberProperty("threads", known.threads());
      json.writeStringProperty("kernels", known.kernels());
    }
    Evaluation result = test;
    if (result != null) {
      Json.number(json, "test_accuracy", result.accuracy());
      Json.number(json, "test_loss", result.loss());
    }
  }

  synchronized void write(JsonGenerator json) {
    Json.object(json, "progress", this::writeProgress);
    json.writeArrayPropertyStart("points");
    for (Point point : points) {
      json.writeStartArray();
      json.writeNumber(point.step());
      Json.number(json, point.loss());
      json.writeEndArray();
    }
    json.writeEndArray();
    Json.strings(json, "lines", epochs.stream().map(Epoch::line).toList());
    json.writeBooleanProperty("of_other_data", ofOtherData);
    Matrix newest = matrix;
    if (newest != null) {
      Json.object(
          json,
          "matrix",
          o -> {
            o.writeNumberProperty("epoch", newest.epoch());
            Examples.writeConfusion(o, newest.judged());
          });
    }
  }
}
