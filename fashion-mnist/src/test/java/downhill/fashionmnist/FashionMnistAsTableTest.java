package downhill.fashionmnist;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.CsvFile;
import downhill.data.CsvFormat;
import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.data.TableCache;
import downhill.evaluation.Evaluation;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.training.Trainer;
import downhill.training.TrainingConfiguration;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fashion-MNIST written out as a table, as it is often passed on, and learned from there. */
class FashionMnistAsTableTest {
  @TempDir private Path folder = Path.of("");

  private Path write(String name, Dataset images) throws IOException {
    Path file = folder.resolve(name);
    byte[] pixels = new byte[images.features()];
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("label");
      for (int j = 1; j <= pixels.length; j++) {
        out.write(",pixel" + j);
      }
      for (int i = 0; i < images.size(); i++) {
        images.copyTo(i, pixels, 0);
        StringBuilder row = new StringBuilder().append('\n').append(images.label(i));
        for (byte pixel : pixels) {
          row.append(',').append(pixel & 0xff);
        }
        out.write(row.toString());
      }
    }
    return file;
  }

  @Test
  void isLearnedFromATable() throws IOException {
    Datasets images = FashionMnist.load();
    Path train = write("train.csv", images.train().slice(0, 6000));
    Path test = write("test.csv", images.test().slice(0, 1000));
    Datasets table = CsvFile.load(train, test, 0, CsvFormat.DEFAULT, new TableCache(folder, 0));
    assertThat(table.train()).hasToString("6000 examples of 1 × 784, 10 classes");
    for (int i = 0; i < 1000; i++) {
      assertThat(table.test().label(i)).isEqualTo(images.test().label(i));
    }
    Network start = Network.initial(Architecture.of(784, 64, 10), 1);
    TrainingConfiguration recipe = TrainingConfiguration.descent(4, 16, 0.01, 1);
    Network network = new Trainer(recipe, Execution.defaults()).train(start, table.train());
    assertThat(Evaluation.of(network, table.test(), Execution.defaults()).accuracy())
        .isGreaterThan(0.82);
  }
}
