package downhill.app;

import downhill.data.Split;
import downhill.training.Validation;
import downhill.tuning.Halving;
import downhill.tuning.Leaderboard;
import downhill.tuning.Result;
import downhill.tuning.TuningEvent;
import downhill.tuning.TuningEvent.Progressed;
import downhill.tuning.TuningEvent.RungFinished;
import downhill.tuning.TuningEvent.Warned;
import downhill.tuning.TuningFolder;
import downhill.tuning.TuningPlan;
import downhill.tuning.TuningReport;
import org.jspecify.annotations.Nullable;

/** A search as JSON, one object a line. */
final class TuningJsonView implements TuningView {
  private final Terminal terminal;
  private @Nullable TuningFolder folder;

  TuningJsonView(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void started(TuningFolder opened, Split split) {
    folder = opened;
    TuningPlan plan = opened.plan();
    Halving halving = plan.halving();
    JsonObject event =
        new JsonObject()
            .put("event", "started")
            .put("folder", opened.path().toString())
            .put("data", plan.data())
            .put("train_examples", split.train().size())
            .put("validation_examples", split.validation().size())
            .put("seed", plan.seed())
            .put("known", opened.results().size())
            .object("space");
    plan.space().forEach((setting, range) -> event.put(setting.key(), range.toString()));
    event.end().array("rungs");
    for (int rung = 1; rung <= halving.rungs(); rung++) {
      event.item().put("trials", halving.trials(rung)).put("epochs", halving.epochs(rung)).end();
    }
    terminal.line(event.endArray().line());
  }

  @Override
  public void told(TuningEvent event) {
    switch (event) {
      case Progressed progressed -> {}
      case RungFinished(Result result, double seconds) ->
          terminal.line(
              result(new JsonObject().put("event", "rung"), result).put("seconds", seconds).line());
      case Warned(String message) ->
          terminal.line(new JsonObject().put("event", "warning").put("message", message).line());
    }
  }

  @Override
  public void finished(Leaderboard leaderboard) {
    JsonObject event = new JsonObject().put("event", "finished");
    leaderboard
        .best()
        .ifPresent(best ->
            result(event, best)
                .put("recipe", opened().path().resolve(TuningReport.RECIPE).toString()));
    terminal.line(
        event
            .put("table", opened().path().resolve(TuningReport.TABLE).toString())
            .put("picture", opened().path().resolve(TuningReport.PICTURE).toString())
            .line());
  }

  @Override
  public void interrupted() {
    terminal.line(known(new JsonObject().put("event", "interrupted")).line());
  }

  @Override
  public void failed(String message) {
    terminal.line(known(new JsonObject().put("event", "failed").put("message", message)).line());
  }

  private JsonObject known(JsonObject event) {
    return event.put("folder", opened().path().toString()).put("known", opened().results().size());
  }

  private JsonObject result(JsonObject event, Result result) {
    event
        .put("trial", result.trial())
        .put("rung", result.rung())
        .put("epochs", result.epochs())
        .object("settings");
    opened()
        .plan()
        .draw(result.trial())
        .forEach((setting, value) -> event.put(setting.key(), value));
    event.end();
    Validation last = result.last();
    if (last != null) {
      event.put("accuracy", last.accuracy()).put("loss", last.loss());
    }
    return result.diverged() == null ? event : event.put("diverged", result.diverged());
  }

  private TuningFolder opened() {
    if (folder == null) {
      throw new IllegalStateException("not started");
    }
    return folder;
  }
}
