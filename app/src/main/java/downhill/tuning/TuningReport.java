package downhill.tuning;

import downhill.training.Validation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a search has found, as files: the table, and the winner's settings. */
public final class TuningReport {
  /** The table. */
  public static final String TABLE = "tuning.csv";

  /** The picture. */
  public static final String PICTURE = "tuning.svg";

  /** The winner's settings. */
  public static final String RECIPE = "best.recipe";

  /** What stands first in a recipe, in this order; the rest follows in that of the base. */
  private static final List<String> FIRST =
      List.of("network", "epochs", "batch-size", "learning-rate", "seed");

  private TuningReport() {}

  /** Returns the ranking as comma-separated values, a row for each trial. */
  public static String table(TuningPlan plan, Leaderboard leaderboard) {
    List<String> header =
        new ArrayList<>(List.of("rank", "trial", "rung", "epochs", "accuracy", "loss"));
    plan.space().keySet().forEach(setting -> header.add(setting.key()));
    header.add("outcome");
    StringBuilder text = new StringBuilder(row(header));
    int rank = 1;
    for (Result result : leaderboard.ranking()) {
      List<String> cells = new ArrayList<>();
      cells.add(Integer.toString(rank++));
      cells.add(Integer.toString(result.trial()));
      cells.add(Integer.toString(result.rung()));
      cells.add(Integer.toString(result.epochs()));
      Validation last = result.last();
      cells.add(last == null ? "" : Double.toString(last.accuracy()));
      cells.add(last == null ? "" : Double.toString(last.loss()));
      Map<Tunable, String> drawn = plan.draw(result.trial());
      plan.space().keySet().forEach(setting -> cells.add(drawn.getOrDefault(setting, "")));
      cells.add(outcome(plan, result));
      text.append(row(cells));
    }
    return text.toString();
  }

  /** Returns in a word how a trial ended. */
  public static String outcome(TuningPlan plan, Result result) {
    if (result.isDiverged()) {
      return "diverged";
    }
    return result.rung() == plan.halving().rungs() ? "finished" : "dropped";
  }

  private static String row(List<String> cells) {
    return String.join(",", cells) + "\n";
  }

  /** Returns the settings of the best trial, a line {@code key = value} for each. */
  public static String recipe(TuningPlan plan, Result best) {
    Map<String, String> settings = plan.settings(best.trial());
    Map<String, String> ordered = new LinkedHashMap<>();
    for (String key : FIRST) {
      String value = settings.get(key);
      if (value != null) {
        ordered.put(key, value);
      }
    }
    settings.forEach(ordered::putIfAbsent);
    StringBuilder text = new StringBuilder();
    Validation last = best.last();
    if (last != null) {
      text.append(
          String.format(
              Locale.ROOT,
              "# Trial %d of %d: accuracy %.2f %%, loss %.4f on held-out data after %d %s%n",
              best.trial(),
              plan.halving().trials(),
              100 * last.accuracy(),
              last.loss(),
              best.epochs(),
              best.epochs() == 1 ? "epoch" : "epochs"));
    }
    ordered.forEach((key, value) -> text.append(key).append(" = ").append(value).append('\n'));
    return text.toString().replace(System.lineSeparator(), "\n");
  }
}
