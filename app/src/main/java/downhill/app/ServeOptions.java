package downhill.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code serve} that say where, to whom and how much. */
final class ServeOptions {
  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = {"Where to listen; 0.0.0.0 is everywhere.", "Default: ${DEFAULT-VALUE}"})
  String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "N",
      description = {"Where to listen; 0 is any that is free.", "Default: ${DEFAULT-VALUE}"})
  int port = 8080;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Demand the token in this file, instead of that in DOWNHILL_TOKEN.")
  @Nullable Path tokenFile;

  @Option(
      names = "--tls-keystore",
      paramLabel = "FILE",
      description = "Listen for HTTPS, with the key in this PKCS12 keystore.")
  @Nullable Path keystore;

  @Option(
      names = "--tls-password-file",
      paramLabel = "FILE",
      description = "The keystore's password, instead of that in DOWNHILL_TLS_PASSWORD.")
  @Nullable Path passwordFile;

  @Option(
      names = "--max-body",
      paramLabel = "MB",
      description = {"The largest body of a request.", "Default: ${DEFAULT-VALUE}"})
  int maxBody = 64;

  @Option(
      names = "--max-batch",
      paramLabel = "N",
      description = {"The most examples of a request.", "Default: ${DEFAULT-VALUE}"})
  int maxBatch = 10_000;

  @Option(
      names = "--request-timeout",
      paramLabel = "SECONDS",
      description = {
        "The longest a client may take to send a request, and then to take its answer.",
        "Default: ${DEFAULT-VALUE}"
      })
  int requestTimeout = 60;

  @Option(
      names = "--idle-timeout",
      paramLabel = "SECONDS",
      description = {
        "How long a connection may be silent; longer than a load balancer in front lets it be.",
        "Default: ${DEFAULT-VALUE}"
      })
  int idleTimeout = 75;

  @Option(
      names = "--unknown",
      paramLabel = "error|mean",
      description = {
        "For models of tables: whether a category that training did not have is refused, or stands "
            + "for the mean of the rows that training learned from.",
        "Default: error"
      })
  @Nullable String unknown;

  @Option(
      names = "--reload-every",
      paramLabel = "SECONDS",
      description = {
        "How often to look whether a model's file has changed; 0 is never.",
        "Default: ${DEFAULT-VALUE}"
      })
  int reloadEvery = 2;
}
