package downhill.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reading of many pictures, broken off. */
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
