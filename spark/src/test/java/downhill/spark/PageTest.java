package downhill.spark;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.evaluation.Evaluation;
import downhill.fashionmnist.FashionMnist;
import downhill.modelfile.ModelFile;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.training.Trainer;
import downhill.training.TrainingConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page {@code docs/spark.md}, as somebody follows it: its program is compiled, submitted with
 * its command to a cluster of two machines, and learns Fashion-MNIST as well as a single machine
 * does.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PageTest {
  private static final StructType SCHEMA =
      new StructType()
          .add("label", DataTypes.DoubleType, false)
          .add("features", SQLDataTypes.VectorType(), false);

  @TempDir Path folder;

  @Test
  void theProgramLearnsOnAClusterWhatOneMachineLearns() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "spark.md"));
    write(FashionMnist.load());
    jar(between(page, "```java\n", "```"));
    double accuracy;
    try (Cluster cluster = new Cluster(folder, 2, "1g")) {
      String said = submit(between(page, "    spark-submit ", "\n\n"), cluster.url());
      Matcher right = Pattern.compile("(\\d+\\.\\d+) % right").matcher(said);
      assertThat(right.find()).as(said).isTrue();
      accuracy = Double.parseDouble(right.group(1));
    }
    double single = 100 * onOneMachine();
    assertThat(accuracy).isBetween(single - 0.5, 100.0);
    try (Stream<Path> files = Files.walk(folder.resolve("clothes"))) {
      Path model = files.filter(file -> file.endsWith(ModelFile.NAME)).findFirst().orElseThrow();
      Evaluation evaluation =
          Evaluation.of(
              ModelFile.load(model).network(), FashionMnist.load().test(), Execution.defaults());
      assertThat(100 * evaluation.accuracy()).isBetween(accuracy - 0.01, accuracy + 0.01);
    }
  }

  private void write(Datasets images) {
    SparkSession session = Frames.local(2);
    try {
      for (boolean train : new boolean[] {true, false}) {
        Dataset data = train ? images.train() : images.test();
        byte[] bytes = new byte[784];
        double[] x = new double[784];
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
          data.copyTo(i, bytes, 0);
          for (int j = 0; j < x.length; j++) {
            x[j] = bytes[j] & 0xff;
          }
          rows.add(RowFactory.create((double) data.label(i), Vectors.dense(x).toSparse()));
        }
        session
            .createDataFrame(rows, SCHEMA)
            .write()
            .parquet(folder.resolve(train ? "train" : "test").toString());
      }
    } finally {
      session.stop();
    }
  }

  private static String between(String page, String from, String to) {
    int start = page.indexOf(from) + from.length();
    assertThat(start).as(from).isGreaterThanOrEqualTo(from.length());
    return page.substring(start, page.indexOf(to, start));
  }

  private void jar(String program) throws IOException {
    Path source = Files.writeString(folder.resolve("Clothes.java"), program);
    int status =
        Objects.requireNonNull(ToolProvider.getSystemJavaCompiler())
            .run(
                null,
                null,
                null,
                "-d",
                folder.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                source.toString());
    assertThat(status).isZero();
    try (JarOutputStream jar =
        new JarOutputStream(Files.newOutputStream(folder.resolve("clothes.jar")))) {
      jar.putNextEntry(new JarEntry("Clothes.class"));
      Files.copy(folder.resolve("Clothes.class"), jar);
    }
  }

  /** Submits as the script spark-submit does: Spark's launcher says the command, and it is run. */
  private String submit(String line, String master) throws Exception {
    Path assembled = Path.of("target").toAbsolutePath();
    String[] words =
        line.replace("\\\n", " ")
            .replace("spark://HOST:7077", master)
            .replace("hdfs:///", folder + "/")
            .replace(" clothes.jar", " " + folder.resolve("clothes.jar"))
            .replace("--jars ", "--jars " + assembled + "/")
            .strip()
            .split("\\s+", -1);
    List<String> launcher =
        new ArrayList<>(Cluster.java("-Xmx128m", "org.apache.spark.launcher.Main"));
    launcher.addAll(
        List.of(
            "org.apache.spark.deploy.SparkSubmit",
            "--conf",
            "spark.driver.host=127.0.0.1",
            "--conf",
            "spark.log.level=ERROR"));
    launcher.addAll(List.of(words));
    String command = said("launcher", launcher);
    return said(
        "submit",
        Stream.of(command.split("[\\x00\n]", -1)).filter(word -> !word.isEmpty()).toList());
  }

  /** Returns what a program prints, once it has ended well. */
  private String said(String name, List<String> command) throws Exception {
    Path out = folder.resolve(name + ".out");
    Path err = folder.resolve(name + ".err");
    Process process =
        Cluster.spark(folder, command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor(8, TimeUnit.MINUTES)).as(name).isTrue();
    assertThat(process.exitValue()).as("%s: %s", name, Files.readString(err)).isZero();
    return Files.readString(out);
  }

  /** Returns the accuracy of a single machine's training with the same parameters. */
  private static double onOneMachine() {
    Datasets images = FashionMnist.load();
    TrainingConfiguration configuration = ConfigurationReader.of(new DownhillClassifier());
    Network initial = Network.initial(Architecture.of(784, 512, 128, 64, 10), configuration.seed());
    Network trained =
        new Trainer(configuration, Execution.defaults()).train(initial, images.train());
    return Evaluation.of(trained, images.test(), Execution.defaults()).accuracy();
  }
}
