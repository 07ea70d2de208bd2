package downhill.serving;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The number types of the protocol, in which a client may send raw values. */
enum DataType {
  UINT8(1, Kind.UNSIGNED) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return Byte.toUnsignedInt(bytes.get(at));
    }
  },
  UINT16(2, Kind.UNSIGNED) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return Short.toUnsignedInt(bytes.getShort(at));
    }
  },
  UINT32(4, Kind.UNSIGNED) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return Integer.toUnsignedLong(bytes.getInt(at));
    }
  },
  UINT64(8, Kind.UNSIGNED) {
    @Override
    double read(ByteBuffer bytes, int at) {
      long bits = bytes.getLong(at);
      return bits < 0 ? (bits >>> 1) * 2.0 : bits;
    }
  },
  INT8(1, Kind.SIGNED) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return bytes.get(at);
    }
  },
  INT16(2, Kind.SIGNED) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return bytes.getShort(at);
    }
  },
  INT32(4, Kind.SIGNED) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return bytes.getInt(at);
    }
  },
  INT64(8, Kind.SIGNED) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return bytes.getLong(at);
    }
  },
  FP16(2, Kind.FLOAT) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return Float.float16ToFloat(bytes.getShort(at));
    }
  },
  FP32(4, Kind.FLOAT) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return bytes.getFloat(at);
    }
  },
  FP64(8, Kind.FLOAT) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return bytes.getDouble(at);
    }
  };

  private enum Kind {
    UNSIGNED,
    SIGNED,
    FLOAT
  }

  private final int size;
  private final Kind kind;
  private final double least;
  private final double greatest;

  DataType(int size, Kind kind) {
    this.size = size;
    this.kind = kind;
    this.least = least().doubleValue();
    this.greatest = greatest().doubleValue();
  }

  /** Returns the bytes of one element. */
  int size() {
    return size;
  }

  /** Returns whether elements are whole numbers. */
  boolean whole() {
    return kind != Kind.FLOAT;
  }

  /** Returns whether a number is in this type's range, which is that of doubles for floats. */
  boolean spans(double number) {
    return !whole() || (number >= least && number <= greatest);
  }

  /** Returns the range of a type of whole numbers, for messages. */
  String range() {
    return least() + " to " + greatest();
  }

  private BigInteger least() {
    return kind == Kind.SIGNED ? BigInteger.TWO.pow(8 * size - 1).negate() : BigInteger.ZERO;
  }

  private BigInteger greatest() {
    int bits = kind == Kind.SIGNED ? 8 * size - 1 : 8 * size;
    return BigInteger.TWO.pow(bits).subtract(BigInteger.ONE);
  }

  /** Reads one element, little-endian, whose first byte is {@code at}. */
  abstract double read(ByteBuffer bytes, int at);

  /** Returns the type of this name. */
  static Optional<DataType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findAny();
  }

  /** Returns all names, for messages. */
  static String names() {
    return Arrays.stream(values()).map(DataType::name).collect(Collectors.joining(", "));
  }
}
