package downhill.report;

import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A report on an untrained network and random data, of any shape. */
record Example(String network, int height, int width, @Nullable String history) {
  static final String HISTORY =
      """
      {"event":"started","network":"12-5-4","examples":60000,"epochs":3,"threads":2,"kernels":"v"}
      {"event":"progress","epoch":1,"examples":5}
      {"event":"epoch","epoch":1,"seconds":2.5,"train_loss":1.5,"train_accuracy":0.5,\
      "validation_loss":1.25,"validation_accuracy":0.6,"learning_rate":0.1,"gradient_norm":3,\
      "dead_relus":[0.25]}
      {"event":"epoch","epoch":2,"seconds":2.5,"train_loss":1.0,"train_accuracy":0.75,\
      "validation_loss":1.125,"validation_accuracy":0.65,"learning_rate":0.05,\
      "gradient_norm":null,"dead_relus":[0.5],"test_loss":1.2,"test_accuracy":0.625}
      """;

  static Example ordinary() {
    return new Example("12-5-4", 3, 4, HISTORY);
  }

  /** Returns the names of the classes; the first would be trouble, were it not escaped. */
  static List<String> names(int classes) {
    return IntStream.range(0, classes)
        .mapToObj(k -> k == 0 ? "<i>\"a\" & 'b'|\\ \u202e" : "class " + k)
        .toList();
  }

  Findings findings(Path folder) throws IOException {
    return Findings.of(subject(folder), Execution.singleThread());
  }

  Subject subject(Path folder) throws IOException {
    Architecture architecture = Architecture.parse(network);
    SortedMap<String, String> provenance = new TreeMap<>();
    provenance.put("seed", "1");
    provenance.put("epochs", "2");
    provenance.put("data_sha256", "00ff");
    List<String> names = names(architecture.classes());
    Model model = new Model(Network.initial(architecture, 1), names, provenance);
    Path file = folder.resolve("model.safetensors");
    ModelFile.save(model, file);
    Path lines = folder.resolve("history.jsonl");
    if (history != null) {
      Files.writeString(lines, history);
    }
    Datasets datasets =
        new Datasets(random(40, architecture, names), random(50, architecture, names));
    ModelBytes bytes = ModelBytes.of(file);
    return new Subject(model, file, bytes, "<script>\"x\"", " --data 'x y'", datasets, lines);
  }

  private Dataset random(int n, Architecture architecture, List<String> names) {
    Random random = new Random(n);
    byte[] values = new byte[n * architecture.inputs()];
    random.nextBytes(values);
    int[] labels = random.ints(n, 0, architecture.classes()).toArray();
    return Dataset.of(values, height, width, labels, names);
  }
}
