package downhill.onnx;

import downhill.data.Column;
import downhill.data.Missing;
import downhill.data.TableSchema;
import java.util.Arrays;

/**
 * What happens to the raw row of a table before the first layer: (x − offset) · scale in double,
 * rounded to float, each input by numbers of its own, where NaN stands for a missing value. A
 * column of numbers is one input; one of categories has an input for each level, 1 for that of the
 * row and 0 for the others, which are taken as they are. Immutable; safe to share.
 */
public final class TableScaling {
  private final double[] offset;
  private final double[] scale;
  private final double[] missing;

  private TableScaling(int inputs) {
    offset = new double[inputs];
    scale = new double[inputs];
    missing = new double[inputs];
  }

  /** Returns what a schema does. */
  public static TableScaling of(TableSchema schema) {
    TableScaling scaling = new TableScaling(schema.inputs());
    boolean refused = schema.missing() == Missing.ERROR;
    int j = 0;
    for (Column column : schema.columns()) {
      switch (column) {
        case Column.Numeric numeric -> {
          scaling.offset[j] = numeric.mean();
          scaling.scale[j] = numeric.scale();
          scaling.missing[j] = refused ? Double.NaN : numeric.mean();
          j++;
        }
        case Column.Categorical categorical -> {
          for (double share : categorical.shares()) {
            scaling.scale[j] = 1;
            scaling.missing[j] = refused ? Double.NaN : share;
            j++;
          }
        }
      }
    }
    return scaling;
  }

  /** Returns n_0. */
  public int inputs() {
    return offset.length;
  }

  /** Returns what is subtracted from input {@code j}, from 0. */
  public double offset(int j) {
    return offset[j];
  }

  /** Returns what input {@code j} is then multiplied by. */
  public double scale(int j) {
    return scale[j];
  }

  /** Returns what stands for a missing value of input {@code j}; NaN where it is refused. */
  public double missing(int j) {
    return missing[j];
  }

  /** Returns whether missing values stand for others, and are not refused. */
  boolean fillsMissing() {
    return !Double.isNaN(missing[0]);
  }

  double[] offsets() {
    return offset.clone();
  }

  double[] scales() {
    return scale.clone();
  }

  double[] fillers() {
    return missing.clone();
  }

  @Override
  public String toString() {
    return "(x − mean) · scale of %d inputs, missing values %s"
        .formatted(inputs(), fillsMissing() ? Arrays.toString(missing) : "refused");
  }
}
