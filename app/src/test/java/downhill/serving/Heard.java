package downhill.serving;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes what a repository and a server tell. */
final class Heard implements ServingListener {
  private final List<String> lines = new CopyOnWriteArrayList<>();

  List<String> lines() {
    return lines;
  }

  @Override
  public void loaded(String model, String version, String network, Path file) {
    lines.add("loaded %s %s %s".formatted(model, version, network));
  }

  @Override
  public void removed(String model, String version) {
    lines.add("removed %s %s".formatted(model, version));
  }

  @Override
  public void kept(String model, String reason) {
    lines.add("kept %s: %s".formatted(model, reason));
  }

  @Override
  public void skipped(String model, String version, String reason) {
    lines.add("skipped %s %s: %s".formatted(model, version, reason));
  }

  @Override
  public void failed(Throwable failure) {
    lines.add("failed: " + failure);
  }
}
