package downhill.serving;

import java.nio.file.Path;

/**
 * Hears what happens to the models while they are served. Called from the server's threads. What is
 * not overridden is passed over.
 */
public interface ServingListener {
  /** A new version, or a changed file, is served from now on. */
  default void loaded(String model, String version, String network, Path file) {}

  /** A version whose file has gone is no longer served. */
  default void removed(String model, String version) {}

  /**
   * A file changed, or has gone, and can't be loaded; what was served before is served still.
   *
   * @param reason why, in one line
   */
  default void kept(String model, String reason) {}

  /**
   * A version can't be loaded, and was not served before; it is tried again when its file changes.
   *
   * @param reason why, in one line
   */
  default void skipped(String model, String version, String reason) {}

  /**
   * Something went wrong that is no fault of a client.
   *
   * @param failure what
   */
  default void failed(Throwable failure) {}
}
