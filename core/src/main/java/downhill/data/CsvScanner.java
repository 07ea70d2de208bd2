package downhill.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a file of separated values, record by record, in memory that does not grow with the file:
 * RFC 4180 with any separator of one byte, lines that end in LF, CR or both, in UTF-8, plain or
 * packed by gzip. Empty lines are passed over, and so are spaces around a field.
 *
 * <p>Fields stay bytes until somebody asks for a text, and numbers are read from them as they are.
 * Whatever is wrong is an {@link IOException} with file, line and column.
 */
final class CsvScanner implements Closeable {
  /** The longest record: so much that only a quote that was never closed gets there. */
  static final int MAX_RECORD = 64 << 20;

  /** What most often stands between fields. */
  private static final String SEPARATORS = ",;\t|";

  private static final int START_BUFFER = 1 << 18;
  private static final int START_FIELDS = 64;

  // What a byte means to a field without quotes; all others are just part of it.
  private static final byte SEPARATOR = 1;
  private static final byte LINE_END = 2;
  private static final byte FOREIGN = 3; // beyond ASCII
  private static final byte ZERO = 4; // in no text, but in every other byte of UTF-16

  private final String name;
  private final InputStream source;
  private final InputStream in;
  private final byte[] kinds = new byte[256];
  private final char separator;
  private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
  private final CharBuffer scratch = CharBuffer.allocate(1024);

  private byte[] buffer = new byte[START_BUFFER];
  private int begin; // of the record
  private int at;
  private int limit;
  private boolean ended;
  private long line = 1;

  private int fields;
  private long first; // the line that the record begins in
  private int[] starts = new int[START_FIELDS];
  private int[] ends = new int[START_FIELDS];
  private long[] lines = new long[START_FIELDS];
  private List<String> names = List.of();
  private boolean endsInSeparator;

  private CsvScanner(InputStream source, InputStream in, String name, char separator) {
    this.source = source;
    this.in = in;
    this.name = name;
    this.separator = separator;
    Arrays.fill(kinds, 128, 256, FOREIGN);
    kinds[0] = ZERO;
    kinds['\n'] = LINE_END;
    kinds['\r'] = LINE_END;
    kinds[separator] = SEPARATOR;
  }

  /** Refuses what is no file to open. */
  static void check(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": expected a file of separated values, found a folder");
    }
    if (!Files.exists(file)) {
      throw new IOException(
          file + ": expected a file of separated values, found none of this name");
    }
  }

  /** Opens a file. */
  static CsvScanner open(Path file, char separator) throws IOException {
    check(file);
    InputStream in = Files.newInputStream(file);
    try {
      return of(in, file.toString(), separator);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /**
   * Reads a stream, plain or packed.
   *
   * @param name what to call it in messages
   */
  static CsvScanner of(InputStream in, String name, char separator) throws IOException {
    PushbackInputStream start = new PushbackInputStream(in, 2);
    byte[] magic = start.readNBytes(2);
    start.unread(magic);
    boolean packed = magic.length == 2 && GzipInput.isMagic(magic[0], magic[1]);
    CsvScanner scanner =
        new CsvScanner(in, packed ? new GzipInput(start, name) : start, name, separator);
    scanner.passMark();
    return scanner;
  }

  private void passMark() throws IOException {
    while (limit < 3 && !ended) {
      more();
    }
    int a = limit > 0 ? buffer[0] & 0xff : -1;
    int b = limit > 1 ? buffer[1] & 0xff : -1;
    if ((a == 0xfe && b == 0xff) || (a == 0xff && b == 0xfe)) {
      throw new IOException(
          name + ": line 1, column 1: expected text in UTF-8, found UTF-16; save it as UTF-8");
    }
    if (a == 0xef && b == 0xbb && limit > 2 && (buffer[2] & 0xff) == 0xbf) {
      at = 3;
    }
  }

  /** Says that behind the last name of the header stands one separator more. */
  void headerEndsInSeparator() {
    endsInSeparator = true;
  }

  /** Sets what columns are called in messages, besides their numbers. */
  void name(List<String> columns) {
    names = List.copyOf(columns);
  }

  /** Goes to the next record; returns false where there is none. */
  boolean next() throws IOException {
    fields = 0;
    while (true) {
      begin = at;
      if (at == limit) {
        if (ended) {
          return false;
        }
        more();
      } else if (kinds[buffer[at] & 0xff] == LINE_END) {
        endLine();
      } else if (!passBlanks()) {
        break;
      }
    }
    first = line;
    boolean another = true;
    while (another) {
      another = field();
    }
    return true;
  }

  /**
   * Passes over spaces that are all there is on a line, which is as good as empty.
   *
   * @return whether to look again; else a record begins here
   */
  private boolean passBlanks() throws IOException {
    int past = at;
    while (separator != ' ' && past < limit && buffer[past] == ' ') {
      past++;
    }
    if (past == at) {
      return false;
    }
    if (past == limit && !ended) {
      first = line; // that is where it is, should it be too long
      more();
      return true;
    }
    if (past < limit && kinds[buffer[past] & 0xff] != LINE_END) {
      return false;
    }
    at = past;
    return true;
  }

  /** Returns how many fields the record has. */
  int fields() {
    return fields;
  }

  /** Returns the line that the record begins in, from 1. */
  long line() {
    return first;
  }

  /** Returns the line that a field begins in, from 1. */
  long line(int field) {
    return lines[field];
  }

  /** Checks that the record has as many fields as the first line. */
  void expect(int count) throws IOException {
    if (fields != count) {
      throw failure(
          Math.min(fields, count),
          "expected %d fields, as in the first line%s, found %d"
              .formatted(
                  count,
                  endsInSeparator && fields == count - 1
                      ? ", which ends in a separator (take it away if no column follows)"
                      : "",
                  fields));
    }
  }

  /**
   * Returns whether all fields are empty, as in the rows below a table that some programs write.
   */
  boolean isBlank() {
    for (int f = 0; f < fields; f++) {
      if (ends[f] > starts[f]) {
        return false;
      }
    }
    return true;
  }

  boolean isMissing(int field) {
    return Fields.isMissing(buffer, starts[field], ends[field]);
  }

  /** Returns the number in a field, with this before its decimals; NaN where there is none. */
  double number(int field, char decimal) {
    return Fields.number(buffer, starts[field], ends[field], decimal);
  }

  /** Returns the code of a field's text among some levels; −1 where it is not among them. */
  int code(int field, Levels levels) {
    return levels.code(buffer, starts[field], ends[field]);
  }

  /** Returns a field's text. */
  String text(int field) {
    return new String(buffer, starts[field], ends[field] - starts[field], StandardCharsets.UTF_8);
  }

  /** Returns a failure with file, line and column; the field need not be there. */
  IOException failure(int field, String message) {
    return failure(field < fields ? lines[field] : line(), field, message);
  }

  /** Returns a failure of a field that stands, or stood, in some line. */
  IOException failure(long where, int field, String message) {
    String column = field < names.size() ? " (" + Fields.excerpt(names.get(field)) + ")" : "";
    return new IOException(
        "%s: line %d, column %d%s: %s".formatted(name, where, field + 1, column, message));
  }

  /** Reads one field; returns whether another follows in this record. */
  private boolean field() throws IOException {
    if (fields == starts.length) {
      starts = Arrays.copyOf(starts, 2 * fields);
      ends = Arrays.copyOf(ends, 2 * fields);
      lines = Arrays.copyOf(lines, 2 * fields);
    }
    lines[fields] = line;
    starts[fields] = at;
    ends[fields] = at;
    while (true) {
      if (at == limit) {
        if (ended) {
          break;
        }
        more();
      } else if (buffer[at] == ' ' && separator != ' ') {
        at++;
      } else {
        break;
      }
    }
    if (at < limit && buffer[at] == '"') {
      return quotedField();
    }
    starts[fields] = at;
    return plainField();
  }

  private boolean plainField() throws IOException {
    byte[] bytes = buffer;
    int p = at;
    int n = limit;
    boolean foreign = false;
    while (true) {
      byte kind = 0;
      while (p < n) {
        kind = kinds[bytes[p] & 0xff];
        if (kind != 0) {
          break;
        }
        p++;
      }
      if (p == n) {
        at = p;
        if (ended) {
          return endPlainField(foreign, false);
        }
        more();
        bytes = buffer;
        p = at;
        n = limit;
      } else if (kind == FOREIGN) {
        foreign = true;
        p++;
      } else if (kind == ZERO) {
        throw zero();
      } else {
        at = p;
        return endPlainField(foreign, kind == SEPARATOR);
      }
    }
  }

  // The cursor stands on what ends the field.
  private boolean endPlainField(boolean foreign, boolean another) throws IOException {
    endField(at, foreign);
    if (another) {
      at++;
    } else if (at < limit) {
      endLine();
    }
    return another;
  }

  private void endField(int end, boolean foreign) throws IOException {
    int to = end;
    int from = starts[fields];
    if (separator != ' ') {
      while (to > from && buffer[to - 1] == ' ') {
        to--;
      }
      while (from < to && buffer[from] == ' ') {
        from++;
      }
    }
    starts[fields] = from;
    ends[fields] = to;
    fields++;
    if (foreign) {
      checkEncoding(fields - 1);
    }
  }

  // Two quotes become one in place, so what has been written never overtakes what is read.
  private boolean quotedField() throws IOException {
    at++;
    starts[fields] = at;
    ends[fields] = at;
    boolean foreign = false;
    byte before = 0;
    while (true) {
      if (at == limit && !ended) {
        more();
        continue;
      }
      if (at == limit) {
        throw failure(
            lines[fields], fields, "expected a quote that closes the one here, found the end");
      }
      byte b = buffer[at++];
      if (b == '"' && !isQuote()) {
        break;
      }
      if (b == '"') {
        at++;
      } else if (b == 0) {
        throw zero();
      }
      line += b == '\r' || (b == '\n' && before != '\r') ? 1 : 0;
      foreign |= b < 0;
      before = b;
      buffer[ends[fields]++] = b;
    }
    long opened = lines[fields];
    endField(ends[fields], foreign);
    return afterQuote(opened);
  }

  /** Returns whether a quote comes next. */
  private boolean isQuote() throws IOException {
    if (at == limit && !ended) {
      more();
    }
    return at < limit && buffer[at] == '"';
  }

  private boolean afterQuote(long opened) throws IOException {
    while (true) {
      if (at == limit) {
        if (ended) {
          return false;
        }
        more();
        continue;
      }
      byte kind = kinds[buffer[at] & 0xff];
      if (kind == SEPARATOR) {
        at++;
        return true;
      }
      if (kind == LINE_END) {
        endLine();
        return false;
      }
      if (buffer[at] != ' ') {
        throw failure(
            line,
            fields - 1,
            "expected '%s' or the end of the line after the quote that closes the one of line %d, found %s"
                .formatted(
                    shown(separator),
                    opened,
                    SEPARATORS.indexOf(buffer[at]) < 0
                        ? "more text; write a quote within quotes twice"
                        : "'%s'; if that separates the fields, it has to be said"
                            .formatted(shown((char) buffer[at]))));
      }
      at++;
    }
  }

  /** Returns a separator as messages show it. */
  static String shown(char separator) {
    return separator == '\t' ? "tab" : String.valueOf(separator);
  }

  // The cursor stands on LF or CR.
  private void endLine() throws IOException {
    boolean two = buffer[at++] == '\r';
    line++;
    if (two) {
      if (at == limit && !ended) {
        more();
      }
      if (at < limit && buffer[at] == '\n') {
        at++;
      }
    }
  }

  private IOException zero() {
    return failure(line, fields, "expected text in UTF-8, found a zero byte; save it as UTF-8");
  }

  private void checkEncoding(int field) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(buffer, starts[field], ends[field] - starts[field]);
    utf8.reset();
    CoderResult result;
    do {
      result = utf8.decode(bytes, scratch.clear(), true);
    } while (result.isOverflow());
    if (result.isError()) {
      throw failure(
          field,
          "expected text in UTF-8, found the byte 0x%02x; save the file as UTF-8"
              .formatted(bytes.get(bytes.position())));
    }
  }

  /** Reads on; the record so far stays, and moves down where there is no room behind it. */
  private void more() throws IOException {
    if (limit == buffer.length) {
      if (begin > 0) {
        System.arraycopy(buffer, begin, buffer, 0, limit - begin);
        for (int f = 0; f < Math.min(fields + 1, starts.length); f++) {
          starts[f] -= begin;
          ends[f] -= begin;
        }
        at -= begin;
        limit -= begin;
        begin = 0;
      } else if (limit < MAX_RECORD) {
        buffer = Arrays.copyOf(buffer, Math.min(MAX_RECORD, 2 * limit));
      } else {
        throw failure(
            first,
            fields,
            "expected a record of at most %d bytes, found a longer one; is a quote left open?"
                .formatted(MAX_RECORD));
      }
    }
    int read;
    try {
      read = in.read(buffer, limit, buffer.length - limit);
    } catch (IOException e) {
      throw unreadable(e);
    }
    if (read < 0) {
      ended = true;
    } else {
      limit += read;
    }
  }

  /**
   * Returns what is wrong with a stream, and where in the text: what unpacks it knows bytes only.
   */
  private IOException unreadable(IOException e) {
    String message = String.valueOf(e.getMessage());
    String prefix = name + ": ";
    IOException told =
        failure(
            line,
            fields,
            message.startsWith(prefix) ? message.substring(prefix.length()) : message);
    told.initCause(e);
    return told;
  }

  /** Closes the stream. */
  @Override
  public void close() throws IOException {
    in.close(); // what unpacks leaves the packed stream open
    source.close();
  }
}
