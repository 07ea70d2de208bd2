package downhill.serving;

import downhill.data.Column;
import downhill.data.RowEncoder;
import downhill.data.TableSchema;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The rows of a table: a tensor for each column, called like it, with the values as they stand in a
 * file; or one for all columns in their order, where all of them hold numbers. The network gets the
 * bits that it would get from the file.
 */
final class TableInputs implements RawInputs {
  /** What one tensor for all columns is called. */
  static final String ALL = "input";

  private static final String BYTES = "BYTES";
  private static final int SHOWN = 8;

  private final TableSchema schema;
  private final RowEncoder encoder;
  private final List<String> names;
  private final boolean numeric;

  TableInputs(RowEncoder encoder) {
    this.encoder = encoder;
    this.schema = encoder.schema();
    this.names = schema.names();
    this.numeric = schema.columns().stream().allMatch(Column.Numeric.class::isInstance);
  }

  @Override
  public void describe(JsonGenerator json) {
    for (Column column : schema.columns()) {
      String type = column instanceof Column.Numeric ? DataType.FP64.name() : BYTES;
      ResponseWriter.tensor(json, column.name(), type, -1);
    }
  }

  @Override
  public int mostTensors() {
    return names.size();
  }

  @Override
  public TensorData data(int mostExamples, MemoryBudget.Claim claim) {
    long most = (long) mostExamples * (numeric ? names.size() : 1);
    return new ColumnData((int) Math.min(most, Limits.MAX_VALUES), claim);
  }

  @Override
  public Inputs read(
      List<SentTensor> tensors, ByteBuffer binary, int mostExamples, MemoryBudget.Claim claim)
      throws RefusedException {
    SentTensor.checkBinary(tensors, binary);
    Rows rows = new Rows(binary, mostExamples, claim);
    if (isAll(tensors)) {
      rows.all(tensors.getFirst());
    } else {
      for (SentTensor tensor : tensors) {
        rows.column(tensor);
      }
    }
    return rows.inputs();
  }

  private boolean isAll(List<SentTensor> tensors) {
    return numeric
        && tensors.size() == 1
        && ALL.equalsIgnoreCase(tensors.getFirst().name())
        && names.stream().noneMatch(ALL::equalsIgnoreCase);
  }

  /** Returns the number of the column that a tensor is called like; case counts only in need. */
  private int place(@Nullable String name) throws RefusedException {
    int place = name == null ? -1 : names.indexOf(name);
    for (int c = 0; name != null && place < 0 && c < names.size(); c++) {
      place = names.get(c).equalsIgnoreCase(name) ? c : place;
    }
    if (place < 0) {
      throw RefusedException.bad(
          "input: expected the name of a column out of %s, found %s"
              .formatted(some(names), Json.quoted(name)));
    }
    return place;
  }

  private static String some(List<String> words) {
    List<String> shown = words.subList(0, Math.min(SHOWN, words.size()));
    String more = words.size() > SHOWN ? ", … (%d in all)".formatted(words.size()) : "";
    return "[" + String.join(", ", shown.stream().map(Json::oneLine).toList()) + more + "]";
  }

  /** The rows of one request. */
  private final class Rows {
    private final ByteBuffer binary;
    private final int most;
    private final MemoryBudget.Claim claim;
    private final @Nullable Object[] @Nullable [] columns;
    private int count = -1;

    Rows(ByteBuffer binary, int most, MemoryBudget.Claim claim) {
      this.binary = binary;
      this.most = most;
      this.claim = claim;
      this.columns = new Object[names.size()][];
    }

    void column(SentTensor tensor) throws RefusedException {
      int c = place(tensor.name());
      if (columns[c] != null) {
        throw RefusedException.bad(
            "inputs: expected each column once, found %s twice"
                .formatted(Json.quoted(names.get(c))));
      }
      columns[c] = values(tensor, Json.oneLine(names.get(c)), 1);
    }

    void all(SentTensor tensor) throws RefusedException {
      @Nullable Object[] values = values(tensor, ALL, columns.length);
      for (int c = 0; c < columns.length; c++) {
        @Nullable Object[] column = new Object[count];
        for (int i = 0; i < count; i++) {
          column[i] = values[i * columns.length + c];
        }
        columns[c] = column;
      }
    }

    /** Returns the values of a tensor, [n · width], row-major. */
    private @Nullable Object[] values(SentTensor tensor, String called, int width)
        throws RefusedException {
      long[] shape = tensor.shape(called);
      boolean fits = shape.length == 2 ? shape[1] == width : shape.length == 1 && width == 1;
      if (!fits || shape[0] < 1) {
        throw RefusedException.bad(
            "input '%s': expected the shape %s with n from 1, found %s"
                .formatted(
                    called,
                    width == 1 ? "[n] or [n, 1]" : "[n, %d]".formatted(width),
                    Arrays.toString(shape)));
      }
      long fit = Math.min(most, Limits.MAX_VALUES / width);
      if (shape[0] > fit) {
        throw new RefusedException(
            413,
            "input '%s': expected at most %d examples in one request, found %d; send several requests"
                .formatted(called, fit, shape[0]));
      }
      if (count >= 0 && count != shape[0]) {
        throw RefusedException.bad(
            "input '%s': expected %d values, as many as of the column before, found %d"
                .formatted(called, count, shape[0]));
      }
      count = (int) shape[0];
      TensorData data = tensor.json(called);
      if (BYTES.equals(tensor.dataType())) {
        return data instanceof ColumnData column
            ? checkedTexts(column.values(called, shape), called)
            : texts(tensor, called, count * width);
      }
      DataType type = tensor.numberType(called, BYTES + ", ");
      return data instanceof ColumnData column
          ? checkedNumbers(column.values(called, shape), type, called)
          : numbers(tensor, type, called, count * width);
    }

    private @Nullable Object[] texts(SentTensor tensor, String called, int count)
        throws RefusedException {
      // Before any memory is taken for what a shape alone promises.
      if (tensor.binarySize() < (long) count * Integer.BYTES) {
        throw RefusedException.bad(
            "input '%s': expected a binary_data_size of at least %d for %d of %s, found %d"
                .formatted(
                    called, (long) count * Integer.BYTES, count, BYTES, tensor.binarySize()));
      }
      claim.take((long) count * ColumnData.MEMORY_PER_VALUE);
      ByteBuffer bytes = tensor.take(binary);
      @Nullable Object[] texts = new Object[count];
      for (int i = 0; i < count; i++) {
        int length = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
          throw RefusedException.bad(
              "input '%s', value %d: expected four bytes of length and as many of text, found fewer"
                  .formatted(called, i));
        }
        ByteBuffer text = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        try {
          texts[i] = StandardCharsets.UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException e) {
          throw RefusedException.bad(
              "input '%s', value %d: expected text in UTF-8, found something else"
                  .formatted(called, i));
        }
      }
      if (bytes.hasRemaining()) {
        throw RefusedException.bad(
            "input '%s': expected %d texts, found %d bytes behind them"
                .formatted(called, count, bytes.remaining()));
      }
      return texts;
    }

    private @Nullable Object[] numbers(SentTensor tensor, DataType type, String called, int count)
        throws RefusedException {
      long expected = (long) count * type.size();
      if (tensor.binarySize() != expected) {
        throw RefusedException.bad(
            "input '%s': expected a binary_data_size of %d for %d of %s, found %d"
                .formatted(called, expected, count, type, tensor.binarySize()));
      }
      claim.take((long) count * ColumnData.MEMORY_PER_VALUE);
      ByteBuffer bytes = tensor.take(binary);
      @Nullable Object[] numbers = new Object[count];
      for (int i = 0; i < count; i++) {
        numbers[i] = type.read(bytes, i * type.size());
      }
      return numbers;
    }

    Inputs inputs() throws RefusedException {
      List<String> absent = new ArrayList<>();
      for (int c = 0; c < columns.length; c++) {
        if (columns[c] == null) {
          absent.add(names.get(c));
        }
      }
      if (!absent.isEmpty()) {
        throw RefusedException.bad(
            "inputs: expected a tensor for each column, found none for " + some(absent));
      }
      int inputs = schema.inputs();
      long values = (long) count * inputs;
      if (values > Limits.MAX_VALUES) {
        throw new RefusedException(
            413, "inputs: expected fewer examples of so many inputs; send several requests");
      }
      claim.take(values * Float.BYTES);
      float[] x = new float[(int) values];
      @Nullable Object[] row = new Object[columns.length];
      for (int i = 0; i < count; i++) {
        for (int c = 0; c < columns.length; c++) {
          @Nullable Object @Nullable [] column = columns[c];
          row[c] = column == null ? null : column[i];
        }
        try {
          encoder.encode(row, x, i * inputs);
        } catch (IllegalArgumentException wrong) {
          String text = String.valueOf(wrong.getMessage()).replaceAll("\\p{Cntrl}", "?");
          throw RefusedException.bad("example %d: %s".formatted(i, text));
        }
      }
      return new Inputs(x, count);
    }
  }

  private static @Nullable Object[] checkedTexts(@Nullable Object[] values, String called)
      throws RefusedException {
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof Double number) {
        throw RefusedException.bad(
            "input '%s', value %d: expected a string or null for BYTES, found %s"
                .formatted(called, i, number));
      }
    }
    return values;
  }

  // A number has the bits that it would have had behind the JSON, in the type it is said to be of;
  // one that this type does not have is refused.
  private static @Nullable Object[] checkedNumbers(
      @Nullable Object[] values, DataType type, String called) throws RefusedException {
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof String text) {
        throw RefusedException.bad(
            "input '%s', value %d: expected a number or null for %s, found the string %s"
                .formatted(called, i, type, Json.quoted(text)));
      }
      if (values[i] instanceof Double number) {
        if (type.whole() && number != Math.rint(number)) {
          throw RefusedException.bad(
              "input '%s', value %d: expected whole numbers for %s, found %s"
                  .formatted(called, i, type, number));
        }
        if (!type.spans(number)) {
          throw RefusedException.bad(
              "input '%s', value %d: expected %s for %s, found %s"
                  .formatted(called, i, type.range(), type, number));
        }
        values[i] = type == DataType.FP32 ? (double) number.floatValue() : number;
      }
    }
    return values;
  }
}
