package downhill.report;

import downhill.data.TableSchema;
import downhill.modelfile.Model;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the model was made from, and how it was trained, as rows of a name and a value. */
record Provenance(Findings findings) {

  /** Returns all that the model file says of itself, by its own names. */
  Map<String, String> modelFile() {
    Model model = findings.model();
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("architecture", findings.architecture().toString());
    TableSchema schema = model.schema();
    rows.put("input_scaling", schema == null ? "x/255" : "schema");
    if (schema != null) {
      rows.put("columns", String.join(", ", schema.names()));
      rows.put("label", schema.label());
      rows.put("missing", schema.missing().word());
    }
    rows.put("class_names", String.join(", ", model.classNames()));
    rows.putAll(model.provenance());
    return rows;
  }

  /** Returns what the run's history says of how it went; empty without one. */
  Map<String, String> run() {
    RunHistory history = findings.history();
    Map<String, String> rows = new LinkedHashMap<>();
    put(rows, "Training examples", history.started("examples"));
    put(rows, "Validation examples", history.started("validation_examples"));
    put(rows, "Test examples", history.started("test_examples"));
    put(rows, "Epochs planned", history.started("epochs"));
    int[] epochs = history.epochs();
    if (epochs.length > 0) {
      put(rows, "Epochs finished", Numbers.count(epochs[epochs.length - 1]));
      double[] seconds =
          Arrays.stream(history.values("seconds")).filter(Double::isFinite).toArray();
      if (seconds.length > 0) {
        put(rows, "Time spent on training", Numbers.time(Arrays.stream(seconds).sum()));
      }
    }
    put(rows, "Steps in an epoch", history.started("steps_per_epoch"));
    put(rows, "Threads", history.started("threads"));
    put(rows, "Kernels", history.started("kernels"));
    return rows;
  }

  private static void put(Map<String, String> rows, String name, @Nullable String value) {
    if (value != null) {
      rows.put(name, value);
    }
  }

  /** Returns what is known of the data that it was trained on. */
  String trainingData() {
    String data = findings.subject().dataName();
    String hash = findings.trainSha256();
    return switch (findings.trainingData()) {
      case THESE ->
          "It was trained on these very "
              + Numbers.count(findings.subject().datasets().train().size(), "example")
              + " of "
              + data
              + (findings.subject().model().provenance().containsKey("validation")
                  ? ", without the part of them that was held out for validation"
                  : "")
              + ": their SHA-256 is the data_sha256 of the model file.";
      case OTHERS ->
          "The training examples of "
              + data
              + " have another SHA-256 ("
              + hash
              + ") than the model file names: it was trained on others, or on a part of them.";
      case UNKNOWN -> "The model file does not say what it was trained on.";
    };
  }
}
