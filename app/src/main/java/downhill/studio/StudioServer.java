package downhill.studio;

import java.io.IOException;
import java.net.BindException;
import java.util.function.Consumer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * The studio's server: listens on the loopback address alone, until it is closed. Safe to share.
 */
public final class StudioServer implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int CONNECTIONS = 256;
  private static final int THREADS = 8;
  private static final long IDLE_MILLIS = 30_000;

  /** What waits in the system for a page that does not read; the rest waits in its queue. */
  private static final int SEND_BYTES = 1 << 16;

  private final Server server;
  private final EventFeed feed;
  private final TrainingDesk desk;
  private final String url;

  private StudioServer(Server server, EventFeed feed, TrainingDesk desk, String url) {
    this.server = server;
    this.feed = feed;
    this.desk = desk;
    this.url = url;
  }

  /**
   * Begins to listen.
   *
   * @param port where; 0 for any that is free
   * @param workshop where data and trainings come from
   * @param failures told of what is no page's fault
   * @throws IOException if nobody can listen there; a {@link BindException} where the port is taken
   */
  public static StudioServer start(int port, Workshop workshop, Consumer<Throwable> failures)
      throws IOException {
    // Without a logging library on the class path, the logging façade would complain of that.
    if (System.getProperty("slf4j.internal.verbosity") == null) {
      System.setProperty("slf4j.internal.verbosity", "ERROR");
    }
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 3);
    threads.setName("studio");
    threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("request-"));
    Server server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setHost(HOST);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE_MILLIS);
    connector.setAcceptedSendBufferSize(SEND_BYTES);
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(CONNECTIONS, server));

    EventFeed feed = new EventFeed();
    Models models = new Models(workshop);
    Snapshots snapshots = new Snapshots(feed, () -> workshop.data().sets().test());
    TrainingDesk desk = new TrainingDesk(feed, models, snapshots);
    StudioApi api = new StudioApi(workshop, desk, models, snapshots);
    try {
      connector.open(); // before the handler, which has to know the port
      Gate gate = new Gate(connector.getLocalPort());
      server.setHandler(new StudioHandler(gate, api, feed, failures));
      server.start();
      String url = "http://%s:%d/?token=%s".formatted(HOST, connector.getLocalPort(), gate.token());
      return new StudioServer(server, feed, desk, url);
    } catch (Exception failure) {
      stop(server);
      throw cannotListen(failure);
    }
  }

  private static IOException cannotListen(Exception failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException taken) {
        return taken;
      }
    }
    return failure instanceof IOException io ? io : new IOException(failure.toString(), failure);
  }

  /** Returns the page's address, with the token of this start in it. */
  public String url() {
    return url;
  }

  /** Stops the training under way, if any, and the server. */
  @Override
  public void close() {
    desk.stop();
    feed.close();
    stop(server);
  }

  private static void stop(Server server) {
    try {
      server.stop();
    } catch (Exception late) {
      // Some requests did not end in time. They are cut off now, and nothing is left to be done.
      return;
    }
  }
}
