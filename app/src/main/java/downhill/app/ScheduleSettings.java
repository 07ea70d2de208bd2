package downhill.app;

import downhill.training.Schedule;
import java.util.List;
import java.util.Map;

/** How the learning rate changes. */
final class ScheduleSettings {
  private static final String CONSTANT = "constant";
  private static final Schedule.Step STEP = new Schedule.Step(5, 0.5);
  private static final Schedule.Exponential EXPONENTIAL = new Schedule.Exponential(0.9);
  private static final Schedule.Cosine COSINE = new Schedule.Cosine(0);
  private static final Schedule.OneCycle ONE_CYCLE = new Schedule.OneCycle(0.3);
  private static final Schedule.Plateau PLATEAU = new Schedule.Plateau(0.5, 3);

  // What each schedule takes.
  private static final Map<String, List<String>> TAKES =
      Map.of(
          CONSTANT,
          List.of(),
          "step",
          List.of("schedule-epochs", "schedule-factor"),
          "exponential",
          List.of("schedule-factor"),
          "cosine",
          List.of("schedule-last"),
          "one-cycle",
          List.of("schedule-rising"),
          "plateau",
          List.of("schedule-factor", "schedule-patience"));

  private static final List<String> NAMES =
      List.of(CONSTANT, "step", "exponential", "cosine", "one-cycle", "plateau");

  static final List<Setting> ALL =
      List.of(
          Setting.of("schedule", "NAME", String.join(", ", NAMES) + ".", "Default: cosine"),
          Setting.of(
              "schedule-epochs",
              "N",
              "After how many epochs the rate is multiplied (step).",
              "Default: " + STEP.epochs()),
          Setting.of(
              "schedule-factor",
              "X",
              "What the rate is multiplied with (step, exponential, plateau).",
              "Default: %s, %s, %s"
                  .formatted(STEP.factor(), EXPONENTIAL.factor(), PLATEAU.factor())),
          Setting.of(
              "schedule-last",
              "X",
              "The part of the rate that is left at the end (cosine).",
              "Default: " + Text.setting(COSINE.last())),
          Setting.of(
              "schedule-rising",
              "X",
              "The part of all steps in which the rate rises (one-cycle).",
              "Default: " + ONE_CYCLE.rising()),
          Setting.of(
              "schedule-patience",
              "N",
              "How many epochs may bring no lower loss before the rate is multiplied; of the "
                  + "validation set, if there is one (plateau).",
              "Default: " + PLATEAU.patience()),
          Setting.of(
              "warmup-steps",
              "N",
              "Over how many steps the rate rises from 0 first, whatever the schedule.",
              "Default: 0"));

  private ScheduleSettings() {}

  static Schedule read(Settings settings) {
    Schedule schedule = chosen(settings);
    long steps = settings.whole("warmup-steps", 0);
    return steps == 0
        ? schedule
        : settings.check("warmup-steps", () -> new Schedule.Warmup(steps, schedule));
  }

  private static Schedule chosen(Settings settings) {
    String chosen = settings.choice("schedule", "cosine", NAMES);
    settings.checkFit("schedule", chosen, TAKES);
    return switch (chosen) {
      case "step" -> {
        Schedule.Step s =
            settings.withCount("schedule-epochs", STEP, (a, n) -> new Schedule.Step(n, a.factor()));
        yield settings.with("schedule-factor", s, (a, x) -> new Schedule.Step(a.epochs(), x));
      }
      case "exponential" ->
          settings.with("schedule-factor", EXPONENTIAL, (a, x) -> new Schedule.Exponential(x));
      case "cosine" -> settings.with("schedule-last", COSINE, (a, x) -> new Schedule.Cosine(x));
      case "one-cycle" ->
          settings.with("schedule-rising", ONE_CYCLE, (a, x) -> new Schedule.OneCycle(x));
      case "plateau" -> {
        Schedule.Plateau s =
            settings.with(
                "schedule-factor", PLATEAU, (a, x) -> new Schedule.Plateau(x, a.patience()));
        yield settings.withCount(
            "schedule-patience", s, (a, n) -> new Schedule.Plateau(a.factor(), n));
      }
      default -> new Schedule.Constant();
    };
  }

  /** Returns a schedule without its warm-up. */
  static Schedule withoutWarmup(Schedule schedule) {
    return schedule instanceof Schedule.Warmup warmup ? warmup.then() : schedule;
  }

  static void write(Schedule schedule, Map<String, String> into) {
    switch (schedule) {
      case Schedule.Constant() -> into.put("schedule", CONSTANT);
      case Schedule.Step(int epochs, double factor) -> {
        into.put("schedule", "step");
        into.put("schedule-epochs", Integer.toString(epochs));
        into.put("schedule-factor", Double.toString(factor));
      }
      case Schedule.Exponential(double factor) -> {
        into.put("schedule", "exponential");
        into.put("schedule-factor", Double.toString(factor));
      }
      case Schedule.Cosine(double last) -> {
        into.put("schedule", "cosine");
        into.put("schedule-last", Double.toString(last));
      }
      case Schedule.OneCycle(double rising) -> {
        into.put("schedule", "one-cycle");
        into.put("schedule-rising", Double.toString(rising));
      }
      case Schedule.Plateau(double factor, int patience) -> {
        into.put("schedule", "plateau");
        into.put("schedule-factor", Double.toString(factor));
        into.put("schedule-patience", Integer.toString(patience));
      }
      case Schedule.Warmup(long steps, Schedule then) -> {
        write(then, into);
        into.put("warmup-steps", Long.toString(steps));
      }
    }
  }
}
