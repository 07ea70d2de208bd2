package downhill.report;

import downhill.evaluation.Evaluation;
import downhill.onnx.OnnxFile;

/**
 * The YAML at the head of a model card, as Hugging Face's hub reads it. Everything that comes from
 * outside stands in double quotes, where YAML knows the escapes of JSON. There is no licence: whose
 * model it is, and what others may do with it, is for its owner to say.
 */
record FrontMatter(Findings findings) {
  /** The name by which Hugging Face's hub knows the data. */
  private static final String FASHION_MNIST = "zalando-datasets/fashion_mnist";

  String yaml() {
    Evaluation evaluation = findings.evaluation();
    boolean known = findings.subject().dataOption().isEmpty();
    String task = findings.pictures() ? "image-classification" : "tabular-classification";
    StringBuilder yaml = new StringBuilder("---\n");
    yaml.append("library_name: downhill\n");
    yaml.append("pipeline_tag: ").append(task).append('\n');
    String format = OnnxFile.isNamed(findings.subject().modelFile()) ? "onnx" : "safetensors";
    yaml.append("tags:\n- downhill\n- ").append(format).append("\n- ").append(task).append('\n');
    yaml.append("datasets:\n- ").append(known ? FASHION_MNIST : quoted(data())).append('\n');
    yaml.append("metrics:\n- accuracy\n- f1\n");
    yaml.append("model-index:\n");
    yaml.append("- name: ").append(quoted(findings.title())).append('\n');
    yaml.append("  results:\n");
    yaml.append("  - task:\n");
    yaml.append("      type: ").append(task).append('\n');
    yaml.append("    dataset:\n");
    yaml.append("      type: ").append(known ? FASHION_MNIST : quoted(data())).append('\n');
    yaml.append("      name: ").append(quoted(data())).append('\n');
    yaml.append("      split: test\n");
    yaml.append("    metrics:\n");
    metric(yaml, "accuracy", "Accuracy", evaluation.accuracy());
    metric(yaml, "f1", "Mean F1 of the classes", evaluation.macroAverage().f1());
    metric(yaml, "loss", "Cross-entropy in nats", evaluation.loss());
    metric(
        yaml,
        "expected_calibration_error",
        "Expected calibration error",
        findings.calibration().expectedError());
    return yaml.append("---\n").toString();
  }

  private String data() {
    return findings.subject().dataName();
  }

  private static void metric(StringBuilder yaml, String type, String name, double value) {
    yaml.append("    - type: ").append(type).append('\n');
    yaml.append("      name: ").append(name).append('\n');
    yaml.append("      value: ").append(Numbers.fixed(value, 6)).append('\n');
  }

  /** Returns text in double quotes. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (!Character.isDefined(c)
          || Character.isISOControl(c)
          || c == '\u2028'
          || c == '\u2029'
          || c == '\ufeff') {
        quoted.append("\\u").append(hexadecimal(c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private static String hexadecimal(char c) {
    return Integer.toHexString(0x10000 | c).substring(1);
  }
}
