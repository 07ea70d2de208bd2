package downhill.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import downhill.data.Column;
import downhill.data.Missing;
import downhill.data.RowEncoder;
import downhill.data.TableSchema;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Architecture;
import downhill.network.Network;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The class that is written: compiled without anything of ours, and run. */
class JavaSourceTest {
  private static final List<String> NAMES =
      List.of("Ankle \"boot\"", "\\u0041 */ 犬", "x\ud83d\udc5f");

  @TempDir private Path folder = Path.of("");

  private static Model model(long seed, String widths) {
    Architecture architecture = Architecture.parse(widths);
    Random random = new Random(seed);
    float[][] weights = new float[architecture.layers()][];
    float[][] biases = new float[architecture.layers()][];
    for (int l = 1; l <= architecture.layers(); l++) {
      int in = architecture.width(l - 1);
      weights[l - 1] = normal(random, architecture.width(l) * in, Math.sqrt(2.0 / in));
      biases[l - 1] = normal(random, architecture.width(l), 0.5);
    }
    List<String> names =
        architecture.classes() == NAMES.size()
            ? NAMES
            : IntStream.range(0, architecture.classes()).mapToObj(k -> "class " + k).toList();
    return new Model(Network.of(architecture, weights, biases), names, new TreeMap<>());
  }

  private static float[] normal(Random random, int n, double deviation) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  /** Compiles a source file for Java 9, and puts the resource where the class will look for it. */
  private static ClassLoader compile(JavaSource.Written written, Path classes, String packageFolder)
      throws IOException {
    JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    Path target = Files.createDirectories(classes.resolve(packageFolder));
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of(
                      "--release",
                      "9",
                      "-Xlint:all,-options",
                      "-Werror",
                      "-proc:none",
                      "-d",
                      classes.toString()),
                  null,
                  files.getJavaFileObjects(written.source()))
              .call();
      assertThat(compiled).as(messages.toString()).isTrue();
    }
    Files.move(
        written.weights(),
        target.resolve(String.valueOf(written.weights().getFileName())),
        StandardCopyOption.REPLACE_EXISTING);
    // No parent but the platform: nothing of ours is there.
    return new URLClassLoader(
        new URL[] {classes.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
  }

  /** An object of the class, by reflection. */
  private record Classifier(Object object) {
    static Classifier load(ClassLoader loader, String name) throws ReflectiveOperationException {
      Method load = loader.loadClass(name).getMethod("load");
      return new Classifier(Objects.requireNonNull(load.invoke(null)));
    }

    Object call(String method, Object... arguments) throws ReflectiveOperationException {
      Class<?>[] types =
          IntStream.range(0, arguments.length)
              .mapToObj(i -> arguments[i].getClass())
              .toArray(Class<?>[]::new);
      return Objects.requireNonNull(
          object.getClass().getMethod(method, types).invoke(object, arguments));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"3-2", "784-512-128-64-10", "17-33-5-3", "1-1-1-2", "130-16-129-3"})
  void givesTheSameBits(String widths) throws Exception {
    Model model = model(7, widths);
    JavaSource.Written written =
        JavaSource.write(model, folder.resolve("Fashion.java"), "com.example.nets");
    ClassLoader loader = compile(written, folder.resolve("classes"), "com/example/nets");
    Classifier classifier = Classifier.load(loader, "com.example.nets.Fashion");
    int inputs = model.network().architecture().inputs();
    assertThat(classifier.call("inputs")).isEqualTo(inputs);
    assertThat(classifier.call("classNames")).isEqualTo(model.classNames());
    Random random = new Random(8);
    for (int n = 0; n < 50; n++) {
      float[] raw = new float[inputs];
      float[] scaled = new float[inputs];
      for (int j = 0; j < inputs; j++) {
        // As in pictures, many are 0; and values that no picture has.
        raw[j] =
            n == 49
                ? (float) (1e4 * random.nextGaussian())
                : random.nextBoolean() ? 0 : random.nextInt(256);
        scaled[j] = raw[j] / 255f;
      }
      float[] expected = model.network().probabilities(scaled);
      float[] found = (float[]) classifier.call("probabilities", (Object) raw);
      assertThat(bits(found)).as("example %d", n).isEqualTo(bits(expected));
      int best = model.network().classify(scaled);
      assertThat(classifier.call("classify", (Object) raw)).isEqualTo(best);
      assertThat(classifier.call("className", (Object) raw))
          .isEqualTo(model.classNames().get(best));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTablesRowsGiveTheSameBits(Missing missing) throws Exception {
    TableSchema schema =
        new TableSchema(
            List.of(
                new Column.Numeric("year", 2013.372, 0.173),
                new Column.Categorical("home", List.of("air", "*/ 犬"), List.of(0.3, 0.7)),
                new Column.Numeric("always alike", 5, 0),
                new Column.Numeric("time", 1.7e9 + 1.0 / 3, 1e-3)),
            "kind",
            missing);
    Model bytes = model(3, "5-9-3");
    Model model = new Model(bytes.network(), bytes.classNames(), new TreeMap<>(), schema);
    JavaSource.Written written = JavaSource.write(model, folder.resolve("Zoo.java"), "");
    assertThat(written.source()).content().doesNotContainPattern("@[A-Z]+@").isASCII();
    Classifier zoo = Classifier.load(compile(written, folder.resolve("classes"), ""), "Zoo");
    assertThat(zoo.call("inputNames"))
        .isEqualTo(List.of("year", "home = air", "home = */ 犬", "always alike", "time"));
    Random random = new Random(8);
    RowEncoder encoder = new RowEncoder(schema);
    for (int n = 0; n < 50; n++) {
      int home = random.nextInt(2);
      boolean known = missing == Missing.ERROR || n % 3 > 0;
      double[] row = {
        known ? 1990 + random.nextInt(40) : Double.NaN,
        known ? home : Double.NaN,
        5,
        1.7e9 + 1000 * random.nextGaussian()
      };
      double[] raw = {
        row[0], known ? 1 - home : Double.NaN, known ? home : Double.NaN, row[2], row[3]
      };
      float[] expected = model.network().probabilities(encoder.encode(row));
      assertThat(bits((float[]) zoo.call("probabilities", (Object) raw)))
          .as("row %d", n)
          .isEqualTo(bits(expected));
    }
    if (missing == Missing.ERROR) {
      assertThatExceptionOfType(InvocationTargetException.class)
          .isThrownBy(() -> zoo.call("classify", (Object) new double[] {1, 1, Double.NaN, 1, 1}))
          .havingCause()
          .withMessage("input 2: expected a finite number, found NaN");
    }
  }

  /** Golden: the class and its weights, which are written just so, and give the model's bits. */
  @Test
  void theGoldenClassOfATable() throws Exception {
    Path core = Path.of("..", "core", "src", "test", "resources", "downhill", "modelfile");
    Model model = ModelFile.load(core.resolve("golden-table-4-3-2.safetensors"));
    JavaSource.Written written =
        JavaSource.write(model, folder.resolve("GoldenTable.java"), "com.example");
    Path golden = Path.of("src", "test", "resources", "downhill", "export");
    assertThat(written.source()).hasSameBinaryContentAs(golden.resolve("GoldenTable.java.txt"));
    assertThat(written.weights()).hasSameBinaryContentAs(golden.resolve("GoldenTable.weights"));
    ClassLoader loader = compile(written, folder.resolve("classes"), "com/example");
    Classifier classifier = Classifier.load(loader, "com.example.GoldenTable");
    assertThat(classifier.call("classNames")).isEqualTo(List.of("bird", "fish"));
    assertThat(classifier.call("inputNames"))
        .isEqualTo(List.of("length \"cm\"", "home = air", "home = 犬", "year"));
    RowEncoder encoder = new RowEncoder(Objects.requireNonNull(model.schema()));
    double[][] rows = {{3.5, 1, 2013}, {-20, 0, 1999}, {Double.NaN, Double.NaN, Double.NaN}};
    double[][] raw = {
      {3.5, 0, 1, 2013}, {-20, 1, 0, 1999}, {Double.NaN, Double.NaN, Double.NaN, Double.NaN}
    };
    for (int i = 0; i < rows.length; i++) {
      float[] expected = model.network().probabilities(encoder.encode(rows[i]));
      assertThat(bits((float[]) classifier.call("probabilities", (Object) raw[i])))
          .as("row %d", i)
          .isEqualTo(bits(expected));
    }
  }

  private static List<Integer> bits(float[] values) {
    return IntStream.range(0, values.length)
        .mapToObj(i -> Float.floatToRawIntBits(values[i]))
        .toList();
  }

  @Test
  void theSameModelGivesTheSameFiles() throws Exception {
    Model model = model(1, "5-4-3");
    JavaSource.Written one = JavaSource.write(model, folder.resolve("Net.java"), "");
    byte[] source = Files.readAllBytes(one.source());
    byte[] weights = Files.readAllBytes(one.weights());
    assertThat(one.weights()).isEqualTo(folder.resolve("Net.weights"));
    JavaSource.Written two = JavaSource.write(model, folder.resolve("Net.java"), "");
    assertThat(two.source()).hasBinaryContent(source);
    assertThat(two.weights()).hasBinaryContent(weights);
    assertThat(new String(source, StandardCharsets.US_ASCII))
        .startsWith("import java.io.")
        .doesNotContainPattern("@[A-Z]+@")
        .doesNotContain("downhill.")
        .isASCII();
  }

  @Test
  void saysWhatIsWrongWithItsInputs() throws Exception {
    JavaSource.Written written = JavaSource.write(model(1, "3-2"), folder.resolve("Net.java"), "");
    Classifier net = Classifier.load(compile(written, folder.resolve("classes"), ""), "Net");
    assertThatExceptionOfType(InvocationTargetException.class)
        .isThrownBy(() -> net.call("classify", (Object) new float[2]))
        .havingCause()
        .isInstanceOf(IllegalArgumentException.class)
        .withMessage("expected 3 inputs, found 2");
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatExceptionOfType(InvocationTargetException.class)
          .isThrownBy(() -> net.call("probabilities", (Object) new float[] {0, value, 0}))
          .havingCause()
          .withMessage("input 1: expected a finite number, found " + value);
    }
  }

  @Test
  void saysWhatIsWrongWithItsWeights() throws Exception {
    Path classes = folder.resolve("classes");
    Path weights = classes.resolve("Net.weights");
    ClassLoader loader =
        compile(JavaSource.write(model(1, "3-2"), folder.resolve("Net.java"), ""), classes, "");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[17] ^= 1;
    Files.write(weights, bytes);
    assertRefused(loader, "Net.weights: expected the CRC-32 ");
    Files.delete(weights);
    assertRefused(loader, "Net.weights: expected beside Net, found no such resource");
  }

  private static void assertRefused(ClassLoader loader, String message) {
    assertThatExceptionOfType(InvocationTargetException.class)
        .isThrownBy(() -> Classifier.load(loader, "Net"))
        .havingCause()
        .isInstanceOf(IOException.class)
        .withMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"net.java", "Net", "Net.kt", "My-Net.java", "Größe.java", ".java", "1Net.java"})
  void refusesNamesThatAreNoClass(String name) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> JavaSource.write(model(1, "3-2"), folder.resolve(name), ""))
        .withMessageContaining("expected the name of a class and .java");
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Math", "String", "ByteBuffer", "List", "IOException", "WEIGHTS"})
  void refusesNamesThatMeanSomethingElse(String name) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> JavaSource.write(model(1, "3-2"), folder.resolve(name + ".java"), ""))
        .withMessageContaining("'" + name + "' means something else in the class");
  }

  /** What the template calls what is filled in means nothing in the class. */
  @ParameterizedTest
  @ValueSource(strings = {"NAME", "PACKAGE"})
  void takesNamesThatMeanNothingElse(String name) throws IOException {
    Path file = folder.resolve(name + ".java");
    JavaSource.write(model(1, "3-2"), file, "");
    assertThat(Files.readString(file)).contains("class " + name + " {").doesNotContain("@NAME@");
  }

  @ParameterizedTest
  @ValueSource(strings = {"com.new", "com..example", "com.example.", "a b", "x;"})
  void refusesPackagesThatAreNone(String name) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> JavaSource.write(model(1, "3-2"), folder.resolve("Net.java"), name))
        .withMessageContaining("expected a name such as com.example");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aVeryDeepNetworkIsCutInTheCommentAlone() throws Exception {
    String widths = String.join("-", Collections.nCopies(300, "3"));
    JavaSource.Written written = JavaSource.write(model(1, widths), folder.resolve("Net.java"), "");
    assertThat(Files.readString(written.source()).lines())
        .allMatch(line -> line.length() < 140)
        .anyMatch(line -> line.contains("3-3-3..."));
    Classifier net = Classifier.load(compile(written, folder.resolve("classes"), ""), "Net");
    assertThat(net.call("classNames")).isEqualTo(NAMES);
  }
}
