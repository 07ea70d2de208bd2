package downhill.studio;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers the page's requests, each on a virtual thread, which may block. Safe to share. */
final class StudioHandler extends Handler.Abstract {
  /** The longest body of a request, but for the pixels of an example; pictures may be longer. */
  static final int MOST_BYTES = 1 << 18;

  /** The largest picture that is taken. */
  static final int MOST_PICTURE_BYTES = 8 << 20;

  /** How much of what is refused is still taken in, and for how long. */
  private static final long MOST_DRAINED = 64L << 20;

  private static final long DRAIN_NANOS = 3_000_000_000L;

  /** How often a silent feed says that it is still there; so it notices pages that have gone. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private static final Map<String, String> SAFE =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
              + " font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
              + " frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cache-Control",
          "no-store");

  private final Gate gate;
  private final StudioApi api;
  private final EventFeed feed;
  private final Assets assets = new Assets();
  private final Consumer<Throwable> failures;

  /**
   * Makes a handler.
   *
   * @param failures told of what is no page's fault
   */
  StudioHandler(Gate gate, StudioApi api, EventFeed feed, Consumer<Throwable> failures) {
    this.gate = gate;
    this.api = api;
    this.feed = feed;
    this.failures = failures;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Reply reply;
    try {
      @Nullable String given = token(request);
      String path = Request.getPathInContext(request);
      gate.admit(request, path.equals("/") ? given : null);
      if (path.equals("/api/events") && request.getMethod().equals("GET")) {
        stream(response, callback);
        return true;
      }
      reply = answer(request, path);
      if (path.equals("/") && given != null) {
        reply = reply.with(Map.of("Set-Cookie", gate.cookie()));
      }
    } catch (RefusedException refused) {
      reply = Reply.refused(refused.status(), refused.text(), refused.hint());
      drain(request);
    } catch (Exception | OutOfMemoryError failure) {
      failures.accept(failure);
      reply = Reply.refused(500, "internal error", "the terminal that runs downhill says more");
    }
    send(reply, response, callback);
    return true;
  }

  private static @Nullable String token(Request request) {
    try {
      return Request.extractQueryParameters(request).getValue("token");
    } catch (RuntimeException malformed) { // nobody is admitted yet, so this is no mistake of ours
      throw RefusedException.bad("query: expected name=value, each escaped, found something else");
    }
  }

  private static void send(Reply reply, Response response, Callback callback) {
    response.setStatus(reply.status());
    HttpFields.Mutable headers = response.getHeaders();
    SAFE.forEach(headers::put);
    reply.headers().forEach(headers::put);
    headers.put(HttpHeader.CONTENT_TYPE, reply.type());
    headers.put(HttpHeader.CONTENT_LENGTH, reply.body().length);
    response.write(true, ByteBuffer.wrap(reply.body()), callback);
  }

  private Reply answer(Request request, String path) throws IOException {
    return switch (request.getMethod()) {
      case "GET" -> get(path);
      case "POST" -> post(request, path);
      default -> throw new RefusedException(405, "method: expected GET or POST", "");
    };
  }

  private Reply get(String path) {
    if (path.startsWith("/api/")) {
      return api.get(path.substring("/api/".length()));
    }
    String[] parts = path.substring(1).split("/", 3);
    @Nullable Reply reply =
        path.equals("/")
            ? assets.own("index.html")
            : parts.length == 2 && parts[0].equals("page")
                ? assets.own(parts[1])
                : parts.length == 3 && parts[0].equals("lib")
                    ? assets.library(parts[1], parts[2])
                    : null;
    if (reply == null) {
      throw new RefusedException(404, "path: expected one of the page's, found another", "");
    }
    return reply;
  }

  private Reply post(Request request, String path) throws IOException {
    if (!path.startsWith("/api/")) {
      throw new RefusedException(405, "method: expected GET for this path", "");
    }
    String name = path.substring("/api/".length());
    // What a form of another page could send is of other types.
    String type = String.valueOf(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
    boolean picture = name.equals("picture") || name.equals("picture-inverted");
    String expected = picture ? "application/octet-stream" : Reply.JSON;
    if (!type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(expected)) {
      throw new RefusedException(415, "Content-Type: expected " + expected + ", found another", "");
    }
    byte[] body = body(request, picture ? MOST_PICTURE_BYTES : MOST_BYTES + api.pixelBytes());
    return picture
        ? api.picture(body, name.endsWith("-inverted"))
        : api.post(name, Fields.parse(body));
  }

  private static byte[] body(Request request, int most) throws IOException {
    String tooLarge = "body: expected at most %d bytes, found more".formatted(most);
    if (request.getLength() > most) {
      throw new RefusedException(413, tooLarge, "");
    }
    try (InputStream in = Request.asInputStream(request)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new RefusedException(413, tooLarge, "");
      }
      return bytes;
    } catch (IOException cut) {
      throw RefusedException.bad("body: cut short");
    }
  }

  /**
   * Takes in what a refused page still sends, within bounds: if the connection were closed on it,
   * the page might lose the answer.
   */
  private static void drain(Request request) {
    long end = System.nanoTime() + DRAIN_NANOS;
    byte[] piece = new byte[1 << 14];
    long left = MOST_DRAINED;
    try (InputStream in = Request.asInputStream(request)) {
      for (int n = in.read(piece); n >= 0 && left > 0 && System.nanoTime() < end; ) {
        left -= n;
        n = in.read(piece);
      }
    } catch (IOException gone) {
      return; // nobody is left who could lose it
    }
  }

  /** Tells a page what happens, until one of the two has gone. */
  private void stream(Response response, Callback callback) {
    try (EventFeed.Page page = feed.open()) {
      HttpFields.Mutable headers = response.getHeaders();
      SAFE.forEach(headers::put);
      headers.put(HttpHeader.CONTENT_TYPE, "text/event-stream");
      try (OutputStream out = Content.Sink.asOutputStream(response)) {
        write(out, "retry: 1000\n\n".getBytes(StandardCharsets.UTF_8));
        while (!page.isClosed()) {
          byte @Nullable [] message = page.next(HEARTBEAT);
          write(out, message == null ? ":\n\n".getBytes(StandardCharsets.UTF_8) : message);
        }
      }
      callback.succeeded();
    } catch (IOException gone) {
      callback.failed(gone); // the usual end: the page was closed
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      callback.failed(stopping);
    }
  }

  private static void write(OutputStream out, byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }
}
