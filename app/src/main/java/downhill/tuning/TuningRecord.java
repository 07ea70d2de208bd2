package downhill.tuning;

import downhill.training.Stopping.Monitor;
import downhill.training.Validation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Plans and results as lines of JSON. Neither holds a time: equal searches give equal lines. */
final class TuningRecord {
  private static final String FORMAT = "downhill.tuning";
  private static final long VERSION = 1;

  private TuningRecord() {}

  static String write(TuningPlan plan) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(FORMAT, VERSION);
    fields.put("data", plan.data());
    fields.put("data_sha256", plan.dataSha256());
    fields.put("trials", plan.halving().trials());
    fields.put("epochs", plan.halving().epochs());
    fields.put("factor", plan.halving().factor());
    fields.put("seed", plan.seed());
    fields.put("monitor", plan.monitor().name().toLowerCase(Locale.ROOT));
    fields.put("validation", plan.validation());
    Map<String, String> space = new LinkedHashMap<>();
    plan.space().forEach((setting, range) -> space.put(setting.key(), range.toString()));
    fields.put("space", space);
    fields.put("base", plan.base());
    return JsonLine.write(fields);
  }

  static TuningPlan readPlan(String line, String where) throws IOException {
    JsonLine fields = JsonLine.read(line, where);
    if (fields.count(FORMAT) != VERSION) {
      throw new IOException(
          "%s: expected version %d of this file, found %d; use the Downhill that wrote it"
              .formatted(where, VERSION, fields.count(FORMAT)));
    }
    try {
      SortedMap<Tunable, Range> space = new TreeMap<>();
      for (Map.Entry<String, String> entry : fields.texts("space").entrySet()) {
        Tunable setting =
            Tunable.of(entry.getKey())
                .orElseThrow(
                    () -> new IllegalArgumentException("unknown setting " + entry.getKey()));
        space.put(setting, Range.parse(setting, entry.getValue()));
      }
      return new TuningPlan(
          fields.text("data"),
          fields.text("data_sha256"),
          fields.texts("base"),
          space,
          new Halving(
              Math.toIntExact(fields.count("trials")),
              Math.toIntExact(fields.count("epochs")),
              Math.toIntExact(fields.count("factor"))),
          fields.count("seed"),
          Monitor.valueOf(fields.text("monitor").toUpperCase(Locale.ROOT)),
          fields.number("validation"));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IOException(where + ": " + e.getMessage(), e);
    }
  }

  static String write(Result result, Map<Tunable, String> drawn) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("trial", result.trial());
    fields.put("rung", result.rung());
    fields.put("epochs", result.epochs());
    Map<String, String> settings = new LinkedHashMap<>();
    drawn.forEach((setting, value) -> settings.put(setting.key(), value));
    fields.put("settings", settings);
    fields.put("accuracy", accuracies(result.curve()));
    fields.put("loss", losses(result.curve()));
    if (result.diverged() != null) {
      fields.put("diverged", result.diverged());
    }
    return JsonLine.write(fields);
  }

  static Result readResult(String line, String where) throws IOException {
    JsonLine fields = JsonLine.read(line, where);
    @Nullable String diverged = fields.has("diverged") ? fields.text("diverged") : null;
    List<Validation> curve = curve(fields.numbers("loss"), fields.numbers("accuracy"), where);
    try {
      return new Result(
          Math.toIntExact(fields.count("trial")),
          Math.toIntExact(fields.count("rung")),
          curve,
          diverged);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IOException(where + ": " + e.getMessage(), e);
    }
  }

  static double[] accuracies(List<Validation> curve) {
    return curve.stream().mapToDouble(Validation::accuracy).toArray();
  }

  static double[] losses(List<Validation> curve) {
    return curve.stream().mapToDouble(Validation::loss).toArray();
  }

  /** Puts a curve together again. */
  static List<Validation> curve(List<Double> losses, List<Double> accuracies, String where)
      throws IOException {
    if (losses.size() != accuracies.size()) {
      throw new IOException(
          "%s: expected as many losses as accuracies, found %d and %d"
              .formatted(where, losses.size(), accuracies.size()));
    }
    List<Validation> curve = new ArrayList<>();
    for (int i = 0; i < losses.size(); i++) {
      curve.add(new Validation(losses.get(i), accuracies.get(i)));
    }
    return curve;
  }
}
