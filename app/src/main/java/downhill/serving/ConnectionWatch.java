package downhill.serving;

import java.nio.ByteBuffer;
import java.nio.channels.WritePendingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Ends connections whose clients send the head of a request too slowly: a byte now and then keeps a
 * connection from being idle, and many such clients would take all connections there are. It ends
 * those that take an answer too slowly, too, and those on which nothing goes on when the server
 * stops. Safe to share.
 */
final class ConnectionWatch implements Connection.Listener {
  /** What is known of a connection. */
  private static final class State {
    final long opened = System.nanoTime();
    volatile boolean busy; // its request is being answered
    volatile long end; // of what it may take, if that is limited; 0: it is not
    volatile long bytesBefore; // that had come when its last request was over
    volatile long since; // when a part of the next head was first seen; 0: not yet
  }

  /**
   * How long a connection without a request stays open while the server stops: a request that is on
   * its way already is still told so.
   */
  private static final long STOP_NANOS = 1_000_000_000L;

  private final long longest;
  private final Map<Connection, State> states = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile long stopping; // when the server began to stop; 0: it does not

  /**
   * Begins to watch.
   *
   * @param headerTime the longest that the head of a request may take
   */
  ConnectionWatch(Duration headerTime) {
    longest = headerTime.toNanos();
    Duration pause = Duration.ofMillis(Math.clamp(headerTime.toMillis() / 4, 10, 1000));
    thread =
        Thread.ofVirtual()
            .name("connection-watch")
            .start(() -> {
              try {
                while (true) {
                  Thread.sleep(pause);
                  states.forEach(this::look);
                }
              } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
              }
            });
  }

  @Override
  public void onOpened(Connection connection) {
    if (connection instanceof ConnectionMetaData) { // HTTP's own, not TLS around it
      states.put(connection, new State());
    }
  }

  @Override
  public void onClosed(Connection connection) {
    states.remove(connection);
  }

  /** The head of a request is complete. */
  void begin(Connection connection) {
    @Nullable State state = states.get(connection);
    if (state != null) {
      state.busy = true;
    }
  }

  /** Closes the connection if its request is not over after a time. */
  void limit(Connection connection, Duration time) {
    @Nullable State state = states.get(connection);
    if (state != null) {
      state.end = System.nanoTime() + time.toNanos() | 1; // 0 has a meaning of its own
    }
  }

  /** A request has been answered. */
  void end(Connection connection) {
    @Nullable State state = states.get(connection);
    if (state != null) {
      state.end = 0;
      state.bytesBefore = connection.getBytesIn();
      state.since = 0;
      state.busy = false;
    }
  }

  private void look(Connection connection, State state) {
    long now = System.nanoTime();
    if (state.busy) {
      long end = state.end;
      if (end != 0 && now - end > 0) {
        connection.getEndPoint().close();
      }
      return;
    }
    long bytes = connection.getBytesIn();
    long start = state.opened;
    if (connection.getMessagesIn() > 0) {
      if (bytes == state.bytesBefore) {
        if (stops(now)) {
          connection.getEndPoint().close();
        }
        return; // idle; for how long it may be is another limit
      }
      if (state.since == 0) {
        state.since = now;
      }
      start = state.since;
    }
    if (now - start > longest || (bytes == 0 && stops(now))) {
      expire(connection.getEndPoint(), bytes > 0);
    }
  }

  private boolean stops(long now) {
    return stopping != 0 && now - stopping > STOP_NANOS;
  }

  private static void expire(EndPoint endPoint, boolean began) {
    if (!began) {
      endPoint.close();
      return;
    }
    byte[] body = ResponseWriter.error("the time for the head of the request is over");
    String head =
        "HTTP/1.1 408 Request Timeout\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(Reply.JSON, body.length);
    try {
      endPoint.write(
          Callback.from(endPoint::close),
          ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)),
          ByteBuffer.wrap(body));
    } catch (WritePendingException answering) {
      endPoint.close();
    }
  }

  /** The server begins to stop. */
  void stop() {
    stopping = System.nanoTime() | 1; // 0 has a meaning of its own
  }

  /** Ends the watch. */
  void close() {
    thread.interrupt();
  }
}
