package downhill.serving;

import downhill.data.Preparation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * One tensor of pixels, 0 to 255, which the network takes as v/255, whatever their type: an example
 * has the same bits as bytes, as floats and in JSON.
 *
 * @param features the values of one example, n_0
 * @param preparation how pictures became examples; null where nothing says it
 */
record PixelInputs(int features, @Nullable Preparation preparation) implements RawInputs {
  /** What the input tensor is called. */
  static final String NAME = "input";

  /** The type its values have at the source; others are taken as well. */
  static final String DATA_TYPE = "UINT8";

  private static final float LARGEST = 255f;

  /** The one type that does not reach as far. */
  private static final float LARGEST_INT8 = 127f;

  @Override
  public void describe(JsonGenerator json) {
    ResponseWriter.tensor(json, NAME, DATA_TYPE, -1, features);
  }

  @Override
  public int mostTensors() {
    return 1;
  }

  @Override
  public TensorData data(int mostExamples, MemoryBudget.Claim claim) {
    // What has arrived was claimed with what it becomes as numbers.
    return new RawTensor((int) Math.min((long) mostExamples * features, Limits.MAX_VALUES));
  }

  @Override
  public Inputs read(
      List<SentTensor> tensors, ByteBuffer binary, int mostExamples, MemoryBudget.Claim claim)
      throws RefusedException {
    if (tensors.isEmpty()) {
      throw RefusedException.bad("inputs: expected one, '%s', found none".formatted(NAME));
    }
    SentTensor tensor = tensors.getFirst();
    if (tensor.name() == null || !tensor.name().equalsIgnoreCase(NAME)) {
      throw RefusedException.bad(
          "input: expected the name '%s', found %s".formatted(NAME, Json.quoted(tensor.name())));
    }
    DataType type = tensor.numberType(NAME, "");
    long[] shape = tensor.shape(NAME);
    int count = examples(shape, mostExamples);
    @Nullable TensorData data = tensor.json(NAME);
    float[] x =
        data instanceof RawTensor raw
            ? fromJson(raw, type, shape, tensors, binary)
            : fromBytes(tensor, type, count, shape, binary);
    scale(x, count * features, type);
    return new Inputs(x, count);
  }

  private static float[] fromJson(
      RawTensor data, DataType type, long[] shape, List<SentTensor> tensors, ByteBuffer binary)
      throws RefusedException {
    SentTensor.checkBinary(tensors, binary);
    data.checkShape(shape);
    if (type.whole() && data.firstFraction() >= 0) {
      throw RefusedException.bad(
          "input '%s', value %d: expected whole numbers for %s, found %s"
              .formatted(NAME, data.firstFraction(), type, data.values()[data.firstFraction()]));
    }
    // The predictor wants whole examples, so the room behind them must go.
    return data.values().length == data.count()
        ? data.values()
        : Arrays.copyOf(data.values(), data.count());
  }

  private float[] fromBytes(
      SentTensor tensor, DataType type, int count, long[] shape, ByteBuffer binary)
      throws RefusedException {
    int values = Math.multiplyExact(count, features);
    long expected = (long) values * type.size();
    if (tensor.binarySize() != expected) {
      throw RefusedException.bad(
          "input '%s': expected a binary_data_size of %d for %s %s, found %d"
              .formatted(NAME, expected, type, Arrays.toString(shape), tensor.binarySize()));
    }
    SentTensor.checkBinary(List.of(tensor), binary);
    ByteBuffer bytes = tensor.take(binary);
    float[] x = new float[values];
    for (int i = 0; i < values; i++) {
      x[i] = (float) type.read(bytes, i * type.size());
    }
    return x;
  }

  private void scale(float[] values, int count, DataType type) throws RefusedException {
    float most = type.spans(LARGEST) ? LARGEST : LARGEST_INT8;
    for (int i = 0; i < count; i++) {
      float raw = values[i];
      if (!(raw >= 0 && raw <= most)) {
        throw RefusedException.bad(
            "input '%s', value %d (example %d, feature %d): expected a raw value from 0 to %.0f%s, found %s"
                .formatted(
                    NAME,
                    i,
                    i / features,
                    i % features,
                    most,
                    most < LARGEST ? " for " + type : "",
                    raw));
      }
      values[i] = raw / LARGEST;
    }
  }

  /** Refuses as many values in another order: they would be taken for other pixels. */
  private static void checkPictures(Preparation pictures, long[] shape) throws RefusedException {
    long[] one = Arrays.copyOfRange(shape, 1, shape.length);
    long[] planes = {pictures.channels(), pictures.height(), pictures.width()};
    boolean grey = pictures.channels() == 1;
    boolean known =
        Arrays.equals(one, planes)
            || (grey
                && (Arrays.equals(one, new long[] {pictures.height(), pictures.width()})
                    || Arrays.equals(one, new long[] {pictures.height(), pictures.width(), 1})));
    if (!known) {
      throw RefusedException.bad(
          "input '%s': expected the shape [n, %d, %d, %d]%s, found %s"
              .formatted(
                  NAME,
                  pictures.channels(),
                  pictures.height(),
                  pictures.width(),
                  grey
                      ? ", rows from the top down"
                      : ": all of red, then all of green, then all of blue",
                  Arrays.toString(shape)));
    }
  }

  /**
   * Returns the number of examples of a tensor's shape.
   *
   * @param shape [n, n_0]; of pictures also [n, C, H, W], and of grey ones [n, H, W] and [n, H, W,
   *     1]; where nothing is known of pictures, [n, …] whose further dimensions make n_0
   */
  private int examples(long[] shape, int most) throws RefusedException {
    long product = 1;
    for (int d = 1; d < shape.length && product <= features; d++) {
      product = shape[d] > features ? Long.MAX_VALUE : product * shape[d];
    }
    if (preparation != null && product == features && shape.length > 2) {
      checkPictures(preparation, shape);
    }
    if (shape.length < 2 || product != features || shape[0] < 1) {
      throw RefusedException.bad(
          "input '%s': expected the shape [n, %d] with n from 1, found %s"
              .formatted(NAME, features, Arrays.toString(shape)));
    }
    int fit = Math.min(most, Limits.MAX_VALUES / features);
    if (shape[0] > fit) {
      throw new RefusedException(
          413,
          "input '%s': expected at most %d examples in one request, found %d; send several requests"
              .formatted(NAME, fit, shape[0]));
    }
    return (int) shape[0];
  }
}
