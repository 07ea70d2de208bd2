package downhill.engine;

/**
 * The scalar kernels, but for the last bit of one sum in each panel of an example that is
 * classified alone: what a test of equal bits must find.
 */
final class OneBitOff extends Kernels {
  private final Kernels right = Kernels.scalar();

  @Override
  public String description() {
    return "scalar, one bit off";
  }

  @Override
  Block block(int pages) {
    return right.block(pages);
  }

  @Override
  void accumulate(float[] m, int at, int width, float[] x, long[] masks, float[] z, int to) {
    right.accumulate(m, at, width, x, masks, z, to);
    z[to] = Math.nextUp(z[to]);
  }

  @Override
  void scale(byte[] source, int at, int n, float[] a, int to) {
    right.scale(source, at, n, a, to);
  }

  @Override
  void mask(float[] values, int at, int n, long[] masks, int maskAt) {
    right.mask(values, at, n, masks, maskAt);
  }

  @Override
  void load(Signals to, int unit, int first, int past, byte[] source, int offset) {
    right.load(to, unit, first, past, source, offset);
  }

  @Override
  void relu(float[] z, int at, int n, long[] masks, int maskAt) {
    right.relu(z, at, n, masks, maskAt);
  }

  @Override
  void reluDerivative(float[] a, float[] delta, int at, int n, long[] masks, int maskAt) {
    right.reluDerivative(a, delta, at, n, masks, maskAt);
  }

  @Override
  void exp(double[] x, int at, int n) {
    right.exp(x, at, n);
  }
}
