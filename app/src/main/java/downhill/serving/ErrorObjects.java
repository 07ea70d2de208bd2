package downhill.serving;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Puts the protocol's error object into the answers that the HTTP server gives by itself: to what
 * is not HTTP, to heads that are too large, while it stops.
 */
final class ErrorObjects implements Request.Handler {
  private final Metrics metrics;

  ErrorObjects(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    @Nullable Object cause = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
    String message = Objects.requireNonNullElse(HttpStatus.getMessage(status), "error");
    if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
      message = "the server is stopping";
    } else if (cause instanceof HttpException http && status < 500 && http.getReason() != null) {
      message += ": " + http.getReason();
    }
    metrics.response(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Reply.JSON);
    response.write(true, ByteBuffer.wrap(ResponseWriter.error(message)), callback);
    return true;
  }
}
