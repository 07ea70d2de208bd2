package downhill.onnx;

import static downhill.modelfile.ModelFileException.quoted;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import downhill.modelfile.ModelFileException;
import downhill.network.Architecture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the values of tensors: from the bytes of the file, from its list of numbers, or from
 * another file beside it. Nothing is allocated before the sizes agree.
 */
final class TensorReader {
  private static final int MAX_RANK = 8;

  private final String file;
  private final ExternalData external;

  TensorReader(Path file) {
    this.file = file.toString();
    this.external = new ExternalData(file);
  }

  /** Reads floats; all must be finite. */
  Tensor floats(TensorProto tensor) throws IOException {
    List<Integer> shape = shape(tensor);
    int count = count(tensor, shape);
    if (tensor.getDataType() != DataType.FLOAT.getNumber()) {
      throw wrong(
          tensor,
          "expected FLOAT, found %s; convert the model to 32-bit floats".formatted(type(tensor)));
    }
    checkSize(tensor, count, tensor.getFloatDataCount());
    float[] values = values(tensor, count);
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(values[i])) {
        throw wrong(tensor, "expected finite values, found %s at index %d".formatted(values[i], i));
      }
    }
    return new Tensor(title(tensor), shape, values);
  }

  private float[] values(TensorProto tensor, int count) throws IOException {
    if (!isExternal(tensor) && !tensor.hasRawData()) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = tensor.getFloatData(i);
      }
      return values;
    }
    FloatBuffer bytes =
        isExternal(tensor)
            ? external.read(title(tensor), tensor.getExternalDataList(), 4L * count)
            : littleEndian(tensor).asFloatBuffer();
    float[] values = new float[count];
    bytes.get(values);
    return values;
  }

  /** Reads a list of whole numbers, [n]. */
  List<Long> integers(TensorProto tensor) throws IOException {
    List<Integer> shape = shape(tensor);
    int count = count(tensor, shape);
    if (tensor.getDataType() != DataType.INT64.getNumber() || shape.size() > 1) {
      throw wrong(
          tensor, "expected INT64 of one dimension, found %s of %s".formatted(type(tensor), shape));
    }
    if (count > MAX_RANK || isExternal(tensor)) {
      throw wrong(tensor, "expected at most %d numbers, within the file".formatted(MAX_RANK));
    }
    List<Long> values = new ArrayList<>();
    if (tensor.hasRawData()) {
      if (tensor.getRawData().size() != Long.BYTES * count) {
        throw size(tensor, Long.BYTES * (long) count, tensor.getRawData().size() + " bytes");
      }
      ByteBuffer bytes = littleEndian(tensor);
      while (bytes.hasRemaining()) {
        values.add(bytes.getLong());
      }
    } else if (tensor.getInt64DataCount() != count) {
      throw size(tensor, Long.BYTES * (long) count, tensor.getInt64DataCount() + " numbers");
    } else {
      values.addAll(tensor.getInt64DataList());
    }
    return values;
  }

  /** Returns whether a tensor is one boolean, false. */
  static boolean isFalse(TensorProto tensor) {
    if (tensor.getDataType() != DataType.BOOL.getNumber()) {
      return false;
    }
    return tensor.hasRawData()
        ? tensor.getRawData().size() == 1 && tensor.getRawData().byteAt(0) == 0
        : tensor.getInt32DataCount() == 1 && tensor.getInt32Data(0) == 0;
  }

  private static ByteBuffer littleEndian(TensorProto tensor) {
    return tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static boolean isExternal(TensorProto tensor) {
    return tensor.getDataLocation() == DataLocation.EXTERNAL || tensor.getExternalDataCount() > 0;
  }

  /**
   * Checks that the file holds as many values as the shape says, before there is memory for them.
   */
  private void checkSize(TensorProto tensor, int count, int listed) throws ModelFileException {
    boolean raw = tensor.hasRawData();
    if (tensor.hasSegment()) {
      throw wrong(tensor, "is stored in segments, which Downhill does not read");
    }
    if (isExternal(tensor)) {
      if (raw || listed > 0) {
        throw wrong(tensor, "has values both in this file and in another");
      }
    } else if (raw && listed > 0) {
      throw wrong(tensor, "has values both as bytes and as a list of numbers");
    } else if (raw && tensor.getRawData().size() != 4L * count) {
      throw size(tensor, 4L * count, tensor.getRawData().size() + " bytes");
    } else if (!raw && listed != count) {
      throw size(tensor, 4L * count, listed + " numbers");
    }
  }

  private ModelFileException size(TensorProto tensor, long bytes, String found) {
    return wrong(
        tensor, "expected %d bytes for %s, found %s".formatted(bytes, tensor.getDimsList(), found));
  }

  private List<Integer> shape(TensorProto tensor) throws ModelFileException {
    if (tensor.getDimsCount() > MAX_RANK) {
      throw wrong(
          tensor,
          "expected at most %d dimensions, found %d".formatted(MAX_RANK, tensor.getDimsCount()));
    }
    List<Integer> shape = new ArrayList<>();
    for (long extent : tensor.getDimsList()) {
      if (extent < 1 || extent > Integer.MAX_VALUE) {
        throw wrong(tensor, "expected extents from 1 to 2^31 − 1, found " + tensor.getDimsList());
      }
      shape.add((int) extent);
    }
    return shape;
  }

  private int count(TensorProto tensor, List<Integer> shape) throws ModelFileException {
    long count = 1;
    for (int extent : shape) {
      count *= extent; // at most 2^30 · 2^31 before it is refused
      if (count > Architecture.MAX_LAYER_PARAMETERS) {
        throw wrong(
            tensor,
            "expected at most %d values, found %s"
                .formatted(Architecture.MAX_LAYER_PARAMETERS, tensor.getDimsList()));
      }
    }
    return (int) count;
  }

  private static String type(TensorProto tensor) {
    DataType type = DataType.forNumber(tensor.getDataType());
    return type == null ? "type " + tensor.getDataType() : type.name();
  }

  private static String title(TensorProto tensor) {
    return tensor.getName().isEmpty() ? "a constant" : "tensor " + quoted(tensor.getName());
  }

  private ModelFileException wrong(TensorProto tensor, String problem) {
    return new ModelFileException(file, title(tensor) + ": " + problem);
  }
}
