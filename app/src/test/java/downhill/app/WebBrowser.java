package downhill.app;

import static downhill.app.JsonValues.field;
import static downhill.app.JsonValues.object;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real Chromium without a window, told what to do by the WebDriver protocol. */
final class WebBrowser implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("on port (\\d+)");
  static final String ENTER = "\uE007";
  static final String UP = "\uE013";
  static final String RIGHT = "\uE014";
  static final String SPACE = " ";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process driver;
  private final HttpClient http = HttpClient.newHttpClient();
  private final String session;

  private WebBrowser(Process driver, String base) throws IOException, InterruptedException {
    this.driver = driver;
    String options =
        "{\"capabilities\":{\"alwaysMatch\":{\"goog:loggingPrefs\":{\"browser\":\"ALL\"},"
            + "\"goog:chromeOptions\":{\"args\":[\"--headless=new\",\"--no-sandbox\","
            + "\"--disable-gpu\",\"--disable-dev-shm-usage\",\"--hide-scrollbars\"]}}}}";
    Map<?, ?> made = (Map<?, ?>) send("POST", base + "/session", options);
    this.session = base + "/session/" + made.get("sessionId");
  }

  /** Returns where the driver is installed; null where it is not. */
  static @Nullable Path driver() {
    return List.of("/usr/bin/chromedriver", "/usr/lib/chromium/chromedriver").stream()
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  static WebBrowser start(Path program) throws IOException, InterruptedException {
    Process driver =
        new ProcessBuilder(program.toString(), "--port=0").redirectErrorStream(true).start();
    BufferedReader out = driver.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher port = PORT.matcher(line);
      if (line.contains("started successfully") && port.find()) {
        return new WebBrowser(driver, "http://127.0.0.1:" + port.group(1));
      }
    }
    throw new IOException("the driver did not start");
  }

  private Object send(String method, String url, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .method(
                method,
                method.equals("POST") ? BodyPublishers.ofString(body) : BodyPublishers.noBody())
            .build();
    String reply = http.send(request, BodyHandlers.ofString()).body();
    Object value = field(object(reply), "value");
    if (value instanceof Map<?, ?> map && map.containsKey("error")) {
      throw new IOException(map.get("error") + ": " + map.get("message"));
    }
    return value;
  }

  void open(String url) throws IOException, InterruptedException {
    send("POST", session + "/url", new JsonObject().put("url", url).line());
  }

  /** Runs a script, and returns what it returns. */
  Object run(String script) throws IOException, InterruptedException {
    return send(
        "POST",
        session + "/execute/sync",
        new JsonObject().put("script", script).put("args", List.of()).line());
  }

  /** Waits until a condition holds in the page. */
  void await(String condition) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!Boolean.TRUE.equals(run("return Boolean(" + condition + ")"))) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "never: "
                + condition
                + "\npage: "
                + run("return document.body.innerText.slice(0, 800)")
                + "\nlog: "
                + complaints());
      }
      Thread.sleep(50);
    }
  }

  /** Presses the button with this text, wherever it is. */
  void press(String text) throws IOException, InterruptedException {
    String button =
        "[...document.querySelectorAll('button')].find((b) => b.textContent === '%s' && !b.disabled)"
            .formatted(text);
    await(button);
    run(button + ".click()");
  }

  /**
   * Presses keys, one after the other; {@link #ENTER} and the like stand for those without a sign.
   */
  void keys(String... keys) throws IOException, InterruptedException {
    String actions =
        Arrays.stream(keys)
            .flatMap(key -> Stream.of("keyDown", "keyUp").map(type -> action(type, key)))
            .collect(Collectors.joining(","));
    send(
        "POST",
        session + "/actions",
        "{\"actions\":[{\"type\":\"key\",\"id\":\"keyboard\",\"actions\":[" + actions + "]}]}");
  }

  private static String action(String type, String key) {
    return new JsonObject().put("type", type).put("value", key).line();
  }

  /** Gives an element the keyboard's focus. */
  void focus(String selector) throws IOException, InterruptedException {
    await("document.querySelector('%s')".formatted(selector));
    run("document.querySelector('%s').focus()".formatted(selector));
  }

  /** Waits until this element has the keyboard's focus. */
  void awaitFocus(String selector) throws IOException, InterruptedException {
    await("document.activeElement.matches('%s')".formatted(selector));
  }

  /** Returns the tab that is looked at. */
  String tab() throws IOException, InterruptedException {
    return (String) send("GET", session + "/window", "");
  }

  /** Opens another tab and looks at it; the one before is out of sight. */
  String newTab() throws IOException, InterruptedException {
    Map<?, ?> made = (Map<?, ?>) send("POST", session + "/window/new", "{\"type\":\"tab\"}");
    String tab = String.valueOf(made.get("handle"));
    lookAt(tab);
    return tab;
  }

  void lookAt(String tab) throws IOException, InterruptedException {
    send("POST", session + "/window", new JsonObject().put("handle", tab).line());
  }

  private Object devtools(String command, String parameters)
      throws IOException, InterruptedException {
    return send(
        "POST",
        session + "/goog/cdp/execute",
        "{\"cmd\":\"" + command + "\",\"params\":" + parameters + "}");
  }

  void look(int width, int height, boolean dark) throws IOException, InterruptedException {
    devtools(
        "Emulation.setDeviceMetricsOverride",
        "{\"width\":%d,\"height\":%d,\"deviceScaleFactor\":1,\"mobile\":false}"
            .formatted(width, height));
    devtools(
        "Emulation.setEmulatedMedia",
        "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"%s\"}]}"
            .formatted(dark ? "dark" : "light"));
  }

  /** Drops a file on the middle of an element, as a hand would that drags it from a folder. */
  void drop(Path file, String selector) throws IOException, InterruptedException {
    List<?> at =
        (List<?>)
            run(
                "const e = document.querySelector('%s'); e.scrollIntoView({block: 'center', behavior: 'instant'});"
                        .formatted(selector)
                    + " const r = e.getBoundingClientRect();"
                    + " return [Math.round(r.left + r.width / 2), Math.round(r.top + r.height / 2)]");
    String data =
        new JsonObject()
            .put("items", List.of())
            .put("files", List.of(file.toAbsolutePath().toString()))
            .put("dragOperationsMask", 1)
            .line();
    for (String type : List.of("dragEnter", "dragOver", "drop")) {
      devtools(
          "Input.dispatchDragEvent",
          "{\"type\":\"%s\",\"x\":%s,\"y\":%s,\"data\":%s}"
              .formatted(type, at.get(0), at.get(1), data));
    }
  }

  /** Takes a picture of the page as it is looked at. */
  void picture(Path file) throws IOException, InterruptedException {
    Files.createDirectories(file.getParent());
    Object shot = ((Map<?, ?>) devtools("Page.captureScreenshot", "{}")).get("data");
    Files.write(file, Base64.getDecoder().decode(String.valueOf(shot)));
  }

  /** Returns what the browser has complained of since the last time. */
  List<String> complaints() throws IOException, InterruptedException {
    List<?> entries = (List<?>) send("POST", session + "/se/log", "{\"type\":\"browser\"}");
    return entries.stream().map(String::valueOf).toList();
  }

  @Override
  public void close() throws IOException {
    try {
      HttpRequest end = HttpRequest.newBuilder(URI.create(session)).DELETE().build();
      http.sendAsync(end, BodyHandlers.discarding()).join();
    } finally {
      driver.destroy();
    }
  }
}
