package downhill.app;

import downhill.data.Missing;
import downhill.network.Execution;
import downhill.serving.AccessToken;
import downhill.serving.InferenceServer;
import downhill.serving.Limits;
import downhill.serving.ModelLoader;
import downhill.serving.ModelLocation;
import downhill.serving.ModelRepository;
import downhill.serving.ServerSettings;
import downhill.serving.TlsKeys;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Models being served, from the command's options to the signal that ends it. */
final class ServingSession {
  private static final String TOKEN = "DOWNHILL_TOKEN";
  private static final String PASSWORD = "DOWNHILL_TLS_PASSWORD";

  private final Terminal terminal;
  private final ServeOptions options;
  private final Execution execution;
  private final ServingView view;

  ServingSession(Terminal terminal, ServeOptions options, Execution execution, boolean json) {
    this.terminal = terminal;
    this.options = options;
    this.execution = execution;
    this.view = new ServingView(terminal, json);
  }

  /** Serves until a signal comes; returns the exit status. */
  int run(List<String> models) {
    List<ModelLocation> locations = locations(models);
    ServerSettings settings = settings();
    CountDownLatch asked = new CountDownLatch(1);
    try (Interruption interruption = Interruption.watch(asked::countDown);
        ModelRepository repository = open(locations)) {
      try (InferenceServer server = listen(settings, repository)) {
        if (options.reloadEvery > 0) {
          repository.watch(Duration.ofSeconds(options.reloadEvery));
        }
        view.listening(server.uri(), settings.token() != null);
        while (!interruption.requested()) {
          asked.await();
        }
        view.stopping();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      view.stopped();
    }
    return ExitStatus.INTERRUPTED;
  }

  private static List<ModelLocation> locations(List<String> models) {
    List<ModelLocation> locations = new ArrayList<>();
    for (String model : models) {
      locations.add(checked(() -> ModelLocation.parse(model), "MODEL is PATH, or NAME=PATH"));
    }
    return locations;
  }

  private ModelRepository open(List<ModelLocation> locations) {
    Missing unknown = RowOptions.meaning("--unknown", options.unknown);
    ModelRepository repository;
    try {
      repository = ModelRepository.open(locations, ModelLoader.own(execution, unknown), view);
    } catch (IOException | IllegalArgumentException e) {
      throw CommandException.refused(
          e,
          "MODEL is a safetensors or ONNX file, a run folder such as runs/1, or a folder of"
              + " versions");
    }
    if (options.unknown != null && !repository.takesRows()) {
      repository.close();
      throw CommandException.refused(
          "--unknown goes with tables, and no model here takes their rows", "leave it out");
    }
    return repository;
  }

  private InferenceServer listen(ServerSettings settings, ModelRepository repository) {
    try {
      return InferenceServer.start(settings, repository, view);
    } catch (IOException e) {
      throw CommandException.refused(e, "give another --port (0 is any that is free) or --host");
    }
  }

  // The settings.

  private ServerSettings settings() {
    InetAddress address =
        checked(
            () -> ServerSettings.address(options.host), "give --host an address of this machine");
    @Nullable AccessToken token = token();
    @Nullable TlsKeys tls = tls();
    if (token == null && !address.isLoopbackAddress()) {
      throw CommandException.refused(
          "--host %s: other machines reach it, and there is no token to keep them out"
              .formatted(options.host),
          "set %s, or give --token-file; %d characters at least"
              .formatted(TOKEN, AccessToken.SHORTEST));
    }
    between("--port", "", options.port, 0, 65_535, "0 is any that is free; the default is 8080");
    if (options.reloadEvery < 0) {
      throw CommandException.refused(
          "--reload-every: expected 0 or more seconds, found " + options.reloadEvery,
          "0 never looks whether a file has changed");
    }
    ServerSettings settings =
        checked(
            () -> new ServerSettings(version(), address, options.port, token, tls, limits()),
            "see downhill serve --help");
    if (tls == null && !address.isLoopbackAddress()) {
      terminal.error(
          "note: without --tls-keystore the token and all data can be read on their way");
    }
    return settings;
  }

  private Limits limits() {
    Limits defaults = Limits.DEFAULTS;
    between(
        "--max-body",
        " MB",
        options.maxBody,
        1,
        Limits.MAX_BODY_BYTES >> 20,
        "give fewer megabytes, and let clients send fewer examples at a time");
    between(
        "--max-batch",
        " examples",
        options.maxBatch,
        1,
        Limits.MAX_EXAMPLES,
        "it is the most that one request may have; the default is " + defaults.examples());
    between(
        "--request-timeout",
        " seconds",
        options.requestTimeout,
        1,
        Limits.MAX_TIME.toSeconds(),
        "a client that takes longer is cut off; the default is "
            + defaults.requestTime().toSeconds());
    between(
        "--idle-timeout",
        " seconds",
        options.idleTimeout,
        1,
        Limits.MAX_TIME.toSeconds(),
        "a silent connection is closed then; the default is " + defaults.idleTime().toSeconds());
    return new Limits(
        options.maxBody << 20,
        options.maxBatch,
        defaults.headerTime(),
        Duration.ofSeconds(options.requestTimeout),
        Duration.ofSeconds(options.idleTimeout),
        defaults.connections());
  }

  private static void between(
      String option, String unit, long value, long least, long most, String hint) {
    if (value < least || value > most) {
      throw CommandException.refused(
          "%s: expected %d to %d%s, found %d".formatted(option, least, most, unit, value), hint);
    }
  }

  private @Nullable AccessToken token() {
    @Nullable String token = secret(options.tokenFile, TOKEN);
    return token == null
        ? null
        : checked(() -> AccessToken.of(token), "openssl rand -hex 32 makes a good one");
  }

  private @Nullable TlsKeys tls() {
    @Nullable Path keystore = options.keystore;
    if (keystore == null) {
      if (options.passwordFile != null) {
        throw CommandException.refused(
            "--tls-password-file goes with --tls-keystore alone", "give both, or neither");
      }
      return null;
    }
    @Nullable String password = secret(options.passwordFile, PASSWORD);
    if (password == null) {
      throw CommandException.refused(
          "--tls-keystore %s: expected its password, found none".formatted(keystore),
          "set %s, or give --tls-password-file".formatted(PASSWORD));
    }
    try {
      return TlsKeys.load(keystore, password);
    } catch (IOException e) {
      throw CommandException.refused(
          e, "keytool -genkeypair -storetype PKCS12 -keystore FILE … makes one");
    }
  }

  /** Returns the first line of a file, or the environment's variable, or null. */
  private static @Nullable String secret(@Nullable Path file, String variable) {
    if (file == null) {
      @Nullable String value = System.getenv(variable);
      return value == null || value.isEmpty() ? null : value;
    }
    try {
      return Files.readString(file).lines().findFirst().orElse("");
    } catch (CharacterCodingException e) {
      throw CommandException.refused(
          "%s: expected a line of text in UTF-8, found something else".formatted(file),
          "write it anew, as plain text");
    } catch (IOException e) {
      throw CommandException.refused(e, "check that the file can be read");
    }
  }

  private static <T> T checked(Supplier<T> value, String hint) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(e, hint);
    }
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream in = DownhillCommand.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw CommandException.failed(
          Failure.describe(e), "the program's own files are damaged; build it again", e);
    }
    return properties.getProperty("version", "unknown");
  }
}
