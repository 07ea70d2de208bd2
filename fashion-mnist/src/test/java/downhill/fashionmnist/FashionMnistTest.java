package downhill.fashionmnist;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.Dataset;
import downhill.data.Datasets;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real files, against what is published of them. */
class FashionMnistTest {
  private static Datasets data;

  @BeforeAll
  static void load() {
    data = FashionMnist.load();
  }

  @Test
  void filesHaveThePublishedSums() throws IOException {
    assertThat(FashionMnist.MD5).hasSize(4);
    for (Map.Entry<String, String> entry : FashionMnist.MD5.entrySet()) {
      assertThat(FashionMnist.md5(entry.getKey())).as(entry.getKey()).isEqualTo(entry.getValue());
    }
  }

  @Test
  void hasTheShapeThatItsAuthorsDescribe() {
    assertThat(data.train()).hasToString("60000 examples of 28 × 28, 10 classes");
    assertThat(data.test()).hasToString("10000 examples of 28 × 28, 10 classes");
    assertThat(data.train().classNames()).isEqualTo(FashionMnist.classNames()).hasSize(10);
  }

  @Test
  void everyClassIsAsFrequent() {
    assertThat(counts(data.train())).containsOnly(6000);
    assertThat(counts(data.test())).containsOnly(1000);
  }

  private static int[] counts(Dataset examples) {
    int[] counts = new int[examples.classes()];
    for (int i = 0; i < examples.size(); i++) {
      counts[examples.label(i)]++;
    }
    return counts;
  }

  @Test
  void beginsWithAnAnkleBoot() {
    assertThat(data.train().classNames().get(data.train().label(0))).isEqualTo("Ankle boot");
    assertThat(data.test().classNames().get(data.test().label(0))).isEqualTo("Ankle boot");
    // Light on dark: the corners are background.
    float[] boot = data.train().example(0);
    assertThat(boot[0]).isZero();
    assertThat(boot[28 * 14 + 14]).isBetween(0.5f, 1f);
  }

  /** Mean and deviation are 0.2860 and 0.3530 of 255, as widely used for normalising. */
  @Test
  void pixelsHaveTheKnownMeanAndDeviation() {
    Dataset train = data.train();
    byte[] image = new byte[train.features()];
    long sum = 0;
    long squares = 0;
    for (int i = 0; i < train.size(); i++) {
      train.copyTo(i, image, 0);
      for (byte pixel : image) {
        int value = pixel & 0xff;
        sum += value;
        squares += (long) value * value;
      }
    }
    double n = 60_000.0 * 784;
    double mean = sum / n / 255;
    double deviation = Math.sqrt(squares / n / 255 / 255 - mean * mean);
    assertThat(Math.round(mean * 1e4)).isEqualTo(2860);
    assertThat(Math.round(deviation * 1e4)).isEqualTo(3530);
  }
}
