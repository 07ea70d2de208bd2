package downhill.app;

import downhill.app.Terminal.Style;
import downhill.serving.ServingListener;
import java.net.URI;
import java.nio.file.Path;

/**
 * Tells what happens while models are served: for people, or as JSON, one object a line. Called
 * from several threads. A server goes on when nobody reads what it says.
 */
final class ServingView implements ServingListener {
  private final Terminal terminal;
  private final boolean json;

  ServingView(Terminal terminal, boolean json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public void loaded(String model, String version, String network, Path file) {
    if (json) {
      say(
          event("loaded")
              .put("model", model)
              .put("version", version)
              .put("network", network)
              .put("file", file.toString())
              .line());
    } else {
      say(
          "%s, version %s: %s from %s"
              .formatted(
                  terminal.paint(Style.BOLD, model),
                  version,
                  network,
                  Text.clean(file.toString())));
    }
  }

  @Override
  public void removed(String model, String version) {
    say(
        json
            ? event("removed").put("model", model).put("version", version).line()
            : "%s, version %s: removed, since its file has gone".formatted(model, version));
  }

  @Override
  public void kept(String model, String reason) {
    if (json) {
      say(event("kept").put("model", model).put("reason", reason).line());
    } else {
      terminal.error(
          "note: %s goes on as it was, since its file can't be loaded: %s"
              .formatted(model, Text.clean(reason)));
    }
  }

  @Override
  public void skipped(String model, String version, String reason) {
    if (json) {
      say(
          event("skipped")
              .put("model", model)
              .put("version", version)
              .put("reason", reason)
              .line());
    } else {
      terminal.error(
          "note: version %s of %s is not served, since its file can't be loaded: %s"
              .formatted(version, model, Text.clean(reason)));
    }
  }

  @Override
  public void failed(Throwable failure) {
    if (json) {
      say(event("failed").put("reason", failure.toString()).line());
    } else {
      terminal.error("downhill: a request failed: " + Text.clean(failure.toString()));
    }
  }

  void listening(URI uri, boolean token) {
    if (json) {
      say(event("listening").put("url", uri.toString()).put("token", token).line());
    } else {
      say(
          "Listening at %s%s; Ctrl-C ends it"
              .formatted(
                  terminal.paint(Style.CYAN, uri + "/v2"),
                  token ? ", for those with the token" : ""));
    }
  }

  void stopping() {
    if (!json) {
      say("Stopping: requests that have begun come to their end");
    }
  }

  void stopped() {
    if (json) {
      say(event("stopped").line());
    }
  }

  private static JsonObject event(String name) {
    return new JsonObject().put("event", name);
  }

  private synchronized void say(String line) {
    try {
      terminal.line(line);
    } catch (StandardOutput.ClosedException gone) {
      return; // clients may be there still
    }
  }
}
