package downhill.benchmarks.harness;

import downhill.data.Dataset;

/** Fashion-MNIST as arrays, for libraries that want their own. */
public final class Pixels {
  private Pixels() {}

  /** Returns all examples, [n, features], row-major, scaled to 0..1. */
  public static float[] scaled(Dataset data) {
    float[] x = new float[data.size() * data.features()];
    for (int i = 0; i < data.size(); i++) {
      System.arraycopy(data.example(i), 0, x, i * data.features(), data.features());
    }
    return x;
  }

  /** Returns all labels, [n]. */
  public static int[] labels(Dataset data) {
    int[] labels = new int[data.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = data.label(i);
    }
    return labels;
  }
}
