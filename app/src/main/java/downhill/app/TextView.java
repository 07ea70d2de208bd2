package downhill.app;

import downhill.app.Terminal.Style;
import downhill.app.TrainingPlan.EpochResult;
import downhill.app.TrainingPlan.Saved;
import downhill.evaluation.Evaluation;
import downhill.network.Architecture;
import downhill.training.TrainingConfiguration;
import downhill.training.TrainingEvent.Progressed;
import downhill.training.TrainingEvent.Started;
import java.util.List;
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
  public void started(TrainingPlan plan, Started event) {
    this.plan = plan;
    Architecture architecture = plan.initial().architecture();
    TrainingConfiguration c = plan.configuration();
    String what =
        "Training %s on %s: %s, %s, %s to test"
            .formatted(
                architecture,
                plan.dataName(),
                Text.count(event.examples(), "image"),
                Text.count(plan.train().classes(), "class"),
                Text.count(plan.test().size()));
    String how =
        Stream.of(
                Text.count(architecture.parameters(), "parameter"),
                "batches of " + Text.count(c.batchSize()),
                "learning rate " + Text.setting(c.learningRate()),
                Text.count(c.epochs(), "epoch"),
                "seed " + c.seed(),
                Text.count(event.threads(), "thread"),
                event.kernels())
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
              terminal, event.examples(), c.epochs(), architecture.trainingFlops(), nanoTime);
      bar.begin(1, columns);
    }
  }

  // Widths don't depend on the rows, so that each can be written when it is known.
  private static Table epochTable() {
    return new Table()
        .number("epoch", 9, 5)
        .number("train loss", 4, 10)
        .number("accuracy", 3, 8)
        .number("test loss", 5, 10)
        .number("accuracy", 8, 8)
        .number("time", 2, 7)
        .number("images/s", 1, 9);
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
    List<String> lines =
        epochTable()
            .row(
                Integer.toString(result.epoch()),
                Text.fixed(result.trainLoss(), 4),
                Text.percent(result.trainAccuracy(), 2),
                Text.fixed(result.testLoss(), 4),
                Text.percent(result.testAccuracy(), 2),
                Text.fixed(result.seconds(), 2) + " s",
                Text.count(Math.round(result.examplesPerSecond())))
            .lines(terminal, columns - 1);
    terminal.line(lines.getLast());
    if (bar != null) {
      bar.begin(result.epoch() + 1, columns);
    }
  }

  @Override
  public void finished(EpochResult last, Evaluation evaluation, Saved saved) {
    clearBar();
    terminal.line();
    new EvaluationReport(evaluation, plan().train().classNames())
        .print(
            terminal,
            columns - 1,
            "Test accuracy %s after %s, %s s of training"
                .formatted(
                    Text.percent(evaluation.accuracy(), 2),
                    Text.count(last.epoch(), "epoch"),
                    Text.fixed(saved.seconds(), 1)));
    terminal.line();
    String folder = Text.quoted(saved.folder().toString());
    String data = plan().dataAgain();
    terminal.line("Saved   " + Text.clean(saved.model().toString()));
    terminal.line("        " + Text.clean(saved.folder().resolve(RunFolder.HISTORY).toString()));
    terminal.line("Next    " + COMMAND + " evaluate " + folder + data);
    terminal.line("        " + COMMAND + " explain " + folder + data + " --example 0");
    terminal.line("        " + COMMAND + " predict " + folder + " IMAGE");
  }

  @Override
  public void interrupted(Saved saved) {
    clearBar();
    terminal.error("downhill: stopped; " + onDisk(saved));
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
