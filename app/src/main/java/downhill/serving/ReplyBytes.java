package downhill.serving;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The bytes of an answer while it is written. They lie in pieces, so that growing copies nothing,
 * and each piece is claimed before it is there: an answer takes as much of the server's memory as
 * it has bytes. Belongs to one request.
 */
final class ReplyBytes extends OutputStream {
  private static final int FIRST = 1 << 9;
  private static final int MOST = 1 << 16;

  /** There is no memory, or too much to be said, told through a writer that knows of neither. */
  static final class NoRoomException extends IOException {
    private static final long serialVersionUID = 1L;

    NoRoomException(RefusedException refused) {
      super(refused.text(), refused);
    }
  }

  private final MemoryBudget.Claim claim;
  private final int most;
  private final List<ByteBuffer> pieces = new ArrayList<>();
  private ByteBuffer last = ByteBuffer.allocate(0);
  private int length;

  ReplyBytes(MemoryBudget.Claim claim) {
    this(claim, Integer.MAX_VALUE);
  }

  /** As above, for a test that can't write as much. */
  ReplyBytes(MemoryBudget.Claim claim, int most) {
    this.claim = claim;
    this.most = most;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    Objects.checkFromIndexSize(from, count, bytes.length);
    if (count > most - length) {
      throw new NoRoomException(
          new RefusedException(
              413,
              "outputs: expected an answer of at most %d bytes, found a longer one; send several requests"
                  .formatted(most)));
    }
    int at = from;
    while (at < from + count) {
      if (!last.hasRemaining()) {
        grow();
      }
      int n = Math.min(last.remaining(), from + count - at);
      last.put(bytes, at, n);
      at += n;
    }
    length += count;
  }

  private void grow() throws NoRoomException {
    int size = Math.clamp(2L * last.capacity(), FIRST, MOST);
    try {
      claim.take(size);
    } catch (RefusedException refused) {
      throw new NoRoomException(refused);
    }
    last = ByteBuffer.allocate(size);
    pieces.add(last);
  }

  /** Returns how many bytes were written. */
  int length() {
    return length;
  }

  /** Returns what was written, to be read once. */
  List<ByteBuffer> pieces() {
    return pieces.stream().map(piece -> piece.duplicate().flip()).toList();
  }
}
