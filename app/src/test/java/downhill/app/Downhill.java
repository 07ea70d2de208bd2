package downhill.app;

import downhill.fashionmnist.FashionMnist;
import downhill.network.Network;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import tools.jackson.core.json.JsonFactory;

/** The program as a process of its own. */
final class Downhill {
  private Downhill() {}

  /** Returns how to start it; its standard error goes into the file {@code stderr}. */
  static ProcessBuilder process(Path folder, Object... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("-cp", classPath(), Main.class.getName()));
    Stream.of(args).map(Object::toString).forEach(command::add);
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectError(folder.resolve("stderr").toFile());
  }

  // Where the classes of this test run come from, jars or folders.
  private static String classPath() {
    return Stream.of(
            Main.class, Network.class, FashionMnist.class, CommandLine.class, JsonFactory.class)
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
        .map(location -> {
          try {
            return Path.of(location.toURI()).toString();
          } catch (URISyntaxException e) {
            throw new AssertionError(e);
          }
        })
        .collect(Collectors.joining(File.pathSeparator));
  }
}
