package downhill.serving;

import java.util.concurrent.atomic.LongAdder;

/** What is counted of one version of one model. Safe to share. */
final class ModelMetrics {
  final LongAdder examples = new LongAdder();
  final LongAdder loads = new LongAdder();
  final LongAdder failedLoads = new LongAdder();
  final Histogram batches = new Histogram(1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512);
  final Histogram seconds =
      new Histogram(
          1e-9, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
          10);

  /** Counts a batch that the classifier was given. */
  void batch(int size) {
    examples.add(size);
    batches.record(size);
  }
}
