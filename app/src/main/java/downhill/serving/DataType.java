package downhill.serving;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The number types of the protocol, in which a client may send raw values. */
enum DataType {
  UINT8(1, true) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return Byte.toUnsignedInt(bytes.get(at));
    }
  },
  UINT16(2, true) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return Short.toUnsignedInt(bytes.getShort(at));
    }
  },
  UINT32(4, true) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return Integer.toUnsignedLong(bytes.getInt(at));
    }
  },
  UINT64(8, true) {
    @Override
    double read(ByteBuffer bytes, int at) {
      long bits = bytes.getLong(at);
      return bits < 0 ? (bits >>> 1) * 2.0 : bits;
    }
  },
  INT8(1, true) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return bytes.get(at);
    }
  },
  INT16(2, true) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return bytes.getShort(at);
    }
  },
  INT32(4, true) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return bytes.getInt(at);
    }
  },
  INT64(8, true) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return bytes.getLong(at);
    }
  },
  FP16(2, false) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return Float.float16ToFloat(bytes.getShort(at));
    }
  },
  FP32(4, false) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return bytes.getFloat(at);
    }
  },
  FP64(8, false) {
    @Override
    double read(ByteBuffer bytes, int at) {
      return bytes.getDouble(at);
    }
  };

  private final int size;
  private final boolean whole;

  DataType(int size, boolean whole) {
    this.size = size;
    this.whole = whole;
  }

  /** Returns the bytes of one element. */
  int size() {
    return size;
  }

  /** Returns whether elements are whole numbers. */
  boolean whole() {
    return whole;
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
