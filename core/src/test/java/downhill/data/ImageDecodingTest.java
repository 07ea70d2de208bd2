package downhill.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reading of many pictures: broken off, and where what was read lies. */
class ImageDecodingTest {
  /** So many that the listener is told something before they are read, on any machine. */
  private static final int MANY = 400_000;

  @TempDir private Path folder;

  /** Each picture that is begun is found to be unreadable, and so can be counted. */
  private ImageDecoding decoding(ReadingListener listener) throws IOException {
    Path file = Files.writeString(folder.resolve("1.png"), "no picture");
    return new ImageDecoding(
        Collections.nCopies(MANY, new LabelledImage(file, "1.png", 0)), listener);
  }

  @Test
  void aListenerThatThrowsEndsIt() throws IOException {
    ImageDecoding decoding =
        decoding((done, total) -> {
          throw new IllegalStateException("enough");
        });
    assertThatThrownBy(decoding::sides)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("enough");
    assertThat(decoding.unreadable().size()).isLessThan(MANY / 2);
  }

  /** What can't be read is no reason for a second array. */
  @Test
  void theExamplesKeepTheArrayThatWasReadInto() throws IOException {
    List<LabelledImage> images = new ArrayList<>();
    for (int n = 0; n < 3; n++) {
      String name = n + ".png";
      Path file =
          n == 1
              ? Files.writeString(folder.resolve(name), "no picture")
              : PictureFiles.write(folder.resolve(name), 1, 2, (10 + n) * 0x010101);
      images.add(new LabelledImage(file, name, n));
    }
    ImageDecoding decoding = new ImageDecoding(images, ReadingListener.NONE);
    Preparation preparation = Preparation.grey(1, 2);
    byte[] values = decoding.decode(preparation);
    Dataset data = decoding.dataset(values, preparation, List.of("a", "b", "c"));
    assertThat(data.sha256())
        .isEqualTo(
            Dataset.of(new byte[] {10, 10, 12, 12}, 1, 2, new int[] {0, 2}, data.classNames())
                .sha256());
    values[3] = 77;
    byte[] last = new byte[2];
    data.copyTo(1, last, 0);
    assertThat(last).containsExactly(12, 77);
  }

  @Test
  void anInterruptEndsIt() throws IOException {
    ImageDecoding decoding = decoding((done, total) -> Thread.currentThread().interrupt());
    try {
      assertThatThrownBy(decoding::sides)
          .isInstanceOf(InterruptedIOException.class)
          .hasMessage("interrupted while reading images");
    } finally {
      assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    }
    assertThat(decoding.unreadable().size()).isLessThan(MANY / 2);
  }
}
