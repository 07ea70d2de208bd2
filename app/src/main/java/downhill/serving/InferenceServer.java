package downhill.serving;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/** Answers inference requests over HTTP or HTTPS until it is closed. Safe to share. */
public final class InferenceServer implements AutoCloseable {
  /** How long requests that have begun may take to end when the server stops. */
  private static final long STOP_MILLIS = 8_000;

  /** Threads that accept and select; requests have virtual ones. */
  private static final int MOST_THREADS = 32;

  private final Server server;
  private final ConnectionWatch watch;
  private final URI uri;

  private InferenceServer(Server server, ConnectionWatch watch, URI uri) {
    this.server = server;
    this.watch = watch;
    this.uri = uri;
  }

  /**
   * Begins to listen.
   *
   * @param models what to serve; stays open when the server is closed
   * @param listener hears of failures that are no client's fault
   * @throws IOException if nobody can listen there
   */
  public static InferenceServer start(
      ServerSettings settings, ModelRepository models, ServingListener listener)
      throws IOException {
    return start(
        settings, models, listener, new MemoryBudget(Runtime.getRuntime().maxMemory() / 2));
  }

  /** Begins to listen, with other memory for the requests than half of what there is. */
  static InferenceServer start(
      ServerSettings settings,
      ModelRepository models,
      ServingListener listener,
      MemoryBudget memory)
      throws IOException {
    // Without a logging library on the class path, the logging façade would complain of that.
    if (System.getProperty("slf4j.internal.verbosity") == null) {
      System.setProperty("slf4j.internal.verbosity", "ERROR");
    }
    QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 4);
    threads.setName("serving");
    threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("request-"));
    Server server = new Server(threads);
    ConnectionWatch watch = new ConnectionWatch(settings.limits().headerTime());
    ServerConnector connector = connector(server, settings);
    connector.addBean(watch);
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(settings.limits().connections(), server));
    server.setErrorHandler(new ErrorObjects(models.metrics()));
    server.setHandler(
        new GracefulHandler(new ProtocolHandler(settings, models, listener, watch, memory)));
    server.setStopTimeout(STOP_MILLIS);
    try {
      server.start();
    } catch (Exception failure) {
      watch.close();
      stop(server);
      throw cannotListen(settings, failure);
    }
    return new InferenceServer(server, watch, uri(settings, connector.getLocalPort()));
  }

  private static ServerConnector connector(Server server, ServerSettings settings) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setOutputBufferSize(64 * 1024);
    @Nullable TlsKeys tls = settings.tls();
    ServerConnector connector;
    if (tls == null) {
      connector = new ServerConnector(server, new HttpConnectionFactory(http));
    } else {
      // The name in the certificate is for the client to check; here any name will do.
      http.addCustomizer(new SecureRequestCustomizer(false));
      SslContextFactory.Server ssl = new SslContextFactory.Server();
      ssl.setKeyStore(tls.store());
      ssl.setKeyStorePassword(tls.password());
      ssl.setIncludeProtocols("TLSv1.3", "TLSv1.2");
      connector = new ServerConnector(server, ssl, new HttpConnectionFactory(http));
    }
    connector.setHost(settings.address().getHostAddress());
    connector.setPort(settings.port());
    connector.setIdleTimeout(settings.limits().idleTime().toMillis());
    // Else a client that pauses for a second within its request would be cut off.
    connector.setShutdownIdleTimeout(STOP_MILLIS);
    return connector;
  }

  private static URI uri(ServerSettings settings, int port) {
    InetAddress address = settings.address();
    String host = address.getHostAddress();
    if (address instanceof Inet6Address) {
      int zone = host.indexOf('%');
      host = "[" + (zone < 0 ? host : host.substring(0, zone)) + "]";
    }
    return URI.create((settings.tls() == null ? "http" : "https") + "://" + host + ":" + port);
  }

  private static IOException cannotListen(ServerSettings settings, Exception failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return new IOException(
            "%s, port %d: can't listen there: %s"
                .formatted(
                    settings.address().getHostAddress(), settings.port(), cause.getMessage()),
            failure);
      }
    }
    return failure instanceof IOException io ? io : new IOException(failure.toString(), failure);
  }

  /** Returns where it listens, as in {@code http://127.0.0.1:8080}. */
  public URI uri() {
    return uri;
  }

  /**
   * Stops: accepts no connection any more, lets the requests that have begun come to their end, but
   * not for ever, and closes all.
   */
  @Override
  public void close() {
    watch.stop();
    stop(server);
    watch.close();
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
