package downhill.serving;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests of the protocol. Each is handled by a virtual thread of its own, which may
 * block: for the body, for memory it does not, and for its turn in a batch. Safe to share.
 */
final class ProtocolHandler extends Handler.Abstract {
  private static final String JSON_LENGTH = "Inference-Header-Content-Length";

  /**
   * What a probability and a class take, in the batch and behind it; their text is claimed apart.
   */
  private static final int MEMORY_PER_ANSWER = 2 * Float.BYTES;

  private static final int MEMORY_PER_CLASS = 2 * Integer.BYTES;

  private static final Pattern LOOPBACK =
      Pattern.compile("(.+\\.)?localhost|127(\\.\\d{1,3}){3}|\\[?::1]?|\\[?0(:0){6}:1]?");

  private final ServerSettings settings;
  private final ModelRepository models;
  private final Metrics metrics;
  private final MemoryBudget memory;
  private final ConnectionWatch watch;
  private final ServingListener listener;

  ProtocolHandler(
      ServerSettings settings,
      ModelRepository models,
      ServingListener listener,
      ConnectionWatch watch,
      MemoryBudget memory) {
    this.settings = settings;
    this.models = models;
    this.metrics = models.metrics();
    this.memory = memory;
    this.listener = listener;
    this.watch = watch;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Connection connection = request.getConnectionMetaData().getConnection();
    metrics.inFlight.increment();
    watch.begin(connection);
    Request.addCompletionListener(
        request,
        failure -> {
          watch.end(connection);
          metrics.inFlight.decrement();
        });
    // An answer counts as the request's memory until its client has taken it.
    try (MemoryBudget.Claim claim = memory.claim()) {
      send(request, answer(request, claim), response);
    } catch (IOException gone) {
      callback.failed(gone);
      return true;
    }
    callback.succeeded();
    return true;
  }

  private Reply answer(Request request, MemoryBudget.Claim claim) {
    try {
      admit(request);
      return route(request, claim);
    } catch (RefusedException refused) {
      claim.close();
      return Reply.error(refused.status(), refused.text());
    } catch (Exception | OutOfMemoryError failure) {
      claim.close();
      listener.failed(failure);
      return Reply.error(500, "internal error; the server's own output says more");
    }
  }

  /** Sends a reply, and waits until the client has taken it. */
  private void send(Request request, Reply reply, Response response) throws IOException {
    metrics.response(reply.status());
    response.setStatus(reply.status());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, reply.contentType());
    if (reply.jsonLength() >= 0) {
      response.getHeaders().put(JSON_LENGTH, Integer.toString(reply.jsonLength()));
    }
    switch (reply.status()) {
      case 401 -> response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
      case 405 ->
          response
              .getHeaders()
              .put(HttpHeader.ALLOW, path(request).endsWith("/infer") ? "POST" : "GET, HEAD");
      case 503 -> response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
      default -> {}
    }
    boolean asksFirst =
        request.getHeaders().contains(HttpHeader.EXPECT) && !Body.isUnderWay(request);
    boolean more = reply.status() != 200 && !asksFirst && !Body.discard(request);
    if (more) {
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
    }
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, reply.length());
    Connection connection = request.getConnectionMetaData().getConnection();
    watch.limit(connection, settings.limits().requestTime());
    int left = reply.body().size();
    for (ByteBuffer piece : reply.body()) {
      Content.Sink.write(response, --left == 0, piece);
    }
    if (more) {
      watch.limit(connection, Body.DRAIN);
      Body.drain(request, settings.limits());
    }
  }

  /** Lets in whoever may come in. */
  private void admit(Request request) throws RefusedException {
    AccessToken token = settings.token();
    if (token == null) {
      // A page from elsewhere can make a browser here believe that its own name means this machine.
      String host = String.valueOf(Request.getServerName(request)).toLowerCase(Locale.ROOT);
      if (!LOOPBACK.matcher(host).matches()) {
        throw new RefusedException(
            403,
            "Host: expected localhost or a loopback address, found another name; to serve it, give"
                + " the server a token");
      }
    } else if (!path(request).startsWith("/v2/health/")
        && !token.admits(request.getHeaders().get(HttpHeader.AUTHORIZATION))) {
      throw new RefusedException(
          401, "Authorization: expected 'Bearer' and the server's token, found neither or another");
    }
  }

  private static String path(Request request) {
    return Request.getPathInContext(request);
  }

  private Reply route(Request request, MemoryBudget.Claim claim) throws Exception {
    String path = path(request);
    List<String> parts = List.of(path.substring(1).split("/", -1));
    return switch (path) {
      case "/metrics" -> get(request, () -> Reply.text(Metrics.CONTENT_TYPE, metrics.text()));
      case "/v2" -> get(request, this::server);
      case "/v2/health/live" -> get(request, () -> truth("live"));
      case "/v2/health/ready" -> get(request, () -> truth("ready"));
      default -> {
        if (parts.size() < 3 || !path.startsWith("/v2/models/")) {
          throw unknown();
        }
        yield model(request, parts.subList(2, parts.size()), claim);
      }
    };
  }

  private static RefusedException unknown() {
    return new RefusedException(
        404,
        "path: expected /v2, /v2/health/live, /v2/health/ready, /v2/models/NAME[/versions/N][/ready"
            + " or /infer] or /metrics, found another");
  }

  /** Answers a path that begins with a model's name. */
  private Reply model(Request request, List<String> parts, MemoryBudget.Claim claim)
      throws Exception {
    boolean versioned = parts.size() > 2 && parts.get(1).equals("versions");
    String name = parts.getFirst();
    @Nullable String version = versioned ? parts.get(2) : null;
    List<String> rest = parts.subList(versioned ? 3 : 1, parts.size());
    if (rest.size() > 1) {
      throw unknown();
    }
    if (rest.isEmpty()) {
      return get(
          request,
          () -> with(name, version, model -> kept(claim, metadata(model, models.versions(name)))));
    }
    return switch (rest.getFirst()) {
      case "ready" ->
          get(
              request,
              () ->
                  with(
                      name,
                      version,
                      model ->
                          ResponseWriter.object(
                              200,
                              json -> {
                                json.writeStringProperty("name", model.name());
                                json.writeBooleanProperty("ready", true);
                              })));
      case "infer" -> {
        method(request, "POST");
        yield with(name, version, model -> kept(claim, infer(request, model, claim)));
      }
      default -> throw unknown();
    };
  }

  /** Makes a reply, or refuses, or fails. */
  private interface Answer {
    Reply get() throws Exception;
  }

  /** Makes a reply with a model that is held open. */
  private interface ModelAnswer {
    Reply get(ServedModel model) throws Exception;
  }

  private Reply with(String name, @Nullable String version, ModelAnswer answer) throws Exception {
    ServedModel model = models.acquire(name, version);
    try {
      return answer.get(model);
    } finally {
      model.release();
    }
  }

  /**
   * Lets a reply, and nothing else any more, count as the request's memory. Those of {@code /v2},
   * to probes and of the figures count nothing, nor do refusals: they are asked for most where
   * there is no memory left.
   */
  private static Reply kept(MemoryBudget.Claim claim, Reply reply) throws RefusedException {
    claim.keep(reply.memory());
    return reply;
  }

  private static Reply get(Request request, Answer answer) throws Exception {
    if (!request.getMethod().equals("HEAD")) {
      method(request, "GET");
    }
    return answer.get();
  }

  private static void method(Request request, String expected) throws RefusedException {
    if (!request.getMethod().equals(expected)) {
      throw new RefusedException(
          405, "method: expected %s for this path, found another".formatted(expected));
    }
  }

  private static Reply truth(String what) {
    return ResponseWriter.object(200, json -> json.writeBooleanProperty(what, true));
  }

  private Reply server() {
    return ResponseWriter.object(
        200,
        json -> {
          json.writeStringProperty("name", "downhill");
          json.writeStringProperty("version", settings.version());
          json.writeArrayPropertyStart("extensions");
          json.writeString("binary_tensor_data");
          json.writeEndArray();
        });
  }

  private static Reply metadata(ServedModel model, List<String> versions) {
    return ResponseWriter.object(
        200,
        json -> {
          json.writeStringProperty("name", model.name());
          json.writeArrayPropertyStart("versions");
          versions.forEach(json::writeString);
          json.writeEndArray();
          json.writeStringProperty("platform", model.platform());
          json.writeArrayPropertyStart("inputs");
          model.rawInputs().describe(json);
          json.writeEndArray();
          json.writeArrayPropertyStart("outputs");
          for (Output output : Output.values()) {
            int[] shape =
                output == Output.PROBABILITIES
                    ? new int[] {-1, model.classNames().size()}
                    : new int[] {-1};
            ResponseWriter.tensor(json, output.tensor(), output.dataType(), shape);
          }
          json.writeEndArray();
        });
  }

  private Reply infer(Request request, ServedModel model, MemoryBudget.Claim claim)
      throws Exception {
    long start = System.nanoTime();
    @Nullable String encoding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new RefusedException(
          415, "Content-Encoding: expected none, found another; send the body as it is");
    }
    Body body = Body.read(request, settings.limits(), claim);
    int jsonLength = jsonLength(request, body.length());
    InferenceRequest read =
        RequestReader.read(
            model, settings.limits().examples(), body.bytes(), body.length(), jsonLength, claim);
    long answers = (long) read.count() * model.classNames().size();
    if (answers > Limits.MAX_VALUES) {
      throw new RefusedException(
          413,
          "outputs: expected at most %d examples of %d classes in one request, found %d; send several requests"
              .formatted(
                  Limits.MAX_VALUES / model.classNames().size(),
                  model.classNames().size(),
                  read.count()));
    }
    claim.take(answers * MEMORY_PER_ANSWER + (long) read.count() * MEMORY_PER_CLASS);
    float[] probabilities = new float[(int) answers];
    int[] classes = new int[read.count()];
    model.classify(read.x(), read.count(), probabilities, classes);
    check(model, probabilities);
    Reply reply = ResponseWriter.inference(model, read, probabilities, classes, claim);
    model.answered(System.nanoTime() - start);
    return reply;
  }

  private static int jsonLength(Request request, int length) throws RefusedException {
    @Nullable String value = request.getHeaders().get(JSON_LENGTH);
    if (value == null) {
      return length;
    }
    if (!value.matches("\\d{1,9}") || Integer.parseInt(value) > length) {
      throw RefusedException.bad(
          "%s: expected 0 to %d, the length of the body, found %s"
              .formatted(JSON_LENGTH, length, Json.quoted(value)));
    }
    return Integer.parseInt(value);
  }

  // JSON has no place for what is not a number, and nobody could use it. Pixels have bounds, so it
  // can't be the client's fault; a table's values have none.
  private static void check(ServedModel model, float[] probabilities) throws RefusedException {
    for (int i = 0; i < probabilities.length; i++) {
      if (Float.isFinite(probabilities[i])) {
        continue;
      }
      if (model.rawInputs() instanceof TableInputs) {
        throw RefusedException.bad(
            "example %d: expected values nearer to those that the model learned from, found some so far away that the network has no answer, or its weights are too large"
                .formatted(i / model.classNames().size()));
      }
      throw new ArithmeticException(
          "model '%s', version %s: expected probabilities, found %s; its weights are too large"
              .formatted(model.name(), model.version(), probabilities[i]));
    }
  }
}
