package downhill.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
            new ImageList.Line("a,\"b\"\n.png", "x y", false),
            new ImageList.Line("c.png", "é", false),
            new ImageList.Line("d.png", "x y", false));
    assertThat(found.labels()).containsExactly("x y", "é");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "path,label\n",
        "path,label,part\r\nx",
        "\uFEFFpath,label",
        "\"path\",\"label\"\n"
      })
  void listsAreKnownByTheirFirstLine(String text) throws IOException {
    assertThat(ImageList.isOne(list(text))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "path,label,x\n", "label,path\n", "path;label\n", "1,2,3\n", "paths"})
  void otherFilesAreNone(String text) throws IOException {
    assertThat(ImageList.isOne(list(text))).isFalse();
  }

  @Test
  void mistakesAreToldWithTheirLine() throws IOException {
    assertRefused("path,label\na.png,x\nb.png\n", "list.csv:3: expected 2 fields, found 1");
    assertRefused("path,label\na.png,x,train\n", "list.csv:2: expected 2 fields, found 3");
    assertRefused(
        "path,label,part\na.png,x,val\n", ":2: expected the part train or test, found 'val'");
    assertRefused("path,label\n,x\n", ":2: expected a path, found a blank");
    assertRefused("path,label\na.png, \n", ":2: expected a class, found a blank");
    assertRefused("path,label\n\"a\n.png\",x\nb\"c,x\n", ":4: expected a quote only at the start");
    assertRefused("path,label\na,x\n\"b,x\nc,x\n", ":3: expected a quote at the end of the field");
    assertRefused(
        "path,label\n\"a\"b,x\n", ":2: expected a comma or the end of the line, found 'b'");
    assertRefused("path,label\n", "found none in the whole list");
    Path file = folder.resolve("list.csv");
    Files.write(file, "path,label\n\u00e9,x\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> ImageList.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": byte 11: expected text in UTF-8, found something else");
  }

  private void assertRefused(String text, String message) throws IOException {
    Path file = list(text);
    assertThatThrownBy(() -> ImageList.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }
}
