package downhill.benchmarks.serving;

import ai.onnxruntime.OrtEnvironment;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.serving.InferenceServer;
import downhill.serving.ModelLoader;
import downhill.serving.ModelLocation;
import downhill.serving.ModelRepository;
import downhill.serving.ServerSettings;
import downhill.serving.ServingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The process of one server: {@code ready URI VERSION} when it listens, until standard input ends.
 *
 * <pre>downhill|onnxruntime MODEL THREADS</pre>
 */
final class Served {
  private Served() {}

  /** Starts and waits. */
  public static void main(String[] arguments) throws IOException {
    int threads = Integer.parseInt(arguments[2]);
    boolean own = arguments[0].equals("downhill");
    ModelLoader loader =
        own ? ModelLoader.own(new Execution(threads, Kernel.AUTO)) : new OrtLoader(threads);
    String version =
        own ? "Downhill" : "ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion();
    ServingListener quiet = new ServingListener() {};
    List<ModelLocation> models = List.of(new ModelLocation("m", Path.of(arguments[1])));
    try (ModelRepository repository = ModelRepository.open(models, loader, quiet);
        InferenceServer server =
            InferenceServer.start(ServerSettings.local("benchmark"), repository, quiet)) {
      System.out.println("ready " + server.uri() + " " + version);
      System.in.readAllBytes();
    }
    System.exit(0);
  }
}
