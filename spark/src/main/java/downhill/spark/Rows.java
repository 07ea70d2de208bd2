package downhill.spark;

import static downhill.data.Dataset.MAX_CLASSES;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.BinaryAttribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.runtime.BoxedUnit;

/** The columns of a data frame that training looks at, and what a row of them must be. */
final class Rows {
  private final Dataset<?> frame;
  private final String features;
  private final String label;
  private final String weight;
  private final String validation;

  /** Names the columns; weight and validation are empty where there are none. */
  Rows(Dataset<?> frame, String features, String label, String weight, String validation) {
    this.frame = frame;
    this.features = features;
    this.label = label;
    this.weight = weight;
    this.validation = validation;
  }

  boolean hasValidation() {
    return !validation.isEmpty();
  }

  /** Returns the number of features: as the column says, or else the first row. */
  int width() {
    int known = AttributeGroup.fromStructField(field(features)).size();
    if (known > 0) {
      return known;
    }
    List<Row> first = frame.select(functions.col(features)).limit(1).collectAsList();
    if (first.isEmpty()) {
      throw new IllegalArgumentException("expected at least one row to learn from, found none");
    }
    if (first.getFirst().isNullAt(0)) {
      throw new IllegalArgumentException(
          "column %s: expected vectors, found null".formatted(features));
    }
    return first.getFirst().<Vector>getAs(0).size();
  }

  /** Returns a name for each feature: as the column says, or x0, x1, …. */
  List<String> names(int width) {
    Attribute[] attributes =
        AttributeGroup.fromStructField(field(features)).attributes().isDefined()
            ? AttributeGroup.fromStructField(field(features)).attributes().get()
            : new Attribute[0];
    List<String> names = new ArrayList<>();
    for (Attribute attribute : attributes) {
      if (attribute.name().isDefined() && !attribute.name().get().equals(label)) {
        names.add(attribute.name().get());
      }
    }
    return names.size() == width && new HashSet<>(names).size() == width
        ? names
        : IntStream.range(0, width)
            .mapToObj(j -> (label.matches("x\\d+") ? "feature" : "x") + j)
            .toList();
  }

  /** Returns the number of classes: as the column says, or else by the greatest label. */
  int classes() {
    int known = knownClasses(Attribute.fromStructField(field(label)));
    if (known > 0) {
      return known;
    }
    Column y = functions.col(label).cast("double");
    String problem =
        "column %s: expected a whole number from 0 to %d, found ".formatted(label, MAX_CLASSES - 1);
    Column found = functions.coalesce(y.cast("string"), functions.lit("null"));
    Column checked =
        functions
            // To Spark NaN is greater than all numbers.
            .when(y.geq(0).and(y.lt(MAX_CLASSES)).and(y.equalTo(functions.rint(y))), y)
            .otherwise(
                functions
                    .raise_error(functions.concat(functions.lit(problem), found))
                    .cast("double"));
    Row greatest = frame.agg(functions.max(checked)).first();
    if (greatest.isNullAt(0)) {
      throw new IllegalArgumentException("expected at least one row to learn from, found none");
    }
    return (int) greatest.getDouble(0) + 1;
  }

  /** Returns the number of classes that a column says it has; 0 if it does not say. */
  private static int knownClasses(Attribute attribute) {
    return switch (attribute) {
      case BinaryAttribute binary -> 2;
      case NominalAttribute nominal when nominal.getNumValues().isDefined() ->
          (int) nominal.getNumValues().get();
      default -> 0;
    };
  }

  /** Returns a name for each class: as the column says, or 0, 1, …. */
  List<String> classNames(int classes) {
    Attribute attribute = Attribute.fromStructField(field(label));
    if (attribute instanceof NominalAttribute nominal
        && nominal.values().isDefined()
        && nominal.values().get().length == classes) {
      return List.of(nominal.values().get());
    }
    return IntStream.range(0, classes).mapToObj(String::valueOf).toList();
  }

  private StructField field(String name) {
    StructType schema = frame.schema();
    return schema.apply(name);
  }

  /**
   * Returns the rows in code.
   *
   * @param judging whether those to judge by, which count 1 each whatever their weight, and not
   *     those to learn from
   */
  JavaRDD<RowCode> codes(Layout layout, boolean judging) {
    Column[] columns = {
      functions.col(features),
      functions.col(label).cast("double"),
      judging || weight.isEmpty() ? functions.lit(1.0) : functions.col(weight).cast("double")
    };
    Dataset<?> chosen = frame;
    if (hasValidation()) {
      String problem = "column %s: expected true or false, found null".formatted(validation);
      Column flag =
          functions
              .when(
                  functions.col(validation).isNull(),
                  functions.raise_error(functions.lit(problem)).cast("boolean"))
              .otherwise(functions.col(validation));
      chosen = frame.where(judging ? flag : functions.not(flag));
    }
    Coding coding = new Coding(features, label, weight, layout);
    return chosen.select(columns).javaRDD().map(coding::of);
  }

  /**
   * Returns a feature of scaling {@code pixels}.
   *
   * @param column for the message
   * @throws IllegalArgumentException if it is no whole number from 0 to 255
   */
  static int pixel(String column, int index, double value) {
    if (!(value >= 0 && value <= 255 && value == Math.rint(value))) {
      throw new IllegalArgumentException(
          "column %s: expected whole numbers from 0 to 255, as scaling 'pixels' says, found %s at %s; standard and none take any numbers"
              .formatted(column, value, index));
    }
    return (int) value;
  }

  /** What is wrong with a row is said with the name of its column. */
  private record Coding(String features, String label, String weight, Layout layout)
      implements Serializable {
    RowCode of(Row row) {
      if (row.isNullAt(0) || row.isNullAt(1) || row.isNullAt(2)) {
        String empty = row.isNullAt(0) ? features : row.isNullAt(1) ? label : weight;
        throw new IllegalArgumentException(
            "column %s: expected a value, found null".formatted(empty));
      }
      Vector x = row.getAs(0);
      if (x.size() != layout.features()) {
        throw new IllegalArgumentException(
            "column %s: expected vectors of %d numbers, found one of %d"
                .formatted(features, layout.features(), x.size()));
      }
      int classes = layout.classNames().size();
      double y = row.getDouble(1);
      if (!(y >= 0 && y < classes && y == Math.rint(y))) {
        throw new IllegalArgumentException(
            "column %s: expected a whole number from 0 to %d, found %s"
                .formatted(label, classes - 1, y));
      }
      double w = row.getDouble(2);
      if (!(w >= 0 && w < Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "column %s: expected a finite number that is not negative, found %s"
                .formatted(weight, w));
      }
      return layout.pixels()
          ? RowCode.of((int) y, (float) w, pixels(x))
          : RowCode.of((int) y, (float) w, numbers(x));
    }

    private float[] numbers(Vector x) {
      float[] numbers = new float[x.size()];
      x.foreachActive((index, value) -> {
        if (!Float.isFinite((float) (double) value)) {
          throw new IllegalArgumentException(
              "column %s: expected finite numbers, found %s at %s"
                  .formatted(features, value, index));
        }
        numbers[(int) index] = (float) (double) value + 0f; // makes −0, which sparse rows lack, 0
        return BoxedUnit.UNIT;
      });
      return numbers;
    }

    private byte[] pixels(Vector x) {
      byte[] pixels = new byte[x.size()];
      x.foreachActive((index, value) -> {
        pixels[(int) index] = (byte) pixel(features, (int) index, (double) value);
        return BoxedUnit.UNIT;
      });
      return pixels;
    }
  }
}
