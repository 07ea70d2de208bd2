package downhill.export;

import downhill.data.TableSchema;
import downhill.modelfile.Model;
import downhill.onnx.InputScaling;
import downhill.onnx.TableScaling;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What of a Java class depends on whether its inputs are bytes or the rows of a table. Bytes are
 * scaled in float, of each input its offset and scale; rows in double, of each input its offset,
 * its scale, what stands for a missing value, and its name: as the engine does it, so for the same
 * bits.
 */
enum InputSource {
  BYTES {
    @Override
    String fill(String template) {
      return template
          .replace("@X@", "float")
          .replace("@TABLE@", "")
          .replace("@READ@", "")
          .replace("@DOUBLES@", "")
          .replace("@NAMES@", "")
          .replace(
              "@PARAMETER@",
              """
                 * @param x one example, raw, as in the data that the model was made from; it is scaled here.
                 *     Pictures have its size, one plane for each colour, and are inverted if its were
              """)
          .replace("@SCALE@", "      a[j] = (x[j] - offset[j]) / scale[j];\n");
    }
  },

  TABLE {
    @Override
    String fill(String template) {
      return template
          .replace("@X@", "double")
          .replace(
              "@TABLE@",
              """
                private final double[] missing; // [inputs], NaN where missing values are refused
                private final List<String> inputNames;
              """)
          .replace(
              "@READ@",
              """
                  missing = doubles(file, widths[0]);
                  inputNames = names(file, widths[0]);
              """)
          .replace(
              "@DOUBLES@",
              """
                private static double[] doubles(ByteBuffer file, int count) {
                  double[] values = new double[count];
                  file.asDoubleBuffer().get(values);
                  file.position(file.position() + Double.BYTES * count);
                  return values;
                }

              """)
          .replace(
              "@NAMES@",
              """
                /**
                 * Returns what each input is: the name of a column of numbers, or a column of categories and
                 * one of them, as in {@code home = air}.
                 */
                public List<String> inputNames() {
                  return inputNames;
                }

              """)
          .replace(
              "@PARAMETER@",
              """
                 * @param x one row, raw: a number for each column of numbers, and for each of categories as many as
                 *     it has, 1 for that of the row and 0 for the others; NaN where a value is missing
              """)
          .replace(
              "@SCALE@",
              """
                    double v = Double.isNaN(x[j]) ? missing[j] : x[j];
                    a[j] = (float) ((v - offset[j]) * scale[j]);
              """);
    }
  };

  /** Returns the template with what these inputs need. */
  abstract String fill(String template);

  static InputSource of(@Nullable TableSchema schema) {
    return schema == null ? BYTES : TABLE;
  }

  /** Returns what a class reads of its inputs, numbers with the highest byte first. */
  static byte[] numbers(Model model) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      DataOutputStream out = new DataOutputStream(bytes);
      TableSchema schema = model.schema();
      if (schema == null) {
        write(out, InputScaling.of(model));
      } else {
        write(out, TableScaling.of(schema), schema);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, InputScaling scaling) throws IOException {
    for (int j = 0; j < scaling.inputs(); j++) {
      out.writeFloat(scaling.offset(j));
    }
    for (int j = 0; j < scaling.inputs(); j++) {
      out.writeFloat(scaling.scale(j));
    }
  }

  private static void write(DataOutputStream out, TableScaling scaling, TableSchema schema)
      throws IOException {
    for (int j = 0; j < scaling.inputs(); j++) {
      out.writeDouble(scaling.offset(j));
    }
    for (int j = 0; j < scaling.inputs(); j++) {
      out.writeDouble(scaling.scale(j));
    }
    for (int j = 0; j < scaling.inputs(); j++) {
      out.writeDouble(scaling.missing(j));
    }
    for (String input : schema.inputNames()) {
      byte[] name = input.getBytes(StandardCharsets.UTF_8);
      out.writeInt(name.length);
      out.write(name);
    }
  }
}
