package downhill.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import downhill.data.Column;
import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.data.Missing;
import downhill.data.RowEncoder;
import downhill.data.TableSchema;
import downhill.equations.ReferenceNetwork;
import downhill.fashionmnist.FashionMnist;
import downhill.modelfile.Model;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.training.Trainer;
import downhill.training.TrainingConfiguration;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * ONNX Runtime on files that we wrote. It lies here and not in {@code onnx/} because ONNX Runtime
 * is 54 MB of native code, which nobody should have to fetch to build the program.
 */
class OnnxRuntimeTest {
  /**
   * How far two orders of 784 sums in float may bring a probability apart, or either from the
   * equations in double: of the test set's 100,000 the farthest were 1.07e-6 from each other,
   * 1.10e-6 (ours) and 0.97e-6 from those.
   */
  private static final double CLOSE = 2e-6;

  private static final Pattern PROGRAM =
      Pattern.compile("```java\n(import ai\\.onnxruntime.*?)```", Pattern.DOTALL);

  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

  @TempDir private Path folder = Path.of("");

  private static Dataset test = none();
  private static Model model = untrained();

  // NullAway wants these to be something before the data is there.
  private static Dataset none() {
    return Dataset.of(new byte[1], 1, 1, new int[1], List.of("none", "other"));
  }

  private static Model untrained() {
    return new Model(
        Network.initial(Architecture.of(1, 2), 1), List.of("none", "other"), new TreeMap<>());
  }

  @BeforeAll
  static void train() {
    Datasets data = FashionMnist.load();
    test = data.test();
    Network start = Network.initial(Architecture.parse("784-512-128-64-10"), 1);
    TrainingConfiguration recipe = TrainingConfiguration.defaults().withEpochs(2);
    model =
        new Model(
            new Trainer(recipe, Execution.defaults()).train(start, data.train()),
            FashionMnist.classNames(),
            new TreeMap<>());
  }

  private static float[] raw(float[] scaled) {
    float[] raw = new float[scaled.length];
    for (int j = 0; j < raw.length; j++) {
      raw[j] = Math.round(scaled[j] * 255);
    }
    return raw;
  }

  /** Returns what ONNX Runtime says of examples, [n, classes]. */
  private static float[][] run(OrtSession session, float[] x, int n) throws OrtException {
    long[] shape = {n, x.length / n};
    try (OnnxTensor input = OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(x), shape);
        OrtSession.Result result = session.run(Map.of("input", input))) {
      return (float[][]) result.get(0).getValue();
    }
  }

  @Test
  void agreesOnAllTestImagesWhateverTheBatch() throws Exception {
    ReferenceNetwork reference = reference(model.network());
    double farthest = 0;
    double oursFromTruth = 0;
    double theirsFromTruth = 0;
    int differing = 0;
    try (OrtSession session = ENVIRONMENT.createSession(OnnxFile.bytes(model))) {
      int[] batches = {1, 2, 97, 900, 4000, 5000};
      int from = 0;
      for (int batch : batches) {
        float[] x = new float[batch * 784];
        for (int b = 0; b < batch; b++) {
          System.arraycopy(raw(test.example(from + b)), 0, x, b * 784, 784);
        }
        float[][] theirs = run(session, x, batch);
        assertThat(theirs).hasDimensions(batch, 10);
        for (int b = 0; b < batch; b++) {
          float[] ours = model.network().probabilities(test.example(from + b));
          double[] truth = reference.forward(doubles(test.example(from + b))).probabilities();
          for (int k = 0; k < 10; k++) {
            farthest = Math.max(farthest, Math.abs((double) ours[k] - theirs[b][k]));
            oursFromTruth = Math.max(oursFromTruth, Math.abs(ours[k] - truth[k]));
            theirsFromTruth = Math.max(theirsFromTruth, Math.abs(theirs[b][k] - truth[k]));
          }
          differing += largest(theirs[b]) == largest(ours) ? 0 : 1;
        }
        from += batch;
      }
      assertThat(from).isEqualTo(test.size());
    }
    System.out.printf(
        "ONNX Runtime: farthest probability %s; from the equations in double %s, we %s%n",
        farthest, theirsFromTruth, oursFromTruth);
    assertThat(farthest).isLessThan(CLOSE);
    assertThat(oursFromTruth).isLessThan(CLOSE);
    assertThat(theirsFromTruth).isLessThan(CLOSE);
    assertThat(differing).isZero();
  }

  private static ReferenceNetwork reference(Network network) {
    int layers = network.architecture().layers();
    double[][][] W = new double[layers][][];
    double[][] b = new double[layers][];
    for (int l = 1; l <= layers; l++) {
      int in = network.architecture().width(l - 1);
      double[] weights = doubles(network.weights(l));
      b[l - 1] = doubles(network.biases(l));
      W[l - 1] = new double[b[l - 1].length][];
      for (int i = 0; i < W[l - 1].length; i++) {
        W[l - 1][i] = Arrays.copyOfRange(weights, i * in, (i + 1) * in);
      }
    }
    return new ReferenceNetwork(W, b);
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int j = 0; j < values.length; j++) {
      doubles[j] = values[j];
    }
    return doubles;
  }

  private static int largest(float[] values) {
    int best = 0;
    for (int k = 1; k < values.length; k++) {
      best = values[k] > values[best] ? k : best;
    }
    return best;
  }

  @Test
  void scalesEachInputByItsOwnNumbers() throws Exception {
    Random random = new Random(5);
    Network network = Network.initial(Architecture.of(6, 5, 3), 2);
    float[] offset = new float[6];
    float[] scale = new float[6];
    float[] x = new float[6];
    float[] scaled = new float[6];
    for (int j = 0; j < 6; j++) {
      offset[j] = 100 * random.nextFloat();
      scale[j] = 0.5f + random.nextFloat();
      scaled[j] = random.nextFloat();
      x[j] = scaled[j] * scale[j] + offset[j];
      scaled[j] = (x[j] - offset[j]) / scale[j];
    }
    byte[] bytes = OnnxFile.bytes(network, InputScaling.of(offset, scale));
    try (OrtSession session = ENVIRONMENT.createSession(bytes)) {
      float[] theirs = run(session, x, 1)[0];
      float[] ours = network.probabilities(scaled);
      for (int k = 0; k < 3; k++) {
        assertThat((double) theirs[k]).isBetween(ours[k] - CLOSE, ours[k] + CLOSE);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void takesTheRawRowsOfATable(Missing missing) throws Exception {
    TableSchema schema =
        new TableSchema(
            List.of(
                new Column.Numeric("year", 2013.372, 0.173),
                new Column.Categorical("home", List.of("air", "sea"), List.of(0.3, 0.7)),
                new Column.Numeric("time", 1.7e9 + 1.0 / 3, 1e-3)),
            "kind",
            missing);
    Network network = Network.initial(Architecture.of(4, 9, 3), 2);
    Model table = new Model(network, List.of("a", "b", "c"), new TreeMap<>(), schema);
    RowEncoder encoder = new RowEncoder(schema);
    Random random = new Random(5);
    int n = 200;
    double[] raw = new double[n * 4];
    float[][] ours = new float[n][];
    for (int i = 0; i < n; i++) {
      boolean known = missing == Missing.ERROR || i % 3 > 0;
      int home = random.nextInt(2);
      double[] row = {
        known ? 1990 + random.nextInt(40) : Double.NaN,
        known ? home : Double.NaN,
        1.7e9 + 1000 * random.nextGaussian()
      };
      raw[4 * i] = row[0];
      raw[4 * i + 1] = known ? 1 - home : Double.NaN;
      raw[4 * i + 2] = known ? home : Double.NaN;
      raw[4 * i + 3] = row[2];
      ours[i] = network.probabilities(encoder.encode(row));
    }
    try (OrtSession session = ENVIRONMENT.createSession(OnnxFile.bytes(table));
        OnnxTensor input =
            OnnxTensor.createTensor(ENVIRONMENT, DoubleBuffer.wrap(raw), new long[] {n, 4});
        OrtSession.Result result = session.run(Map.of("input", input))) {
      float[][] theirs = (float[][]) result.get(0).getValue();
      for (int i = 0; i < n; i++) {
        for (int k = 0; k < 3; k++) {
          assertThat((double) theirs[i][k])
              .as("row %d", i)
              .isBetween(ours[i][k] - CLOSE, ours[i][k] + CLOSE);
        }
      }
    }
  }

  @Test
  void findsNamesAndProvenance() throws Exception {
    Model named =
        new Model(
            model.network(), model.classNames(), new TreeMap<>(Map.of("seed", "1", "note", "犬")));
    try (OrtSession session = ENVIRONMENT.createSession(OnnxFile.bytes(named))) {
      assertThat(session.getMetadata().getCustomMetadata())
          .containsEntry("downhill.seed", "1")
          .containsEntry("downhill.note", "犬")
          .containsEntry("downhill.architecture", "784-512-128-64-10");
      assertThat(session.getMetadata().getProducerName()).isEqualTo("downhill");
    }
  }

  @Test
  void theProgramOnThePageRuns() throws Exception {
    Matcher program = PROGRAM.matcher(Files.readString(Path.of("..", "..", "docs", "export.md")));
    assertThat(program.find()).isTrue();
    Files.writeString(folder.resolve("Boot.java"), program.group(1));
    OnnxFile.save(model, folder.resolve("fashion.onnx"));
    float[] boot = raw(test.example(0));
    byte[] pixels = new byte[boot.length];
    for (int j = 0; j < boot.length; j++) {
      pixels[j] = (byte) boot[j];
    }
    Files.write(folder.resolve("boot.gray"), pixels);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--class-path",
                System.getProperty("java.class.path"),
                "Boot.java")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("class " + test.label(0) + " of [\"T-shirt/top\",", "Ankle boot");
    assertThat(Arrays.asList(output.split("\n", -1))).hasSizeLessThan(5);
  }
}
