package downhill.app;

import downhill.app.Terminal.Style;
import downhill.evaluation.Evaluation;
import downhill.network.Architecture;
import downhill.training.TrainingConfiguration;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Progressed;
import downhill.training.TrainingEvent.Started;
import downhill.training.TrainingEvent.WentBack;
import downhill.training.Validation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A training run for people: a header, one line an epoch, a report at the end; on a terminal also a
 * bar for the epoch that is going on.
 */
final class TextView implements TrainingView {
  /** How the program was called; the launcher tells. */
  private static final String COMMAND =
      Text.quoted(System.getProperty("downhill.command", "downhill"));

  /** What has words of its own in the header. */
  private static final Set<String> SAID = Set.of("epochs", "batch-size", "learning-rate", "seed");

  private final Terminal terminal;
  private final LongSupplier nanoTime;
  private @Nullable TrainingPlan plan;
  private @Nullable ProgressBar bar;
  private int columns;

  /** Makes a view. */
  TextView(Terminal terminal) {
    this(terminal, System::nanoTime);
  }

  /** Makes a view with its own clock. */
  TextView(Terminal terminal, LongSupplier nanoTime) {
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.columns = terminal.columns();
  }

  @Override
  public void started(TrainingPlan plan, Started event, Path folder) {
    TrainingData data = plan.data();
    String held =
        data.validation() == null ? "" : Text.count(data.validation().size()) + " to validate, ";
    begin(
        plan,
        event,
        1,
        "Training %s on %s: %s, %s, %s%s to test"
            .formatted(
                plan.initial().architecture(),
                data.option().name(),
                Text.count(event.examples(), data.option().noun()),
                Text.count(data.train().classes(), "class"),
                held,
                Text.count(data.test().size())));
  }

  @Override
  public void resumed(TrainingPlan plan, Started event, int epoch) {
    begin(
        plan,
        event,
        epoch,
        "Going on with %s on %s after step %s, in epoch %s"
            .formatted(
                plan.initial().architecture(),
                plan.data().option().name(),
                Text.count(event.step()),
                Text.count(Math.min(epoch, plan.configuration().epochs()))));
  }

  private void begin(TrainingPlan plan, Started event, int epoch, String what) {
    this.plan = plan;
    Architecture architecture = plan.initial().architecture();
    TrainingConfiguration c = plan.configuration();
    String how =
        Stream.of(
                Stream.of(
                    Text.count(architecture.parameters(), "parameter"),
                    "batches of " + Text.count(c.batchSize()),
                    "learning rate " + Text.setting(c.learningRate()),
                    Text.count(c.epochs(), "epoch"),
                    "seed " + c.seed()),
                Recipe.withoutDefaults(plan.settings(), plan.data().validationFolder() != null)
                    .entrySet()
                    .stream()
                    .filter(setting -> !SAID.contains(setting.getKey()))
                    .map(TextView::setting),
                plan.data().weights() == null
                    ? Stream.<String>empty()
                    : Stream.of("weights " + Text.clean(plan.data().weights().file().toString())),
                Stream.of(Text.count(event.threads(), "thread"), event.kernels()))
            .flatMap(parts -> parts)
            .map(Text::whole)
            .collect(Collectors.joining(" · "));
    for (String line : Text.wrap(what, columns - 1)) {
      terminal.line(terminal.paint(Style.BOLD, line));
    }
    for (String line : Text.wrap(how, columns - 1)) {
      terminal.line(terminal.paint(Style.DIM, line));
    }
    terminal.line();
    terminal.line(epochTable().lines(terminal, columns - 1).getFirst());
    if (terminal.interactive()) {
      bar =
          new ProgressBar(
              terminal,
              event.examples(),
              plan.data().option().noun(),
              c.epochs(),
              architecture.trainingFlops(c.frozen()),
              (double) event.step() / event.stepsPerEpoch(),
              nanoTime);
      bar.begin(epoch, columns);
    }
  }

  // As on the command line: "dropout 0.2"; the name alone of what is on, or would be long.
  private static String setting(Map.Entry<String, String> setting) {
    String value = setting.getValue();
    if (value.equals("true") || setting.getKey().equals("class-weights")) {
      return setting.getKey();
    }
    return setting.getKey()
        + " "
        + (value.matches("[\\d.E-]+") ? Text.setting(Double.parseDouble(value)) : value);
  }

  // Widths don't depend on the rows, so that each can be written when it is known.
  private Table epochTable() {
    boolean validated = plan().data().validation() != null;
    return new Table()
        .number("epoch", 9, 5)
        .number("train loss", 4, 10)
        .number("accuracy", 3, 8)
        .number(validated ? "valid loss" : "test loss", 5, 10)
        .number("accuracy", 8, 8)
        .number("time", 2, 7)
        .number(plan().data().option().noun() + "s/s", 1, 9);
  }

  @Override
  public void progressed(Progressed event) {
    if (bar != null) {
      bar.draw(event);
    }
  }

  @Override
  public void epochFinished(EpochResult result) {
    clearBar();
    columns = terminal.columns();
    EpochFinished epoch = result.event();
    Validation validation = epoch.validation();
    Evaluation test = result.test();
    double loss = test != null ? test.loss() : validation != null ? validation.loss() : Double.NaN;
    double accuracy =
        test != null ? test.accuracy() : validation != null ? validation.accuracy() : Double.NaN;
    List<String> lines =
        epochTable()
            .row(
                Integer.toString(epoch.epoch()),
                Text.fixed(epoch.loss(), 4),
                Text.percent(epoch.accuracy(), 2),
                Text.fixed(loss, 4),
                Text.percent(accuracy, 2),
                Text.fixed(epoch.seconds(), 2) + " s",
                Text.count(Math.round(result.examplesPerSecond())))
            .lines(terminal, columns - 1);
    terminal.line(lines.getLast());
    if (bar != null) {
      bar.begin(epoch.epoch() + 1, columns);
    }
  }

  @Override
  public void wentBack(WentBack event) {
    clearBar();
    terminal.paragraph(
        "The loss was far off or no longer finite at step %s: back to step %s, with %s of the learning rate."
            .formatted(
                Text.count(event.failed()),
                Text.count(event.step()),
                Text.setting(event.rateFactor())),
        columns - 1);
    if (bar != null) {
      bar.begin(event.epoch(), columns);
    }
  }

  @Override
  public void finished(Outcome outcome, Saved saved) {
    clearBar();
    terminal.line();
    String best =
        outcome.bestEpoch() > 0 ? ", of which " + outcome.bestEpoch() + " was the best" : "";
    new EvaluationReport(outcome.test(), plan().data().classNames(), plan().data().option().noun())
        .print(
            terminal,
            columns - 1,
            "Test accuracy %s after %s%s%s, %s s of training"
                .formatted(
                    Text.percent(outcome.test().accuracy(), 2),
                    Text.count(outcome.epochs(), "epoch"),
                    outcome.early() ? " (stopped early)" : "",
                    best,
                    Text.fixed(saved.seconds(), 1)));
    terminal.line();
    String folder = Text.quoted(saved.folder().toString());
    String data = plan().data().option().againHere();
    terminal.line("Saved   " + Text.clean(saved.model().toString()));
    terminal.line("        " + Text.clean(saved.report().toString()));
    terminal.line("Next    " + COMMAND + " evaluate " + folder + data);
    terminal.line("        " + COMMAND + " explain " + folder + data + " --example 0");
    String what = plan().data().train().hasBytes() ? " IMAGE" : " ROWS.csv";
    String read = plan().data().option().againToPredict();
    terminal.line("        " + COMMAND + " predict " + folder + what + read);
  }

  @Override
  public void interrupted(Saved saved) {
    clearBar();
    terminal.error("downhill: stopped; " + onDisk(saved));
    if (saved.step() >= 0) {
      terminal.error("hint: " + again(saved));
    }
  }

  @Override
  public void failed(String message, long step, Saved saved) {
    clearBar(); // what failed is said by Main, in the words it has for every failure
  }

  /** Returns what is safe on the disk, in words. */
  static String onDisk(Saved saved) {
    return saved.epochs() > 0
        ? "%s holds the model after %s"
            .formatted(Text.clean(saved.model().toString()), Text.count(saved.epochs(), "epoch"))
        : "no epoch was finished, so no model is saved";
  }

  /** Returns how to go on with a run that did not come to its end, in words. */
  static String again(Saved saved) {
    return saved.step() >= 0
        ? "%s train --resume %s goes on after step %s"
            .formatted(COMMAND, Text.quoted(saved.folder().toString()), Text.count(saved.step()))
        : "then train again, there is no checkpoint yet";
  }

  private void clearBar() {
    if (bar != null) {
      bar.clear();
    }
  }

  private TrainingPlan plan() {
    if (plan == null) {
      throw new IllegalStateException("finished before started");
    }
    return plan;
  }
}
