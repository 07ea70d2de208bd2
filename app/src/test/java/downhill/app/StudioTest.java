package downhill.app;

import static downhill.app.JsonValues.field;
import static downhill.app.JsonValues.object;
import static org.assertj.core.api.Assertions.assertThat;

import downhill.network.Execution;
import downhill.studio.StudioServer;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The studio over HTTP: who may come in, what is refused, and what a training tells. */
class StudioTest {
  private static final String SETTINGS =
      "{\"order\":\"%s\",\"settings\":{\"network\":\"16-8-3\",\"epochs\":\"%d\",\"batch-size\":\"16\"}}";

  private static final String DATA = "{\"data\":\"%s\"}";

  private static final String LIVE = "{\"model\":\"live\",\"example\":{\"index\":3}%s}";

  @TempDir private Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
  private StudioWorkshop workshop;
  private StudioServer server;
  private String base;
  private String token;

  @BeforeEach
  void open() throws IOException {
    Path data = TinyData.write(folder.resolve("data"));
    workshop =
        new StudioWorkshop(
            DataOption.of(data.toString()), Execution.singleThread(), folder.resolve("runs"));
    server = StudioServer.start(0, workshop, failures::add);
    base = server.url().replaceFirst("/\\?.*", "");
    token = server.url().replaceFirst(".*=", "");
  }

  @AfterEach
  void close() throws InterruptedException {
    server.close();
    workshop.awaitEnd();
    // Thrown on the server's own threads, they would fail no test.
    assertThat(failures).isEmpty();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path))
        .timeout(Duration.ofSeconds(20))
        .header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return http.send(request, BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(
        request("/api/" + path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  private Map<String, Object> get(String path) throws Exception {
    return object(send(request("/api/" + path).build()).body());
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> training() throws Exception {
    return (Map<String, Object>) field(get("state"), "training");
  }

  private void await(String status) throws Exception {
    for (int i = 0; i < 400 && !field(training(), "status").equals(status); i++) {
      Thread.sleep(25);
    }
    assertThat(training()).containsEntry("status", status);
  }

  @Test
  void onlyWithTheTokenOfThisStart() throws Exception {
    for (String path : List.of("/", "/page/app.js", "/api/state", "/api/events", "/?token=x")) {
      HttpRequest nobody = HttpRequest.newBuilder(URI.create(base + path)).build();
      assertThat(send(nobody).statusCode()).as(path).isEqualTo(401);
    }
    HttpRequest elsewhere =
        HttpRequest.newBuilder(URI.create(base + "/api/state?token=" + token)).build();
    assertThat(send(elsewhere).statusCode()).as("the token is for the page alone").isEqualTo(401);
    HttpResponse<String> page = send(HttpRequest.newBuilder(URI.create(server.url())).build());
    assertThat(page.statusCode()).isEqualTo(200);
    String cookie = page.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).contains("HttpOnly", "SameSite=Strict");
    HttpRequest next =
        HttpRequest.newBuilder(URI.create(base + "/api/state"))
            .header("Cookie", cookie.split(";", 2)[0])
            .build();
    assertThat(send(next).statusCode()).isEqualTo(200);
  }

  @Test
  void onlyFromItsOwnPage() throws Exception {
    assertThat(send(request("/api/state").header("Origin", base).build()).statusCode())
        .isEqualTo(200);
    for (String origin : List.of("http://evil.example", "null", base.replace("http:", "https:"))) {
      assertThat(send(request("/api/state").header("Origin", origin).build()).statusCode())
          .as(origin)
          .isEqualTo(403);
    }
    assertThat(
            send(request("/api/state").header("Sec-Fetch-Site", "cross-site").build()).statusCode())
        .isEqualTo(403);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(base).getPort())) {
      socket
          .getOutputStream()
          .write(
              ("GET /api/state HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer "
                      + token
                      + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 403");
    }
  }

  @Test
  void aMalformedQueryIsRefused() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(base).getPort())) {
      socket
          .getOutputStream()
          .write(
              "GET /?token=%zz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void everyAnswerIsGuarded() throws Exception {
    for (String path :
        List.of("/", "/page/app.js", "/api/state", "/api/none", "/lib/katex/katex.mjs")) {
      HttpResponse<String> reply = send(request(path).build());
      assertThat(reply.headers().firstValue("Content-Security-Policy").orElse(""))
          .as(path)
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(reply.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    }
  }

  @Test
  void servesWhatThePageNeedsAndNothingElse() throws Exception {
    for (String path :
        List.of(
            "/page/studio.css",
            "/page/why.js",
            "/lib/uplot/uPlot.esm.js",
            "/lib/uplot/uPlot.min.css",
            "/lib/katex/katex.min.css",
            "/lib/katex/fonts/KaTeX_Main-Regular.woff2")) {
      assertThat(send(request(path).build()).statusCode()).as(path).isEqualTo(200);
    }
    for (String path :
        List.of(
            "/page/../StudioServer.class",
            "/page/..%2Flibraries.properties",
            "/lib/katex/README.md",
            "/lib/katex/../../x.js",
            "/lib/other/uPlot.esm.js",
            "/api/runs/..%2F..%2Fdata/history",
            "/api/runs/../history",
            "/none")) {
      assertThat(send(request(path).build()).statusCode()).as(path).isBetween(400, 404);
    }
  }

  @Test
  void refusesWhatItCantUse() throws Exception {
    assertThat(post("start", "{").statusCode()).isEqualTo(400);
    assertThat(post("start", "{\"settings\":{\"epochs\":3}}").statusCode()).isEqualTo(400);
    HttpResponse<String> unknown = post("start", "{\"settings\":{\"colour\":\"red\"}}");
    assertThat(unknown.statusCode()).isEqualTo(422);
    assertThat(unknown.body()).contains("colour");
    assertThat(post("start", "{\"settings\":{\"epochs\":\"0\"}}").body())
        .contains("epochs: expected 1 to");
    assertThat(post("step", "{}").statusCode()).isEqualTo(409);
    assertThat(post("explain", "{\"model\":\"none\",\"example\":{\"index\":0}}").statusCode())
        .isEqualTo(404);
    assertThat(post("explain", "{\"model\":\"untrained\",\"example\":{\"index\":30}}").body())
        .contains("whole number from 0 to 29");
    assertThat(
            post(
                    "explain",
                    "{\"model\":\"untrained\",\"example\":{\"pixels\":\"AAAA\",\"label\":0}}")
                .body())
        .contains("expected 16 bytes");
    for (int i = 0; i < 20; i++) { // the answer must not be lost to what is still on its way
      assertThat(post("start", " ".repeat(1 << 19)).statusCode()).isEqualTo(413);
    }
    int most = (1 << 18) + 24; // the pixels of an image, 16 bytes, are 24 characters
    assertThat(post("stop", "{}" + " ".repeat(most - 2)).statusCode()).isEqualTo(200);
    assertThat(post("stop", "{}" + " ".repeat(most - 1)).statusCode()).isEqualTo(413);
    HttpRequest form =
        request("/api/stop")
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofString("{}"))
            .build();
    assertThat(send(form).statusCode()).isEqualTo(415);
    HttpRequest other = request("/api/state").DELETE().build();
    assertThat(send(other).statusCode()).isEqualTo(405);
  }

  @Test
  void picturesAreReadDefensively() throws Exception {
    assertThat(picture(TinyData.bmp(9, 9, 200)).statusCode()).isEqualTo(200);
    assertThat(picture(new byte[] {1, 2, 3}).statusCode()).isEqualTo(422);
    assertThat(picture(new byte[0]).statusCode()).isEqualTo(422);
    byte[] large = png(4097, 4096);
    assertThat(large).hasSizeLessThan(1 << 20);
    assertThat(picture(large).body()).contains("expected at most 16777216 pixels");
    assertThat(picture(new byte[(8 << 20) + 1]).statusCode()).isEqualTo(413);
  }

  private static byte[] png(int width, int height) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_BYTE_BINARY), "png", out);
    return out.toByteArray();
  }

  private HttpResponse<String> picture(byte[] bytes) throws Exception {
    return send(
        request("/api/picture")
            .header("Content-Type", "application/octet-stream")
            .POST(BodyPublishers.ofByteArray(bytes))
            .build());
  }

  @Test
  void aTrainingIsHeldSteppedStoppedAndResumed() throws Exception {
    assertThat(post("start", SETTINGS.formatted("step", 3)).statusCode()).isEqualTo(200);
    await("paused");
    assertThat(step()).isEqualTo(1);
    post("step", "{}");
    awaitStep(2);
    post("epoch", "{}");
    awaitStep(6);
    await("paused");
    assertThat(post("start", SETTINGS.formatted("go", 3)).statusCode()).isEqualTo(409);
    post("stop", "{}");
    await("stopped");
    assertThat(post("resume", "{\"run\":\"1\"}").statusCode()).isEqualTo(200);
    await("finished");
    workshop.awaitEnd();
    // The same bits as the command line's training, held, stopped and resumed as it was.
    CommandLineRun run =
        CommandLineRun.of(
            "train",
            "--data",
            folder.resolve("data"),
            "--network",
            "16-8-3",
            "--epochs",
            3,
            "--batch-size",
            16,
            "--output",
            folder.resolve("other"));
    assertThat(run.status()).isZero();
    assertThat(folder.resolve("runs/1/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("other/model.safetensors"));
    assertThat(field(get("state"), "course").toString())
        .as("its course begins where the run began")
        .containsSubsequence("\"epoch\":1,", "\"epoch\":2,", "\"epoch\":3,");
    assertThat(post("resume", "{\"run\":\"1\"}").body()).contains("finished");
    HttpResponse<String> report = send(request("/api/runs/1/report.html").build());
    assertThat(report.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("sandbox");
  }

  @Test
  void aTrainingThatNobodyWatchedIsShownAsItIs() throws Exception {
    post("start", SETTINGS.formatted("go", 2));
    await("finished");
    assertThat(get("snapshot")).containsEntry("step", 12L).containsEntry("network", "16-8-3");
    String watched = post("watch", "{\"example\":4}").body();
    assertThat(object(watched)).containsEntry("step", 12L).containsEntry("example", 4L);
    post("start", SETTINGS.formatted("step", 2));
    await("paused");
    assertThat(get("snapshot")).containsEntry("step", 1L).containsEntry("example", 4L);
    post("stop", "{}");
    await("stopped");
  }

  @Test
  void theTrainersOwnMatrixIsShown() throws Exception {
    String settings = SETTINGS.formatted("go", 2).replace("}}", ",\"validation\":\"0.2\"}}");
    assertThat(post("start", settings).statusCode()).isEqualTo(200);
    await("finished");
    assertThat(training()).containsEntry("judged_by", "validation");
    Map<String, Object> last = object(epochs().getLast());
    assertThat(epochs()).as("the newest alone is kept").noneMatch(line -> line.contains("[["));
    long sum = 0;
    long hits = 0;
    Map<String, Object> newest = objectIn(objectIn(get("state"), "course"), "matrix");
    assertThat(newest).containsEntry("epoch", 2L);
    List<?> matrix = (List<?>) field(newest, "confusion");
    for (int k = 0; k < matrix.size(); k++) {
      List<?> row = (List<?>) matrix.get(k);
      sum += row.stream().mapToLong(count -> (Long) count).sum();
      hits += (Long) row.get(k);
    }
    assertThat(sum).isEqualTo(18);
    assertThat(((Number) field(last, "validation_accuracy")).doubleValue()).isEqualTo(hits / 18.0);
  }

  /** It has the classes of the data it is of. */
  @Test
  void aMatrixGoesWithItsData() throws Exception {
    Path other = TinyData.write(folder.resolve("other"), 8);
    assertThat(objectIn(get("state"), "course")).containsEntry("of_other_data", false);
    post("start", SETTINGS.formatted("go", 1).replace("}}", ",\"validation\":\"0.2\"}}"));
    await("finished");
    assertThat(objectIn(get("state"), "course")).containsKey("matrix");
    assertThat(post("data", DATA.formatted(other)).statusCode()).isEqualTo(200);
    assertThat(objectIn(get("state"), "course"))
        .doesNotContainKey("matrix")
        .containsEntry("of_other_data", true);
    post("start", SETTINGS.formatted("go", 1));
    await("finished");
    assertThat(objectIn(get("state"), "course")).containsEntry("of_other_data", false);
  }

  /** The names of the classes say what is right, whatever order a run had them in. */
  @Test
  void runsAreJudgedByTheNamesOfTheirClasses() throws Exception {
    Path named = TinyData.write(folder.resolve("named"));
    Files.writeString(named.resolve("class-names.txt"), "top\nmiddle\nlow\n");
    assertThat(post("data", DATA.formatted(named)).statusCode()).isEqualTo(200);
    post("start", SETTINGS.formatted("go", 20));
    await("finished");
    workshop.awaitEnd();
    String asked = "{\"model\":\"1\"}";
    Map<String, Object> before = object(post("evaluation", asked).body());
    assertThat(JsonValues.number(before, "accuracy")).isGreaterThan(0.5);
    // The same images, whose labels count from below.
    Path turned = TinyData.write(folder.resolve("turned"));
    for (String file : List.of(TinyData.TRAIN_LABELS, TinyData.TEST_LABELS)) {
      byte[] labels = Files.readAllBytes(turned.resolve(file));
      for (int i = 8; i < labels.length; i++) {
        labels[i] = (byte) (2 - labels[i]);
      }
      Files.write(turned.resolve(file), labels);
    }
    Files.writeString(turned.resolve("class-names.txt"), "low\nmiddle\ntop\n");
    assertThat(post("data", DATA.formatted(turned)).statusCode()).isEqualTo(200);
    Map<String, Object> after = object(post("evaluation", asked).body());
    assertThat(field(after, "accuracy")).isEqualTo(field(before, "accuracy"));
    Files.writeString(turned.resolve("class-names.txt"), "low\nmiddle\nelsewhere\n");
    Path other = Files.move(turned, folder.resolve("elsewhere"));
    assertThat(post("data", DATA.formatted(other)).statusCode()).isEqualTo(200);
    assertThat(post("evaluation", asked).body())
        .contains("found 'top', which is none of them")
        .contains("choose the data that it was made for");
  }

  private static final String PICTURES = "{\"data\":\"%s\",\"pictures\":{%s}}";

  /** The form and the address say how the pictures of a run that goes on are prepared. */
  @Test
  void picturesStayAsTheyWerePrepared() throws Exception {
    Path pictures = TinyImages.write(folder.resolve("pictures"));
    String colours = "\"size\":\"8x6\",\"colour\":\"rgb\"";
    assertThat(post("data", PICTURES.formatted(pictures, colours)).statusCode()).isEqualTo(200);
    String settings = SETTINGS.replace("16-8-3", "144-8-3").formatted("step", 3);
    assertThat(post("start", settings).statusCode()).isEqualTo(200);
    await("paused");
    post("stop", "{}");
    await("stopped");
    workshop.awaitEnd();
    assertThat(post("data", DATA.formatted(folder.resolve("data"))).statusCode()).isEqualTo(200);
    assertThat(post("resume", "{\"run\":\"1\"}").statusCode()).isEqualTo(200);
    await("finished");
    assertThat(objectIn(data(), "pictures"))
        .containsExactlyInAnyOrderEntriesOf(Map.of("size", "8x6", "colour", "rgb"));
  }

  /** What was said at the start of how pictures are divided holds for the same folder. */
  @Test
  void picturesStayDividedAsTheyWere() throws Exception {
    Path pictures = TinyImages.write(folder.resolve("pictures"));
    Files.writeString(pictures.resolve("red/3.png"), "no picture");
    ImageOptions options = ImageOptions.of(Map.of("size", "8x6"));
    new CommandLine(options).parseArgs("--test-fraction", "0.5", "--max-unreadable", "0.3");
    close();
    workshop =
        new StudioWorkshop(
            DataOption.of(pictures.toString(), options, new TableOptions()),
            Execution.singleThread(),
            folder.resolve("runs"));
    server = StudioServer.start(0, workshop, failures::add);
    base = server.url().replaceFirst("/\\?.*", "");
    token = server.url().replaceFirst(".*=", "");
    long half = (Long) field(data(), "test");
    assertThat(half).isBetween(29L, 30L);
    String colours = "\"size\":\"8x6\",\"colour\":\"rgb\"";
    assertThat(post("data", PICTURES.formatted(pictures, colours)).statusCode()).isEqualTo(200);
    assertThat(data()).containsEntry("channels", 3L).containsEntry("test", half);
  }

  @SuppressWarnings("unchecked")
  private List<String> epochs() throws Exception {
    return (List<String>) field(objectIn(get("state"), "course"), "lines");
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> objectIn(Map<String, Object> object, String name) {
    return (Map<String, Object>) field(object, name);
  }

  @Test
  void aRunMayHaveANameWithSpaces() throws Exception {
    post("start", SETTINGS.formatted("go", 1));
    await("finished");
    workshop.awaitEnd();
    Files.move(folder.resolve("runs/1"), folder.resolve("runs/my first run"));
    Files.createDirectories(folder.resolve("runs/.hidden"));
    Files.writeString(folder.resolve("runs/.hidden/history.jsonl"), "");
    assertThat(get("runs").toString()).contains("name=my first run").doesNotContain("hidden");
    assertThat(get("runs/my%20first%20run/history").toString()).contains("epoch");
    HttpResponse<String> model =
        send(request("/api/runs/my%20first%20run/model.safetensors").build());
    assertThat(model.headers().firstValue("Content-Disposition").orElse(""))
        .contains("\"downhill-run-my-first-run.safetensors\"");
    String asked = "{\"model\":\"my first run\",\"example\":{\"index\":3}}";
    assertThat(post("explain", asked).statusCode()).isEqualTo(200);
  }

  @Test
  void otherDataIsToldToAllPagesAndARunGoesOnWithItsOwn() throws Exception {
    Path other = TinyData.write(folder.resolve("other"), 8);
    String own = folder.resolve("data").toString();
    post("start", SETTINGS.formatted("step", 3));
    await("paused");
    assertThat(post("data", DATA.formatted(other)).statusCode()).isEqualTo(409);
    post("epoch", "{}");
    awaitStep(6);
    post("stop", "{}");
    await("stopped");
    try (BufferedReader feed = lines(events())) {
      assertThat(post("data", DATA.formatted(other)).statusCode()).isEqualTo(200);
      awaitEvent(feed, "reload");
      assertThat(get("state")).containsEntry("live", false);
      assertThat(data()).containsEntry("option", other.toString());
      assertThat(post("resume", "{\"run\":\"1\"}").statusCode()).isEqualTo(200);
      awaitEvent(feed, "reload");
      assertThat(data()).containsEntry("option", own);
    }
    await("finished");
    assertThat(post("explain", LIVE.formatted("")).statusCode()).isEqualTo(200);
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> data() throws Exception {
    return (Map<String, Object>) field(get("state"), "data");
  }

  private static BufferedReader lines(InputStream in) {
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  private static void awaitEvent(BufferedReader feed, String wanted) throws IOException {
    String line = feed.readLine();
    while (line != null && !line.equals("event: " + wanted)) {
      line = feed.readLine();
    }
    assertThat(line).as("the feed goes on").isNotNull();
  }

  @Test
  void whatIsRefusedLeavesAllAsItWas() throws Exception {
    post("start", SETTINGS.formatted("go", 1));
    await("finished");
    Map<String, Object> before = new HashMap<>(training());
    assertThat(post("start", "{\"settings\":{\"epochs\":\"0\"}}").statusCode()).isEqualTo(422);
    Map<String, Object> after = new HashMap<>(training());
    assertThat((Long) after.remove("changes")).isGreaterThan((Long) before.remove("changes"));
    assertThat(after).isEqualTo(before);
  }

  @SuppressWarnings("unchecked")
  private long step() throws Exception {
    Map<String, Object> course = (Map<String, Object>) field(get("state"), "course");
    return (Long) ((Map<String, Object>) field(course, "progress")).getOrDefault("step", 0L);
  }

  private void awaitStep(long wanted) throws Exception {
    for (int i = 0; i < 400 && step() != wanted; i++) {
      Thread.sleep(25);
    }
    assertThat(step()).isEqualTo(wanted);
  }

  @Test
  void theFeedKeepsTheOrderAndASlowReaderHoldsNobodyUp() throws Exception {
    // Three readers that never read, and one that does. What 600 epochs tell, 250 KB, is more than
    // both ends of a connection take in.
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      silent.add(silentReader());
    }
    try (BufferedReader feed =
        new BufferedReader(new InputStreamReader(events(), StandardCharsets.UTF_8))) {
      post("start", SETTINGS.formatted("go", 600));
      List<Long> epochs = new ArrayList<>();
      String event = "";
      boolean finished = false;
      while (!finished) {
        String line = feed.readLine();
        if (line.startsWith("event: ")) {
          event = line.substring(7);
        } else if (line.startsWith("data: ")) {
          Map<String, Object> json = object(line.substring(6));
          if (event.equals("epoch")) {
            epochs.add((Long) field(json, "epoch"));
          }
          finished = event.equals("state") && field(json, "status").equals("finished");
        }
      }
      assertThat(epochs).isSorted().doesNotHaveDuplicates().isNotEmpty();
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  private Socket silentReader() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(1 << 12);
    socket.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), URI.create(base).getPort()));
    socket
        .getOutputStream()
        .write(
            "GET /api/events HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n"
                .formatted(URI.create(base).getAuthority(), token)
                .getBytes(StandardCharsets.US_ASCII));
    assertThat(socket.getInputStream().read()).as("its answer begins").isEqualTo('H');
    return socket;
  }

  @Test
  void aStepIsTakenWithTheNetworkThatWasExplained() throws Exception {
    post("start", SETTINGS.formatted("step", 3));
    await("paused");
    Map<String, Object> answer = object(post("explain", LIVE.formatted("")).body());
    assertThat(answer).containsEntry("step", 1L).containsEntry("epoch", 1L);
    post("epoch", "{}");
    awaitStep(6);
    await("paused");
    String same =
        ",\"network\":\"%s\",\"steps\":1,\"rate\":0.1".formatted(field(answer, "network"));
    Map<String, Object> step = object(post("descend", LIVE.formatted(same)).body());
    assertThat(field(step, "probabilitiesBefore")).isEqualTo(field(answer, "probabilities"));
    assertThat((List<?>) field(step, "losses")).first().isEqualTo(field(answer, "loss"));
    assertThat(field(step, "probabilities")).isNotEqualTo(field(answer, "probabilities"));
    Map<String, Object> now = object(post("explain", LIVE.formatted("")).body());
    assertThat(now).containsEntry("step", 6L);
    assertThat(field(now, "loss")).isNotEqualTo(field(answer, "loss"));
    for (int i = 0; i < 8; i++) { // eight others, and the first is kept no more
      post("step", "{}");
      awaitStep(7 + i);
      assertThat(post("explain", LIVE.formatted("")).statusCode()).isEqualTo(200);
    }
    HttpResponse<String> late = post("descend", LIVE.formatted(same));
    assertThat(late.statusCode()).isEqualTo(410);
    assertThat(late.body()).contains("ask again");
    post("stop", "{}");
    await("stopped");
  }

  /** A page tells by it that what it knows is of a studio that has ended. */
  @Test
  void eachStudioHasANameOfItsOwn() throws Exception {
    Object own = field(training(), "studio");
    assertThat(field(training(), "studio")).isEqualTo(own);
    close();
    open();
    assertThat(field(training(), "studio")).isNotEqualTo(own);
  }

  @Test
  void mistakesAreThoseOfTheNetworkThatWasJudged() throws Exception {
    post("start", SETTINGS.formatted("step", 3));
    await("paused");
    Map<String, Object> judged = object(post("evaluation", "{\"model\":\"live\"}").body());
    assertThat(judged).containsEntry("step", 1L).containsEntry("epoch", 1L);
    String body = "{\"model\":\"live\",\"filter\":\"sure\",\"count\":30%s}";
    String before = post("examples", body.formatted("")).body();
    post("epoch", "{}");
    awaitStep(6);
    await("paused");
    assertThat(field(object(post("examples", body.formatted("")).body()), "examples"))
        .isNotEqualTo(field(object(before), "examples"));
    String same = ",\"network\":\"%s\"".formatted(field(judged, "key"));
    assertThat(post("examples", body.formatted(same)).body()).isEqualTo(before);
    post("stop", "{}");
    await("stopped");
  }

  private InputStream events() throws Exception {
    return http.send(request("/api/events").build(), BodyHandlers.ofInputStream()).body();
  }
}
