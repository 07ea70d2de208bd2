package downhill.serving;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A connection to a server, on which a test may send anything, byte for byte. */
public final class Wire implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket;
  private final InputStream in;

  private Wire(Socket socket) throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    this.socket = socket;
    this.in = socket.getInputStream();
  }

  /** What a server answered; names of headers in lower case. */
  public record Answer(int status, Map<String, String> headers, byte[] body) {
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    public String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
  }

  public static Wire to(URI server) throws IOException {
    return new Wire(new Socket(server.getHost(), server.getPort()));
  }

  /** Connects by TLS, and trusts what is in a keystore. */
  public static Wire to(URI server, KeyStore trusted) throws IOException, GeneralSecurityException {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return new Wire(context.getSocketFactory().createSocket(server.getHost(), server.getPort()));
  }

  /** Sends one request on a connection of its own. */
  public static Answer request(
      URI server, String method, String path, String body, String... headers) throws IOException {
    return request(server, method, path, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  public static Answer request(
      URI server, String method, String path, byte[] body, String... headers) throws IOException {
    try (Wire wire = to(server)) {
      wire.send(head(method, path, body.length, headers));
      wire.send(body);
      return wire.answer(method.equals("HEAD"));
    }
  }

  public static Answer get(URI server, String path, String... headers) throws IOException {
    return request(server, "GET", path, "", headers);
  }

  public static Answer post(URI server, String path, String body, String... headers)
      throws IOException {
    return request(server, "POST", path, body, headers);
  }

  /** Returns the head of a request; a header Host is added where there is none. */
  public static String head(String method, String path, int length, String... headers) {
    StringBuilder head = new StringBuilder("%s %s HTTP/1.1\r\n".formatted(method, path));
    boolean host = false;
    for (String header : headers) {
      head.append(header).append("\r\n");
      host |= header.startsWith("Host:");
    }
    if (!host) {
      head.append("Host: localhost\r\n");
    }
    return head.append("Content-Length: %d\r\n\r\n".formatted(length)).toString();
  }

  public void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Says that nothing more will be sent. */
  public void endOfSending() throws IOException {
    socket.shutdownOutput();
  }

  public Answer answer() throws IOException {
    return answer(false);
  }

  /** Returns whether the server has closed the connection. */
  public boolean ended() throws IOException {
    try {
      return in.read() < 0;
    } catch (java.net.SocketException reset) {
      return true;
    }
  }

  /** Reads an answer, or its head alone. */
  Answer answer(boolean headOnly) throws IOException {
    String status = line();
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    @Nullable String length = headers.get("content-length");
    byte[] body = {};
    if (!headOnly) {
      body = length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
      if (length != null && body.length < Integer.parseInt(length)) {
        throw new EOFException("an answer was cut short");
      }
    }
    return new Answer(Integer.parseInt(status.split(" ", -1)[1]), headers, body);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection ended within '" + line + "'");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
