package downhill.app;

import downhill.app.Terminal.Style;
import downhill.data.Split;
import downhill.training.Validation;
import downhill.tuning.Halving;
import downhill.tuning.Leaderboard;
import downhill.tuning.Result;
import downhill.tuning.Tunable;
import downhill.tuning.TuningEvent;
import downhill.tuning.TuningEvent.Progressed;
import downhill.tuning.TuningEvent.RungFinished;
import downhill.tuning.TuningEvent.Warned;
import downhill.tuning.TuningFolder;
import downhill.tuning.TuningPlan;
import downhill.tuning.TuningReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A search for people: a header, one line a trial and rung, the ranking at the end. */
final class TuningTextView implements TuningView {
  /** How the program was called; the launcher tells. */
  private static final String COMMAND =
      Text.quoted(System.getProperty("downhill.command", "downhill"));

  /** The most trials that the ranking on the screen shows. */
  private static final int SHOWN = 30;

  private final Terminal terminal;
  private final String dataName;
  private final String dataAgain;
  private @Nullable TuningFolder folder;
  private int rung;
  private int columns; // asked at the start and at each result: to ask takes a process

  /**
   * Makes a view.
   *
   * @param dataName what to call the data
   * @param dataAgain the options that name the data again and say how to read it, or nothing
   */
  TuningTextView(Terminal terminal, String dataName, String dataAgain) {
    this.terminal = terminal;
    this.dataName = dataName;
    this.dataAgain = dataAgain;
  }

  @Override
  public void started(TuningFolder opened, Split split) {
    folder = opened;
    TuningPlan plan = opened.plan();
    columns = terminal.columns();
    int width = columns - 1;
    Halving halving = plan.halving();
    String what =
        "Tuning on %s: %s on %s, judged by %s others"
            .formatted(
                dataName,
                Text.count(halving.trials(), "trial"),
                Text.count(split.train().size(), split.train().hasBytes() ? "image" : "row"),
                Text.count(split.validation().size()));
    Text.wrap(what, width).forEach(line -> terminal.line(terminal.paint(Style.BOLD, line)));
    String space =
        plan.space().entrySet().stream()
            .map(entry -> name(entry.getKey()) + " " + entry.getValue())
            .map(Text::whole)
            .collect(Collectors.joining(" · "));
    String rungs =
        IntStream.rangeClosed(1, halving.rungs())
            .mapToObj(r -> "%d to epoch %d".formatted(halving.trials(r), halving.epochs(r)))
            .map(Text::whole)
            .collect(Collectors.joining(" · "));
    quiet(space, width);
    quiet(
        "%s · %s in all · seed %d"
            .formatted(rungs, Text.whole(Text.count(halving.allEpochs(), "epoch")), plan.seed()),
        width);
    if (!opened.results().isEmpty()) {
      quiet("%s known from before".formatted(Text.count(opened.results().size(), "result")), width);
    }
  }

  private void quiet(String text, int width) {
    Text.wrap(text, width).forEach(line -> terminal.line(terminal.paint(Style.DIM, line)));
  }

  @Override
  public void told(TuningEvent event) {
    switch (event) {
      case Progressed(int trial, int atRung, int epoch, int examples) -> {
        if (terminal.interactive()) {
          String now =
              "trial %d · epoch %d of %d · %s"
                  .formatted(
                      trial,
                      epoch,
                      opened().plan().halving().epochs(atRung),
                      Text.count(examples, "example"));
          terminal.redraw(terminal.paint(Style.DIM, Text.clip(now, Math.max(1, columns - 1))));
        }
      }
      case RungFinished(Result result, double seconds) -> line(result, seconds);
      case Warned(String message) -> {
        clear();
        terminal.error("warning: " + Text.clean(message));
      }
    }
  }

  private void line(Result result, double seconds) {
    clear();
    columns = terminal.columns();
    Table table = table("time").row(cells(result, Text.fixed(seconds, 1) + " s"));
    List<String> lines = table.lines(terminal, columns - 1);
    if (result.rung() != rung) {
      rung = result.rung();
      Halving halving = opened().plan().halving();
      terminal.line();
      terminal.line(
          terminal.paint(
              Style.BOLD,
              "Rung %d of %d: %s to epoch %d"
                  .formatted(
                      rung,
                      halving.rungs(),
                      Text.count(halving.trials(rung), "trial"),
                      halving.epochs(rung))));
      terminal.line(lines.getFirst());
    }
    terminal.line(lines.getLast());
  }

  private void clear() {
    if (terminal.interactive()) {
      terminal.clearLine();
    }
  }

  // Widths don't depend on the rows, so that each can be written when it is known.
  private Table table(String last) {
    Table table =
        new Table()
            .number("trial", 99, 5)
            .number("epochs", 90, 6)
            .number("accuracy", 98, 8)
            .number("loss", 80, 6)
            .number(last, 1, 8);
    TuningPlan plan = opened().plan();
    int importance = 70;
    for (Tunable setting : searched()) {
      int widest =
          IntStream.rangeClosed(1, plan.halving().trials())
              .mapToObj(plan::draw)
              .mapToInt(drawn -> Text.width(drawn.getOrDefault(setting, "–")))
              .max()
              .orElse(0);
      table.number(name(setting), importance--, widest);
    }
    return table;
  }

  private List<Tunable> searched() {
    return opened().plan().searched();
  }

  private String[] cells(Result result, String time) {
    List<String> cells = new ArrayList<>();
    Validation last = result.last();
    cells.add(Integer.toString(result.trial()));
    cells.add(Integer.toString(result.epochs()));
    cells.add(result.isDiverged() || last == null ? "diverged" : Text.percent(last.accuracy(), 2));
    cells.add(result.isDiverged() || last == null ? "–" : Text.fixed(last.loss(), 4));
    cells.add(time);
    Map<Tunable, String> drawn = opened().plan().draw(result.trial());
    searched().forEach(setting -> cells.add(drawn.getOrDefault(setting, "–")));
    return cells.toArray(String[]::new);
  }

  @Override
  public void finished(Leaderboard leaderboard) {
    clear();
    TuningPlan plan = opened().plan();
    Table table = table("outcome");
    List<Result> shown = leaderboard.ranking().stream().limit(SHOWN).toList();
    for (Result result : shown) {
      boolean best = leaderboard.best().filter(result::equals).isPresent();
      boolean full = TuningReport.outcome(plan, result).equals("finished");
      table.row(
          best ? Style.GREEN : full ? Style.PLAIN : Style.DIM,
          cells(result, TuningReport.outcome(plan, result)));
    }
    terminal.line();
    terminal.line(terminal.paint(Style.BOLD, "Ranking, the best first"));
    table.print(terminal, terminal.columns() - 1);
    int left = leaderboard.ranking().size() - shown.size();
    if (left > 0) {
      terminal.line("%s more in %s".formatted(Text.count(left), TuningReport.TABLE));
    }
    terminal.line();
    String path = Text.quoted(opened().path().toString());
    if (leaderboard.best().isPresent()) {
      terminal.line("Saved   " + file(TuningReport.RECIPE));
      terminal.line("        " + file(TuningReport.TABLE));
      terminal.line("        " + file(TuningReport.PICTURE));
      terminal.line(
          "Next    " + COMMAND + " train --config " + path + "/" + TuningReport.RECIPE + dataAgain);
    }
  }

  private String file(String name) {
    return Text.clean(opened().path().resolve(name).toString());
  }

  @Override
  public void interrupted() {
    clear();
    terminal.error(
        "downhill: stopped; go on with: %s tune --resume %s%s"
            .formatted(COMMAND, Text.quoted(opened().path().toString()), dataAgain));
  }

  @Override
  public void failed(String message) {
    clear(); // what failed is said by Main, in the words it has for every failure
  }

  private static String name(Tunable setting) {
    return setting.key().replace('-', ' ');
  }

  private TuningFolder opened() {
    if (folder == null) {
      throw new IllegalStateException("not started");
    }
    return folder;
  }
}
