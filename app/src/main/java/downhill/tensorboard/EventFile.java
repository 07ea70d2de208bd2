package downhill.tensorboard;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A file of events for TensorBoard, which shows it while it grows: nothing is kept back, and each
 * event can be read when its method returns. For one thread.
 *
 * <p>Records are framed as TFRecord: length, its checksum, the event, its checksum. An event is the
 * protocol buffer {@code tensorflow.Event}; the numbers of its fields are in the code.
 */
public final class EventFile implements AutoCloseable {
  private static final String VERSION = "brain.Event:2";

  // What the format adds to a checksum, so that one of data with checksums in it stays a good one.
  private static final int MASK = 0xA282EAD8;

  private static final int STRING = 7;
  private static final int TENSOR_DATA = 2;
  private static final int SESSION_START = 1;

  private final Path file;
  private final OutputStream out;

  private EventFile(Path file, OutputStream out) {
    this.file = file;
    this.out = out;
  }

  /**
   * Begins a new file, {@code events.out.tfevents.SECONDS.downhill}; if there is one already,
   * {@code ….downhill.2} and so on.
   *
   * @param folder where; made if it is missing
   * @param wallTime the time, in seconds since 1970
   * @throws IOException if it can't be made or written
   */
  public static EventFile create(Path folder, double wallTime) throws IOException {
    Files.createDirectories(folder);
    String name = String.format(Locale.ROOT, "events.out.tfevents.%010d.downhill", (long) wallTime);
    Path file = folder.resolve(name);
    OutputStream out;
    for (int n = 2; ; n++) {
      try {
        out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        break;
      } catch (FileAlreadyExistsException e) {
        file = folder.resolve(name + "." + n);
      }
    }
    EventFile events = new EventFile(file, out);
    try {
      events.write(new Message().real(1, wallTime).text(3, VERSION));
    } catch (IOException e) {
      out.close();
      throw e;
    }
    return events;
  }

  /** Returns the file. */
  public Path file() {
    return file;
  }

  /**
   * Adds a point to a curve.
   *
   * @param tag the name of the curve; those with the same word before a slash are shown together
   * @param step where on the axis, at least 0
   * @param wallTime the time, in seconds since 1970
   * @param value rounded to float, as the format has it; TensorBoard marks what is not finite
   * @throws IllegalArgumentException if the tag is blank or the step negative
   * @throws IOException if it can't be written; what is added after that can't be read
   */
  public void scalar(String tag, long step, double wallTime, double value) throws IOException {
    scalars(step, wallTime, new TreeMap<>(Map.of(tag, value)));
  }

  /**
   * Adds a point to each of some curves, all or none of them.
   *
   * @param step where on the axis, at least 0
   * @param wallTime the time, in seconds since 1970
   * @param values by tag, as in {@link #scalar}
   * @throws IllegalArgumentException if a tag is blank or the step negative
   * @throws IOException if they can't be written; what is added after that can't be read
   */
  public void scalars(long step, double wallTime, SortedMap<String, Double> values)
      throws IOException {
    Message summary = new Message();
    values.forEach((tag, value) ->
        summary.message(1, new Message().text(1, checked(tag)).real(2, value.floatValue())));
    write(event(step, wallTime).message(5, summary));
  }

  /**
   * Adds a text.
   *
   * @param tag its name
   * @param step where it belongs, at least 0
   * @param wallTime the time, in seconds since 1970
   * @param markdown the text
   * @throws IllegalArgumentException if the tag is blank or the step negative
   * @throws IOException if it can't be written; what is added after that can't be read
   */
  public void text(String tag, long step, double wallTime, String markdown) throws IOException {
    Message shape = new Message(); // of no dimension: one string
    Message tensor = new Message().integer(1, STRING).message(2, shape).text(8, markdown);
    Message plugin = new Message().text(1, "text");
    Message metadata = new Message().message(1, plugin).integer(4, TENSOR_DATA);
    Message value = new Message().text(1, checked(tag)).message(8, tensor).message(9, metadata);
    write(event(step, wallTime).message(5, new Message().message(1, value)));
  }

  /**
   * Begins anew at a step: TensorBoard forgets the points of this and later steps that older files
   * in the folder have.
   *
   * @param step the first one that is told again, at least 0
   * @param wallTime the time, in seconds since 1970
   * @throws IllegalArgumentException if the step is negative
   * @throws IOException if it can't be written; what is added after that can't be read
   */
  public void restart(long step, double wallTime) throws IOException {
    write(event(step, wallTime).message(7, new Message().integer(1, SESSION_START)));
  }

  private static Message event(long step, double wallTime) {
    if (step < 0) {
      throw new IllegalArgumentException("step: expected at least 0, found " + step);
    }
    Message event = new Message().real(1, wallTime);
    return step == 0 ? event : event.integer(2, step); // protocol buffers leave out what is 0
  }

  private static String checked(String tag) {
    if (tag.isBlank()) {
      throw new IllegalArgumentException("tag: expected a name, found a blank");
    }
    return tag;
  }

  // One write a record, so that a reader seldom meets half of one; it then waits for the rest.
  private void write(Message event) throws IOException {
    byte[] payload = event.bytes();
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES + payload.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(payload.length);
    record.putInt(masked(record.array(), Long.BYTES));
    record.put(payload).putInt(masked(payload, payload.length));
    try {
      out.write(record.array());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private IOException failed(IOException e) {
    String reason = Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
    return new IOException(file + ": " + reason, e);
  }

  private static int masked(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return Integer.rotateRight((int) checksum.getValue(), 15) + MASK;
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
