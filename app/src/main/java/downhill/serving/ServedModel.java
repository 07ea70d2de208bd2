package downhill.serving;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One version of a model while it is served. It is closed when it has been replaced and the last
 * request that began with it has been answered. Safe to share.
 */
final class ServedModel {
  private final String name;
  private final String version;
  private final ModelLoader.Loaded loaded;
  private final RawInputs rawInputs;
  private final Batcher batcher;
  private final ModelMetrics metrics;
  private final AtomicInteger users = new AtomicInteger(1); // the repository is the first

  ServedModel(String name, String version, ModelLoader.Loaded loaded, ModelMetrics metrics) {
    this.name = name;
    this.version = version;
    this.loaded = loaded;
    this.metrics = metrics;
    this.rawInputs = RawInputs.of(loaded);
    this.batcher =
        new Batcher(
            loaded.classifier(), loaded.inputs(), loaded.classNames().size(), metrics::batch);
  }

  String name() {
    return name;
  }

  String version() {
    return version;
  }

  String network() {
    return loaded.network();
  }

  String platform() {
    return loaded.platform();
  }

  List<String> classNames() {
    return loaded.classNames();
  }

  boolean takesRows() {
    return loaded.rows() != null;
  }

  RawInputs rawInputs() {
    return rawInputs;
  }

  /** Classifies examples as {@link Batcher#classify} does. Only between acquire and release. */
  void classify(float[] x, int count, float[] probabilities, int[] classes) throws Exception {
    batcher.classify(x, count, probabilities, classes);
  }

  /** Counts a request that it has answered. */
  void answered(long nanos) {
    metrics.seconds.record(nanos);
  }

  /** Holds the model open for a request; false if it is closed already. */
  boolean acquire() {
    for (int n = users.get(); n > 0; n = users.get()) {
      if (users.compareAndSet(n, n + 1)) {
        return true;
      }
    }
    return false;
  }

  /** Lets go of the model; the last one closes it. */
  void release() {
    if (users.decrementAndGet() == 0) {
      loaded.classifier().close();
    }
  }
}
