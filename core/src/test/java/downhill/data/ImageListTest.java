package downhill.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageListTest {
  @TempDir Path folder;

  private Path list(String text) throws IOException {
    return Files.writeString(folder.resolve("list.csv"), text);
  }

  @Test
  void quotesMarksAndLineEnds() throws IOException {
    ImageList.Found found =
        ImageList.read(
            list("\uFEFFpath,label\r\n\"a,\"\"b\"\"\n.png\",x y\r\n\r\nc.png,\"é\"\nd.png,x y"));
    assertThat(found.parts()).isFalse();
    assertThat(found.lines())
        .containsExactly(
            new ImageList.Line("a,\"b\"\n.png", "x y", false, 2),
            new ImageList.Line("c.png", "é", false, 5),
            new ImageList.Line("d.png", "x y", false, 6));
    assertThat(found.labels()).containsExactly("x y", "é");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "path,label\n",
        "path,label,part\r\nx",
        "\uFEFFpath,label",
        "\"path\",\"label\"\n",
        "path, label ,part\r1,2,train\r"
      })
  void listsAreKnownByTheirFirstLine(String text) throws IOException {
    Path list = list(text);
    assertThat(ImageList.isOne(list)).isTrue();
    Files.write(list, Csv.gzip(Files.readAllBytes(list)));
    assertThat(ImageList.isOne(list)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "path,label,x\n", "label,path\n", "path;label\n", "1,2,3\n", "paths"})
  void otherFilesAreNone(String text) throws IOException {
    Path list = list(text);
    assertThat(ImageList.isOne(list)).isFalse();
    Files.write(list, Csv.gzip(Files.readAllBytes(list)));
    assertThat(ImageList.isOne(list)).isFalse();
  }

  /** Whatever a table may be, a list may be. */
  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  void linesMayEndInAnyWayAndBePacked(String end) throws IOException {
    Path plain = list("path,label,part\na b.png, x ,train\n\nc.png,y,test\n".replace("\n", end));
    Path packed = Files.write(folder.resolve("l.csv.gz"), Csv.gzip(Files.readAllBytes(plain)));
    for (Path list : List.of(plain, packed)) {
      assertThat(ImageList.read(list).parts()).isTrue();
      assertThat(ImageList.read(list).lines())
          .containsExactly(
              new ImageList.Line("a b.png", "x", false, 2),
              new ImageList.Line("c.png", "y", true, 4));
    }
  }

  @Test
  void mistakesAreToldWithTheirLine() throws IOException {
    assertRefused(
        "path,label\na.png,x\nb.png\n", "list.csv: line 3, column 2 (label): expected 2 fields");
    assertRefused("path,label\na.png,x,train\n", "line 2, column 3: expected 2 fields");
    assertRefused(
        "path,label,part\na.png,x,val\n",
        "line 2, column 3 (part): expected the part train or test, found 'val'");
    assertRefused("path,label\n,x\n", "line 2, column 1 (path): expected a path, found none");
    assertRefused("path,label\na.png, \n", "line 2, column 2 (label): expected a class");
    assertRefused("path,label\na.png,\"x\ny\"\n", "line 2, column 2 (label): expected the name");
    assertRefused(
        "path,label\na,x\n\"b,x\nc,x\n", "line 3, column 1 (path): expected a quote that closes");
    assertRefused("path,label\n\"a\"b,x\n", "line 2, column 1 (path): expected ','");
    assertRefused("path,label\n\0.png,x\n", "line 2, column 1 (path): expected text in UTF-8");
    assertRefused("path,label\n", "line 2, column 1: expected a picture and its class, found none");
    // A list without its first line would lose its first picture.
    assertRefused(
        "a.png,cat\nb.png,dog\n",
        "list.csv: line 1, column 1: expected path,label or path,label,part, found 'a.png,cat'");
    assertRefused("", "line 1, column 1: expected path,label or path,label,part, found nothing");
    Path file = folder.resolve("list.csv");
    Files.write(file, "path,label\n\u00e9,x\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> ImageList.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ": line 2, column 1 (path): expected text in UTF-8");
  }

  @Test
  void aClassThatIsNoneOfTheKnownIsToldWithItsLine() throws IOException {
    Path list = list("path,label\na.png,x\n\nb.png,z\n");
    assertThatThrownBy(() -> ImageFiles.findOnePart(list, List.of("x", "y")))
        .isInstanceOf(IOException.class)
        .hasMessage(
            list
                + ": line 4, column 2 (label): expected a class of the training images, x, y, found"
                + " 'z'");
  }

  private void assertRefused(String text, String message) throws IOException {
    Path file = list(text);
    assertThatThrownBy(() -> ImageList.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }
}
