package downhill.serving;

import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Architecture;
import downhill.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Models for tests. */
final class Models {
  private Models() {}

  /**
   * Two inputs, two classes: certain of the class whose input is lit, undecided in the dark. With
   * logits (200 x_0, 200 x_1), softmax gives exactly 1 and 0, or a half each.
   */
  static Model lamps(String first, String second) {
    Network network =
        Network.of(Architecture.of(2, 2), new float[][] {{200, 0, 0, 200}}, new float[][] {{0, 0}});
    return new Model(network, List.of(first, second), new TreeMap<>());
  }

  /** A network with weights drawn at random. */
  static Model random(String architecture, long seed) {
    Network network = Network.initial(Architecture.parse(architecture), seed);
    int classes = network.architecture().classes();
    return new Model(
        network, IntStream.range(0, classes).mapToObj(k -> "class " + k).toList(), new TreeMap<>());
  }

  /** Writes a model, and makes its folder. */
  static Path save(Model model, Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    ModelFile.save(model, file);
    return file;
  }
}
