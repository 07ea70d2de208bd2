package downhill.modelfile;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The element types of safetensors. Models use F32 alone; the others are known by their size. */
enum TensorType {
  BOOL(8),
  F4(4),
  F6_E2M3(6),
  F6_E3M2(6),
  U8(8),
  I8(8),
  F8_E5M2(8),
  F8_E4M3(8),
  F8_E8M0(8),
  F8_E4M3FNUZ(8),
  F8_E5M2FNUZ(8),
  I16(16),
  U16(16),
  F16(16),
  BF16(16),
  I32(32),
  U32(32),
  F32(32),
  C64(64),
  F64(64),
  I64(64),
  U64(64);

  private static final Map<String, TensorType> BY_NAME = new TreeMap<>();

  static {
    for (TensorType type : values()) {
      BY_NAME.put(type.name(), type);
    }
  }

  private final int bits;

  TensorType(int bits) {
    this.bits = bits;
  }

  /** Returns the size of one element, in bits. */
  int bits() {
    return bits;
  }

  /** Returns the type of this name, or null where there is none. */
  static @Nullable TensorType named(String name) {
    return BY_NAME.get(name);
  }
}
