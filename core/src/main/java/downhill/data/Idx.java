package downhill.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * The content of an IDX file, the format of MNIST and its relatives: an array of any number of
 * dimensions, of one of six element types. Immutable; safe to share.
 *
 * <p>The file is two zero bytes, a byte for the element type, a byte for the number of dimensions,
 * each dimension as a four-byte integer, and the elements, row-major; every number has its highest
 * byte first.
 */
public final class Idx {
  /** What the elements are. */
  public enum Type {
    /** Unsigned bytes, 0..255. */
    UBYTE(0x08, 1),
    /** Signed bytes. */
    BYTE(0x09, 1),
    /** Two-byte integers. */
    SHORT(0x0B, 2),
    /** Four-byte integers. */
    INT(0x0C, 4),
    /** Four-byte IEEE 754 numbers. */
    FLOAT(0x0D, 4),
    /** Eight-byte IEEE 754 numbers. */
    DOUBLE(0x0E, 8);

    private final int code;
    private final int bytes;

    Type(int code, int bytes) {
      this.code = code;
      this.bytes = bytes;
    }

    /** Returns the byte that stands for this type in a file. */
    int code() {
      return code;
    }

    /** Returns the bytes that an element takes. */
    int bytes() {
      return bytes;
    }
  }

  private final String name;
  private final Type type;
  private final int[] dimensions;
  private final byte[] data;

  /** Keeps the arrays, which now belong to it; the reader has checked that they fit. */
  Idx(String name, Type type, int[] dimensions, byte[] data) {
    this.name = name;
    this.type = type;
    this.dimensions = dimensions;
    this.data = data;
  }

  /**
   * Reads a file, plain or packed by gzip (told by its content, not its name).
   *
   * @throws IOException if there is no such file, or it is not exactly one IDX file, whole and
   *     nothing more; the message names the path and the byte offset
   */
  public static Idx read(Path file) throws IOException {
    return IdxReader.read(file);
  }

  /**
   * Reads a stream to its end, plain or packed by gzip. Leaves it open.
   *
   * @param in where from
   * @param name what to call it in messages
   * @throws IOException as {@link #read(Path)}
   */
  public static Idx read(InputStream in, String name) throws IOException {
    return IdxReader.read(in, name);
  }

  /** Returns what the file is called in messages: its path. */
  public String name() {
    return name;
  }

  /** Returns what the elements are. */
  public Type type() {
    return type;
  }

  /** Returns a copy of the dimensions, each at least 1; the last one varies fastest. */
  public int[] dimensions() {
    return dimensions.clone();
  }

  /** Returns the number of elements: the product of the dimensions. */
  public int size() {
    return data.length / type.bytes;
  }

  /**
   * Returns element {@code i}, in row-major order; exact for every type.
   *
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public double value(int i) {
    Objects.checkIndex(i, size());
    ByteBuffer buffer = ByteBuffer.wrap(data);
    return switch (type) {
      case UBYTE -> data[i] & 0xff;
      case BYTE -> data[i];
      case SHORT -> buffer.getShort(2 * i);
      case INT -> buffer.getInt(4 * i);
      case FLOAT -> buffer.getFloat(4 * i);
      case DOUBLE -> buffer.getDouble(8 * i);
    };
  }

  int rank() {
    return dimensions.length;
  }

  int dimension(int d) {
    return dimensions[d];
  }

  /** Returns the elements as they lie in the file. Not a copy: only to be read. */
  byte[] data() {
    return data;
  }

  /** Returns where element {@code i} begins, in bytes from the start of the (unpacked) file. */
  long offset(int i) {
    return 4 + 4L * dimensions.length + (long) i * type.bytes;
  }

  /**
   * Returns the elements as classes.
   *
   * @param classes how many classes there are
   * @throws IOException if this is not one dimension of integers from 0 to {@code classes} − 1
   */
  int[] labels(int classes) throws IOException {
    if (dimensions.length != 1 || type == Type.FLOAT || type == Type.DOUBLE) {
      throw new IOException(
          "%s: expected labels, integers of shape [n], found %s".formatted(name, shape()));
    }
    int[] labels = new int[dimensions[0]];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) value(i);
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new IOException(
            "%s: byte %d: expected a label from 0 to %d, found %d"
                .formatted(name, offset(i), classes - 1, labels[i]));
      }
    }
    return labels;
  }

  /** Returns type and dimensions, such as {@code UBYTE [60000, 28, 28]}. */
  String shape() {
    return type + " " + Arrays.toString(dimensions);
  }

  /** Returns name, type and dimensions. */
  @Override
  public String toString() {
    return name + ": " + shape();
  }
}
