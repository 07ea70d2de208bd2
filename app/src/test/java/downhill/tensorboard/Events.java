package downhill.tensorboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** Reads what an {@link EventFile} may hold, and complains about everything else. */
public final class Events {
  /** An event; of version, scalars and texts it holds one kind. */
  public record Event(
      double wallTime,
      long step,
      String version,
      Map<String, Float> scalars,
      Map<String, String> texts) {}

  private record Field(int number, long value, ByteBuffer content) {
    String text() {
      return StandardCharsets.UTF_8.decode(content.duplicate()).toString();
    }

    List<Field> message() {
      return fields(content.duplicate().order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  private Events() {}

  /** Returns the events of a file. */
  public static List<Event> of(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (in.hasRemaining()) {
      int start = in.position();
      long length = in.getLong();
      check(in, start, Long.BYTES);
      in.position(start + 12 + (int) length);
      check(in, start + 12, (int) length);
      events.add(event(fields(in.slice(start + 12, (int) length).order(in.order()))));
    }
    return events;
  }

  private static void check(ByteBuffer in, int start, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(in.slice(start, length));
    int stored = in.getInt() - 0xa282ead8;
    if (Integer.rotateLeft(stored, 15) != (int) checksum.getValue()) {
      throw new AssertionError("wrong checksum of the bytes at " + start);
    }
  }

  private static List<Field> fields(ByteBuffer in) {
    List<Field> fields = new ArrayList<>();
    while (in.hasRemaining()) {
      int key = (int) varint(in);
      int size;
      long value = 0;
      switch (key & 7) {
        case 0 -> {
          value = varint(in);
          size = 0;
        }
        case 1 -> {
          value = in.getLong();
          size = 0;
        }
        case 2 -> size = (int) varint(in);
        case 5 -> {
          value = in.getInt();
          size = 0;
        }
        default -> throw new AssertionError("no such layout: " + (key & 7));
      }
      fields.add(new Field(key >> 3, value, in.slice(in.position(), size)));
      in.position(in.position() + size);
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static Event event(List<Field> fields) {
    double wallTime = 0;
    long step = 0;
    String version = "";
    Map<String, Float> scalars = new LinkedHashMap<>();
    Map<String, String> texts = new LinkedHashMap<>();
    for (Field field : fields) {
      switch (field.number()) {
        case 1 -> wallTime = Double.longBitsToDouble(field.value());
        case 2 -> step = field.value();
        case 3 -> version = field.text();
        case 5 -> field.message().forEach(value -> addValue(value, scalars, texts));
        case 7 -> texts.put("session", "status " + field.message().getFirst().value());
        default -> throw new AssertionError("no such field of an event: " + field.number());
      }
    }
    return new Event(wallTime, step, version, scalars, texts);
  }

  private static void addValue(Field value, Map<String, Float> scalars, Map<String, String> texts) {
    String tag = "";
    for (Field field : value.message()) {
      switch (field.number()) {
        case 1 -> tag = field.text();
        case 2 -> scalars.put(tag, Float.intBitsToFloat((int) field.value()));
        case 8 -> texts.put(tag, field.message().getLast().text());
        case 9 -> {} // the golden file has it byte for byte
        default -> throw new AssertionError("no such field of a value: " + field.number());
      }
    }
  }
}
