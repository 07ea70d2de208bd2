package downhill.modelfile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * A header of safetensors.
 *
 * @param metadata what {@code __metadata__} holds; empty where there is none
 * @param tensors in the order of their bytes, which fill the buffer without gap or overlap
 * @param bufferStart where the buffer begins in the file
 */
record Header(Map<String, String> metadata, List<TensorEntry> tensors, long bufferStart) {
  /** The longest header the format allows, in bytes. */
  static final int MAX_LENGTH = 100_000_000;

  static final String METADATA = "__metadata__";

  Header {
    metadata = Map.copyOf(metadata);
    tensors = List.copyOf(tensors);
  }

  /**
   * Reads a header and checks it whole.
   *
   * @param file the file's name, for messages
   * @param json the bytes after the length
   * @param bufferSize how many bytes follow the header
   */
  static Header read(String file, byte[] json, long bufferSize) throws ModelFileException {
    HeaderParser parsed = HeaderParser.parse(file, json);
    List<TensorEntry> tensors = new ArrayList<>(parsed.tensors());
    tensors.sort(Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end));
    for (TensorEntry tensor : tensors) {
      checkSize(file, tensor);
    }
    checkCover(file, tensors, Long.BYTES + json.length, bufferSize);
    return new Header(parsed.metadata(), tensors, Long.BYTES + json.length);
  }

  private static void checkSize(String file, TensorEntry tensor) throws ModelFileException {
    long bytes;
    try {
      long bits = tensor.type().bits();
      for (long extent : tensor.shape()) {
        bits = Math.multiplyExact(bits, extent);
      }
      bytes = bits % Byte.SIZE == 0 ? bits / Byte.SIZE : -1;
    } catch (ArithmeticException overflow) {
      bytes = -1;
    }
    if (bytes < 0) {
      throw new ModelFileException(
          file,
          "%s: shape %s of %s is no whole number of bytes that a file can hold"
              .formatted(tensor.title(), tensor.shape(), tensor.type()));
    }
    if (tensor.end() - tensor.begin() != bytes) {
      throw new ModelFileException(
          file,
          "%s: expected %d bytes for %s of %s, found data_offsets [%d, %d], which are %d"
              .formatted(
                  tensor.title(),
                  bytes,
                  tensor.shape(),
                  tensor.type(),
                  tensor.begin(),
                  tensor.end(),
                  tensor.end() - tensor.begin()));
    }
  }

  private static void checkCover(
      String file, List<TensorEntry> tensors, long bufferStart, long bufferSize)
      throws ModelFileException {
    long end = 0;
    String before = "";
    for (TensorEntry tensor : tensors) {
      if (tensor.begin() != end) {
        throw new ModelFileException(
            file,
            bufferStart + Math.min(end, tensor.begin()),
            tensor.begin() < end
                ? "%s overlaps %s; every byte must belong to one tensor"
                    .formatted(tensor.title(), before)
                : "%d bytes before %s belong to no tensor; holes are not allowed"
                    .formatted(tensor.begin() - end, tensor.title()));
      }
      if (tensor.end() > bufferSize) {
        throw new ModelFileException(
            file,
            ("%s: expected data_offsets within the %d bytes after the header, found [%d, %d];"
                    + " the file is cut short or damaged")
                .formatted(tensor.title(), bufferSize, tensor.begin(), tensor.end()));
      }
      end = tensor.end();
      before = tensor.title();
    }
    if (end != bufferSize) {
      throw new ModelFileException(
          file,
          bufferStart + end,
          "expected the end of the file, found %d more bytes, which belong to no tensor"
              .formatted(bufferSize - end));
    }
  }

  /**
   * Returns the length and the header, padded with spaces so that the buffer is aligned to 8 bytes.
   *
   * @param metadata written in its order, sorted
   * @param tensors written in their order, one after the other
   */
  static byte[] write(SortedMap<String, String> metadata, List<FloatTensor> tensors) {
    if (Math.max(tensors.size(), metadata.size()) > HeaderParser.MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "expected a header of at most %d tensors and as many keys, found %d and %d"
              .formatted(HeaderParser.MAX_ENTRIES, tensors.size(), metadata.size()));
    }
    StringBuilder json = new StringBuilder("{");
    Json.append(json, METADATA);
    json.append(":{");
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      Json.append(json.charAt(json.length() - 1) == '{' ? json : json.append(','), entry.getKey());
      json.append(':');
      Json.append(json, entry.getValue());
    }
    json.append('}');
    long begin = 0;
    for (FloatTensor tensor : tensors) {
      long end = Math.addExact(begin, Math.multiplyExact(tensor.elements(), Float.BYTES));
      Json.append(json.append(','), tensor.name());
      json.append(":{\"dtype\":\"F32\",\"shape\":[");
      json.append(tensor.shape().stream().map(String::valueOf).collect(Collectors.joining(",")));
      json.append("],\"data_offsets\":[").append(begin).append(',').append(end).append("]}");
      begin = end;
    }
    byte[] text = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    return padded(text);
  }

  private static byte[] padded(byte[] text) {
    int length = Math.ceilDiv(text.length, Long.BYTES) * Long.BYTES;
    if (length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "expected a header of at most " + MAX_LENGTH + " bytes, found " + length);
    }
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(text);
    while (bytes.hasRemaining()) {
      bytes.put((byte) ' ');
    }
    return bytes.array();
  }
}
