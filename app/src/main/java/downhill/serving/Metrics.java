package downhill.serving;

import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * What the server counts, in Prometheus' text format. Labels take only values that the server knows
 * itself (its models, HTTP's statuses), so no client can make the series many. Safe to share.
 */
final class Metrics {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** One version of a model. */
  private record Key(String model, String version) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byModel = model.compareTo(other.model);
      return byModel != 0 ? byModel : version.compareTo(other.version);
    }

    // Names of models need no escapes: ModelLocation allows only plain ones.
    String labels() {
      return "model=\"%s\",version=\"%s\"".formatted(model, version);
    }
  }

  final LongAdder inFlight = new LongAdder();
  private final SortedMap<Integer, LongAdder> responses = new ConcurrentSkipListMap<>();
  private final SortedMap<Key, ModelMetrics> models = new ConcurrentSkipListMap<>();

  /** Counts a response. */
  void response(int status) {
    responses.computeIfAbsent(status, s -> new LongAdder()).increment();
  }

  /** Returns the counters of a version of a model. */
  ModelMetrics model(String name, String version) {
    return models.computeIfAbsent(new Key(name, version), key -> new ModelMetrics());
  }

  /** Forgets the counters of a model's versions but for these. */
  void keep(String name, Set<String> versions) {
    models.keySet().removeIf(key -> key.model.equals(name) && !versions.contains(key.version));
  }

  /** Returns all of it. */
  String text() {
    StringBuilder text = new StringBuilder();
    head(text, "downhill_http_responses_total", "counter", "Responses, by HTTP status.");
    responses.forEach((status, n) ->
        text.append("downhill_http_responses_total{code=\"%d\"} %d\n".formatted(status, n.sum())));
    head(text, "downhill_http_requests_in_flight", "gauge", "Requests being answered.");
    text.append("downhill_http_requests_in_flight %d\n".formatted(inFlight.sum()));
    counter(text, "downhill_examples_total", "Examples classified.", m -> m.examples);
    counter(
        text, "downhill_model_loads_total", "Loads of the file, the first one too.", m -> m.loads);
    counter(
        text,
        "downhill_model_failed_loads_total",
        "Files that could not be loaded; what was served before went on.",
        m -> m.failedLoads);
    head(text, "downhill_inference_seconds", "histogram", "From a request's head to its answer.");
    each((key, m) -> m.seconds.write(text, "downhill_inference_seconds", key.labels()));
    head(text, "downhill_batch_examples", "histogram", "Examples computed together.");
    each((key, m) -> m.batches.write(text, "downhill_batch_examples", key.labels()));
    head(text, "downhill_heap_used_bytes", "gauge", "Memory of the Java heap in use.");
    Runtime runtime = Runtime.getRuntime();
    text.append(
        "downhill_heap_used_bytes %d\n".formatted(runtime.totalMemory() - runtime.freeMemory()));
    head(text, "process_start_time_seconds", "gauge", "When the process began, in Unix time.");
    text.append(
        "process_start_time_seconds %s\n"
            .formatted(ManagementFactory.getRuntimeMXBean().getStartTime() * 1e-3));
    return text.toString();
  }

  private void counter(
      StringBuilder text, String name, String help, Function<ModelMetrics, LongAdder> counter) {
    head(text, name, "counter", help);
    each((key, m) ->
        text.append("%s{%s} %d\n".formatted(name, key.labels(), counter.apply(m).sum())));
  }

  private void each(BiConsumer<Key, ModelMetrics> action) {
    models.forEach(action);
  }

  private static void head(StringBuilder text, String name, String type, String help) {
    text.append("# HELP %s %s\n# TYPE %s %s\n".formatted(name, help, name, type));
  }
}
