package downhill.fashionmnist;

import downhill.data.Datasets;

/** Fashion-MNIST: 60,000 training and 10,000 test images of clothing, 28 × 28, ten classes. */
public final class FashionMnist {
  private FashionMnist() {}

  /** Reads the data from this module's resources. */
  public static Datasets load() {
    throw new UnsupportedOperationException();
  }
}
