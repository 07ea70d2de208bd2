package downhill.app;

import downhill.app.Terminal.Style;
import downhill.evaluation.ClassScores;
import downhill.evaluation.Evaluation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An evaluation for people: a headline, the scores of each class, and what is confused most.
 *
 * @param noun what one example is called
 */
record EvaluationReport(Evaluation evaluation, List<String> classNames, String noun) {
  private static final int MOST_CONFUSED = 3;

  private record Confusion(int actual, int predicted, int count) {}

  void print(Terminal terminal, int columns, String headline) {
    for (String line : Text.wrap(headline, columns)) {
      terminal.line(terminal.paint(Style.BOLD, line));
    }
    terminal.line();
    Table table =
        new Table()
            .text("class", 9)
            .number("precision", 2)
            .number("recall", 3)
            .number("F1", 8)
            .number(noun + "s", 1);
    for (int k = 0; k < classNames.size(); k++) {
      ClassScores scores = evaluation.scores(k);
      table.row(
          Text.clean(classNames.get(k)),
          Text.percent(scores.precision(), 1),
          Text.percent(scores.recall(), 1),
          Text.percent(scores.f1(), 1),
          Text.count(scores.support()));
    }
    table.print(terminal, columns);
    List<Confusion> confusions = mostConfused();
    if (!confusions.isEmpty()) {
      terminal.line();
      terminal.paragraph(
          confusions.stream()
              .map(c ->
                  "%s taken for %s (%s)"
                      .formatted(
                          Text.clean(classNames.get(c.actual)),
                          Text.clean(classNames.get(c.predicted)),
                          Text.count(c.count)))
              .collect(Collectors.joining(", ", "Most often confused: ", "")),
          columns);
    }
  }

  private List<Confusion> mostConfused() {
    List<Confusion> all = new ArrayList<>();
    for (int actual = 0; actual < classNames.size(); actual++) {
      for (int predicted = 0; predicted < classNames.size(); predicted++) {
        int count = evaluation.confusion(actual, predicted);
        if (actual != predicted && count > 0) {
          all.add(new Confusion(actual, predicted, count));
        }
      }
    }
    all.sort(Comparator.comparingInt(Confusion::count).reversed());
    return all.subList(0, Math.min(MOST_CONFUSED, all.size()));
  }
}
