package downhill.serving;

import downhill.network.Execution;
import downhill.network.Kernel;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** A server of this test's own, and what it heard. */
record Serving(ModelRepository models, InferenceServer server, Heard heard)
    implements AutoCloseable {
  static Serving of(String... locations) throws IOException {
    return of(settings -> settings, locations);
  }

  static Serving of(UnaryOperator<ServerSettings> change, String... locations) throws IOException {
    Heard heard = new Heard();
    ModelRepository models =
        ModelRepository.open(
            Arrays.stream(locations).map(ModelLocation::parse).toList(),
            ModelLoader.own(new Execution(2, Kernel.AUTO)),
            heard);
    ServerSettings settings = change.apply(ServerSettings.local("1.2.3"));
    return new Serving(models, InferenceServer.start(settings, models, heard), heard);
  }

  URI uri() {
    return server.uri();
  }

  @Override
  public void close() {
    server.close();
    models.close();
  }
}
