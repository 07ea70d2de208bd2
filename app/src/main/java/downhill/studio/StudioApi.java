package downhill.studio;

import downhill.data.Dataset;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;

/** What the page can ask for and order, by name. Safe to share. */
final class StudioApi {
  private final Workshop workshop;
  private final TrainingDesk desk;
  private final Models models;
  private final Snapshots snapshots;
  private final Runs runs;
  private final Derivation derivation = new Derivation();
  private final Uploads uploads = new Uploads();
  private final ReentrantLock starting = new ReentrantLock();

  StudioApi(Workshop workshop, TrainingDesk desk, Models models, Snapshots snapshots) {
    this.workshop = workshop;
    this.desk = desk;
    this.models = models;
    this.snapshots = snapshots;
    this.runs = new Runs(workshop);
  }

  private Dataset test() {
    return workshop.data().sets().test();
  }

  /** Answers a question that changes nothing. */
  Reply get(String name) {
    String[] parts = name.split("/", 3);
    if (parts[0].equals("runs") && parts.length == 3) {
      Path folder = models.folder(unescaped(parts[1]));
      return parts[2].equals("history")
          ? Reply.json(Json.object(json -> runs.writeHistory(json, folder)))
          : runs.file(folder, parts[2]);
    }
    return switch (name) {
      case "state" -> Reply.json(Json.object(this::writeState));
      case "runs" -> Reply.json(Json.object(runs::write));
      case "snapshot" -> Reply.json(snapshot());
      case "derivation" -> Reply.json(derivation.page());
      default -> throw unknown();
    };
  }

  private static String unescaped(String part) {
    try {
      return Objects.requireNonNullElse(new URI("http://x/" + part).getPath(), "/").substring(1);
    } catch (URISyntaxException e) {
      throw unknown();
    }
  }

  private static RefusedException unknown() {
    return new RefusedException(404, "path: expected one of the page's, found another", "");
  }

  /** Returns the network that is drawn. */
  private Models.Loaded shown() {
    return models.get(models.hasLive() ? Models.LIVE : Models.UNTRAINED);
  }

  private byte[] snapshot() {
    Models.Loaded shown = shown();
    return snapshots.of(shown.network(), shown.step());
  }

  /** Answers a question that needs a description, or carries out an order. */
  Reply post(String name, Fields fields) {
    return switch (name) {
      case "start" -> start(fields);
      case "resume" -> resume(fields);
      case "go" -> order(TrainingDesk.Order.GO);
      case "step" -> order(TrainingDesk.Order.STEP);
      case "epoch" -> order(TrainingDesk.Order.EPOCH);
      case "pause" -> order(TrainingDesk.Order.PAUSE);
      case "stop" -> {
        desk.stop();
        yield state();
      }
      case "data" -> data(fields);
      case "watch" -> watch(fields);
      case "examples" -> Reply.json(Examples.list(kept(fields), fields));
      case "evaluation" -> Reply.json(Examples.evaluation(kept(fields)));
      case "neighbours" ->
          Reply.json(
              Examples.neighbours(
                  workshop.data().sets().train(), Example.read(fields.object("example"), test())));
      case "explain" -> explain(fields);
      case "descend" -> Reply.json(Explaining.step(same(fields), fields));
      case "numbers" -> Reply.json(Numerals.of(model(fields), fields));
      default -> throw unknown();
    };
  }

  /** Reads a picture that somebody dropped. */
  Reply picture(byte[] file, boolean invert) {
    return Reply.json(uploads.read(file, workshop.preparation(), invert));
  }

  private Models.Loaded model(Fields fields) {
    return models.get(fields.text("model"));
  }

  private Reply explain(Fields fields) {
    return Reply.json(Explaining.explain(kept(fields), fields));
  }

  /** Returns a network that can be asked again by its key. */
  private Models.Loaded kept(Fields fields) {
    Models.Loaded model = same(fields);
    models.keep(model);
    return model;
  }

  /** Returns how many bytes the pixels of an example take in a request, as base64. */
  int pixelBytes() {
    return Math.ceilDiv(test().features(), 3) * 4;
  }

  /** Returns the very network that was asked before, where that is wanted. */
  private Models.Loaded same(Fields fields) {
    return fields.has("network") ? models.askedBefore(fields.text("network")) : model(fields);
  }

  private Reply state() {
    return Reply.json(Json.object(json -> Json.object(json, "training", desk::write)));
  }

  private Reply start(Fields fields) {
    Map<String, String> settings = fields.object("settings").strings();
    TrainingDesk.Order order =
        switch (fields.text("order", "go")) {
          case "go" -> TrainingDesk.Order.GO;
          case "step" -> TrainingDesk.Order.STEP;
          case "epoch" -> TrainingDesk.Order.EPOCH;
          default -> throw RefusedException.bad("order: expected go, step or epoch, found another");
        };
    return begin(() -> workshop.plan(settings), order);
  }

  private Reply resume(Fields fields) {
    Path folder = models.folder(fields.text("run"));
    return begin(() -> change(() -> workshop.resume(folder)), TrainingDesk.Order.GO);
  }

  /** Plans and begins a training; of two that are asked for at once, one is refused unplanned. */
  private Reply begin(Supplier<Workshop.Training> plan, TrainingDesk.Order order) {
    return alone(() -> {
      desk.begin(
          () -> {
            Workshop.Training training = plan.get();
            String rate = training.settings().getOrDefault("learning-rate", "1");
            models.setLiveRate(Double.parseDouble(rate));
            return training;
          },
          order);
      return state();
    });
  }

  /** Does what must not happen while a training is planned or data is read; refuses to wait. */
  private Reply alone(Supplier<Reply> what) {
    if (!starting.tryLock()) {
      throw new RefusedException(
          409, "data is being read, or a training planned; expected neither", "try again soon");
    }
    try {
      return what.get();
    } finally {
      starting.unlock();
    }
  }

  private Reply order(TrainingDesk.Order order) {
    desk.order(order);
    return state();
  }

  private Reply data(Fields fields) {
    String data = fields.text("data");
    Map<String, String> pictures =
        fields.has("pictures") ? fields.object("pictures").strings() : Map.of();
    return alone(() -> {
      desk.refuseIfBusy();
      change(() -> workshop.open(data, pictures));
      return Reply.json(Json.object(this::writeState));
    });
  }

  /** Does what may take other data; if so, forgets what is of the old, and tells all pages. */
  private <T> T change(Supplier<T> what) {
    Dataset before = test();
    T result = what.get();
    if (test() != before) { // read anew, even where it is the same
      models.clear();
      snapshots.clear();
      desk.otherData();
    }
    return result;
  }

  private Reply watch(Fields fields) {
    int example = fields.whole("example", 0, test().size() - 1);
    Models.Loaded shown = shown();
    return Reply.json(snapshots.watch(example, shown.network(), shown.step()));
  }

  private void writeState(JsonGenerator json) {
    Workshop.Data data = workshop.data();
    json.writeStringProperty("version", workshop.version());
    Json.object(
        json,
        "data",
        o -> {
          o.writeStringProperty("name", data.name());
          o.writeStringProperty("option", data.option());
          Json.object(o, "pictures", p -> data.pictures().forEach(p::writeStringProperty));
          o.writeNumberProperty("train", data.sets().train().size());
          o.writeNumberProperty("test", data.sets().test().size());
          o.writeNumberProperty("channels", data.sets().test().channels());
          o.writeNumberProperty("height", data.sets().test().height());
          o.writeNumberProperty("width", data.sets().test().width());
          Json.strings(o, "classes", data.sets().test().classNames());
        });
    json.writeArrayPropertyStart("recipes");
    for (Workshop.Recipe recipe : workshop.recipes()) {
      json.writeStartObject();
      json.writeStringProperty("name", recipe.name());
      json.writeStringProperty("title", recipe.title());
      Json.object(json, "settings", o -> recipe.settings().forEach(o::writeStringProperty));
      json.writeEndObject();
    }
    json.writeEndArray();
    Json.object(json, "training", desk::write);
    // Read after the training, which has a network before it says that it runs.
    json.writeBooleanProperty("live", models.hasLive());
    Json.object(json, "course", desk::writeCourse);
  }
}
