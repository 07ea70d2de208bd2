package downhill.benchmarks.serving;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One kept connection, which sends a request that was made before and reads the answer: as little
 * work as can be, since it shares the processor with the server. Belongs to one thread.
 */
final class Client implements AutoCloseable {
  private static final String LENGTH = "\r\ncontent-length: ";

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] buffer = new byte[1 << 16];

  Client(URI server) throws IOException {
    socket = new Socket(server.getHost(), server.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(30_000);
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  /**
   * Returns a whole request, head and body.
   *
   * @param jsonLength how much of the body is JSON; 0 where all of it is
   */
  static byte[] request(String path, byte[] body, int jsonLength) {
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %s\r\n%s\r\n"
            .formatted(
                path,
                body.length,
                jsonLength == 0 ? "" : "Inference-Header-Content-Length: " + jsonLength + "\r\n");
    byte[] first = head.getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[first.length + body.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(body, 0, all, first.length, body.length);
    return all;
  }

  /**
   * Sends a request and waits for the whole answer.
   *
   * @throws IOException if it is anything but 200, or cut short
   */
  void ask(byte[] request) throws IOException {
    out.write(request);
    int length = 0;
    int end = -1;
    while (end < 0) {
      int n = in.read(buffer, length, buffer.length - length);
      if (n < 0) {
        throw new EOFException("the server closed the connection");
      }
      length += n;
      end = endOfHead(length);
    }
    String head = new String(buffer, 0, end, StandardCharsets.ISO_8859_1);
    if (!head.startsWith("HTTP/1.1 200 ")) {
      throw new IOException(
          "expected status 200, found " + new String(buffer, 0, length, StandardCharsets.UTF_8));
    }
    int at = head.toLowerCase(Locale.ROOT).indexOf(LENGTH) + LENGTH.length();
    int stop = head.indexOf('\r', at);
    int body = Integer.parseInt(head.substring(at, stop < 0 ? head.length() : stop));
    for (int left = end + 4 + body - length; left > 0; ) {
      int n = in.read(buffer, 0, Math.min(left, buffer.length));
      if (n < 0) {
        throw new EOFException("the answer was cut short");
      }
      left -= n;
    }
  }

  private int endOfHead(int length) {
    for (int i = 0; i + 3 < length; i++) {
      if (buffer[i] == '\r'
          && buffer[i + 1] == '\n'
          && buffer[i + 2] == '\r'
          && buffer[i + 3] == '\n') {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
