package downhill.onnx;

import downhill.modelfile.Model;
import java.util.Arrays;

/**
 * What happens to raw inputs before the first layer: (x − offset) / scale, each input by numbers of
 * its own. Immutable; safe to share.
 */
public final class InputScaling {
  private final float[] offset;
  private final float[] scale;

  private InputScaling(float[] offset, float[] scale) {
    this.offset = offset;
    this.scale = scale;
  }

  /**
   * Returns a scaling by these numbers, copied.
   *
   * @param offset what is subtracted, [n_0]
   * @param scale what the difference is divided by, [n_0], none of them 0
   * @throws IllegalArgumentException if the lengths differ, a number is not finite, or a scale is 0
   */
  public static InputScaling of(float[] offset, float[] scale) {
    if (offset.length != scale.length) {
      throw new IllegalArgumentException(
          "input scaling: expected as many scales as offsets, found %d and %d"
              .formatted(scale.length, offset.length));
    }
    for (int j = 0; j < offset.length; j++) {
      if (!Float.isFinite(offset[j]) || !Float.isFinite(scale[j]) || scale[j] == 0) {
        throw new IllegalArgumentException(
            "input scaling: expected finite numbers and a scale other than 0, found (x − %s) / %s"
                    .formatted(offset[j], scale[j])
                + " for input "
                + j);
      }
    }
    return new InputScaling(offset.clone(), scale.clone());
  }

  /**
   * Returns a scaling that leaves inputs as they are.
   *
   * @param inputs n_0
   */
  public static InputScaling none(int inputs) {
    return new InputScaling(new float[inputs], all(inputs, 1));
  }

  private static float[] all(int inputs, float value) {
    float[] values = new float[inputs];
    Arrays.fill(values, value);
    return values;
  }

  /**
   * Returns what a model of bytes does to its inputs. With {@link TableScaling} the one place where
   * exports ask for it.
   *
   * @throws IllegalArgumentException if the model takes the rows of a table
   */
  public static InputScaling of(Model model) {
    if (model.schema() != null) {
      throw new IllegalArgumentException(
          "model %s: expected one that takes bytes, found one of a table's rows"
              .formatted(model.network().architecture()));
    }
    int inputs = model.network().architecture().inputs();
    return new InputScaling(new float[inputs], all(inputs, 255));
  }

  /** Returns n_0. */
  public int inputs() {
    return offset.length;
  }

  /** Returns what is subtracted from input {@code j}, from 0. */
  public float offset(int j) {
    return offset[j];
  }

  /** Returns what input {@code j} is then divided by. */
  public float scale(int j) {
    return scale[j];
  }

  /** Returns a copy of all offsets, [n_0]. */
  float[] offsets() {
    return offset.clone();
  }

  /** Returns a copy of all scales, [n_0]. */
  float[] scales() {
    return scale.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InputScaling that
        && Arrays.equals(offset, that.offset)
        && Arrays.equals(scale, that.scale);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(offset) + Arrays.hashCode(scale);
  }

  /** Returns it as a formula: of all inputs, or of the first. */
  @Override
  public String toString() {
    if (offset.length == 0) {
      return "x";
    }
    boolean same = true;
    for (int j = 1; j < offset.length; j++) {
      same &= offset[j] == offset[0] && scale[j] == scale[0];
    }
    String formula = offset[0] == 0 ? "x / " + scale[0] : "(x − " + offset[0] + ") / " + scale[0];
    return same ? formula : formula + " for the first input, others differ";
  }
}
