package downhill.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders and lists of pictures, found and read. */
class ImageFilesTest {
  private static final Preparation SMALL = Preparation.grey(2, 2);

  @TempDir Path folder;

  private Path write(String name, int shade) throws IOException {
    return PictureFiles.write(folder.resolve(name), 2, 2, shade * 0x010101);
  }

  private ImageData read(ImageFiles files) throws IOException {
    return files.read(SMALL, 0, ReadingListener.NONE);
  }

  private static List<Integer> shades(Dataset data) {
    return IntStream.range(0, data.size())
        .mapToObj(i -> Math.round(data.example(i)[0] * 255))
        .toList();
  }

  private static List<Integer> labels(Dataset data) {
    return IntStream.range(0, data.size()).mapToObj(data::label).toList();
  }

  @Test
  void classesAndPicturesAreInTheOrderOfTheirNames() throws IOException {
    write("train/b/2.png", 4);
    write("train/b/10.png", 3);
    write("train/a/x/deep.png", 2);
    write("train/a/first.bmp", 1);
    write("train/10/one.png", 0);
    write("test/b/t.gif", 9);
    ImageFiles files = ImageFiles.find(folder, 0.2);
    assertThat(files.classNames()).containsExactly("10", "a", "b");
    assertThat(files.testFraction()).isZero();
    assertThat(files.size()).isEqualTo(6);
    ImageData data = read(files);
    Dataset train = data.datasets().train();
    assertThat(shades(train)).containsExactly(0, 1, 2, 3, 4);
    assertThat(labels(train)).containsExactly(0, 1, 1, 2, 2);
    assertThat(shades(data.datasets().test())).containsExactly(9);
    assertThat(labels(data.datasets().test())).containsExactly(2);
    assertThat(data.trainFiles().getLast()).isEqualTo(folder.resolve("train/b/2.png"));
    assertThat(data.testFiles()).containsExactly(folder.resolve("test/b/t.gif"));
    assertThat(data.unreadable()).isEmpty();
    assertThat(train.classNames()).isEqualTo(files.classNames());
  }

  /** Two folders that were filled in different orders give the same bits, on any threads. */
  @Test
  void theFileSystemDoesNotMatter() throws IOException {
    List<Integer> numbers = new ArrayList<>(IntStream.range(0, 60).boxed().toList());
    Set<String> hashes = new HashSet<>();
    for (int round = 0; round < 2; round++) {
      Collections.shuffle(numbers, new Random(round));
      Path here = folder.resolve("round" + round);
      for (int i : numbers) {
        PictureFiles.write(
            here.resolve("class" + i % 3 + "/" + i + ".png"), 1 + i % 7, 1 + i % 5, i * 0x020103);
      }
      Datasets data = read(ImageFiles.find(here, 0.25)).datasets();
      assertThat(data.train().size()).isEqualTo(45);
      hashes.add(data.train().sha256() + data.test().sha256());
    }
    assertThat(hashes).hasSize(1);
  }

  /** The choice is one of names: it stays nearly the same when pictures are added. */
  @Test
  void aPartOfEachClassIsHeldOut() throws IOException {
    for (int i = 0; i < 40; i++) {
      write("a/" + i + ".png", i);
    }
    for (int i = 0; i < 10; i++) {
      write("b/" + i + ".png", 100 + i);
    }
    write("c/alone.png", 200);
    Datasets before = read(ImageFiles.find(folder, 0.1)).datasets();
    assertThat(before.test().classCounts()).containsExactly(4, 1, 0);
    assertThat(before.train().classCounts()).containsExactly(36, 9, 1);
    assertThat(shades(before.test()))
        .isSorted()
        .doesNotContainAnyElementsOf(shades(before.train()));
    for (int i = 40; i < 44; i++) {
      write("a/" + i + ".png", i);
    }
    Datasets after = read(ImageFiles.find(folder, 0.1)).datasets();
    Set<Integer> kept = new HashSet<>(shades(before.test()));
    kept.retainAll(shades(after.test()));
    assertThat(kept).hasSizeGreaterThanOrEqualTo(3);
    assertThatIllegalArgumentException().isThrownBy(() -> ImageFiles.find(folder, 1));
  }

  @Test
  void aClassMayBeCalledTrain() throws IOException {
    write("plane/1.png", 1);
    write("train/1.png", 2);
    write("plane/2.png", 3);
    assertThat(ImageFiles.find(folder, 0.5).classNames()).containsExactly("plane", "train");
    write("train/steam/1.png", 2);
    assertRefused(folder, "folders of classes, or pictures of one class, found both");
  }

  /** What would be learned is which part a picture is of. */
  @Test
  void partsWithoutClassesAreNoClasses() throws IOException {
    write("train/1.png", 1);
    write("train/2.png", 1);
    assertRefused(folder, "expected folders with the names of classes, or train and test with");
    write("test/3.png", 2);
    assertRefused(folder, "found pictures in test, train alone; put them into");
    write("Validation/a/4.png", 3);
    assertRefused(folder, "found pictures in Validation, test, train alone");
    write("cat/5.png", 4);
    assertThat(ImageFiles.find(folder, 0.5).classNames())
        .containsExactly("Validation", "cat", "test", "train");
  }

  /** Whoever calls the parts something else has to be told what they are to be called. */
  @ParameterizedTest
  @CsvSource({"Training,Testing", "training,test", "Train,Test", "dev,eval"})
  void partsOfOtherNamesAreNoClasses(String learn, String judge) throws IOException {
    write(learn + "/cat/1.png", 1);
    write(learn + "/dog/2.png", 2);
    write(judge + "/cat/3.png", 1);
    assertRefused(
        folder, "expected folders of classes in folders called train and test, found them in");
  }

  @Test
  void classNamesGiveTheOrder() throws IOException {
    write("a/1.png", 1);
    write("b/1.png", 2);
    write("a/2.png", 3);
    Files.writeString(folder.resolve("class-names.txt"), "b\na\n");
    ImageFiles files = ImageFiles.find(folder, 0.5);
    assertThat(files.classNames()).containsExactly("b", "a");
    assertThat(files.others()).isEmpty();
    assertThat(shades(read(files).datasets().train()).getFirst()).isEqualTo(2);
    Files.writeString(folder.resolve("class-names.txt"), "b\na\nc\n");
    assertRefused(folder, "class-names.txt: expected the names of the folders, [a, b]");
  }

  @Test
  void accentsAreOneWhoeverWroteThem() throws IOException {
    write("cafe\u0301/1.png", 1);
    write("cafe\u0301/2.png", 3);
    write("bar/1.png", 2);
    assertThat(ImageFiles.find(folder, 0.5).classNames()).containsExactly("bar", "caf\u00e9");
    write("caf\u00e9/1.png", 1);
    assertRefused(folder, "found two folders named 'caf\u00e9', written in two ways");
  }

  /** Also in a list, in class-names.txt, and in a model of a list that had them apart. */
  @Test
  void accentsOfNamesInFilesAreOneAsWell() throws IOException {
    write("cafe\u0301/1.png", 1);
    write("cafe\u0301/2.png", 3);
    write("bar/1.png", 2);
    write("bar/2.png", 4);
    Files.writeString(folder.resolve("class-names.txt"), "cafe\u0301\nbar\n");
    assertThat(ImageFiles.find(folder, 0.5).classNames()).containsExactly("caf\u00e9", "bar");
    Path list =
        Files.writeString(
            folder.resolve("list.csv"),
            "path,label\ncafe\u0301/1.png,cafe\u0301\ncafe\u0301/2.png,caf\u00e9\nbar/1.png,bar\n");
    ImageFiles listed = ImageFiles.find(list, 0.5);
    assertThat(listed.classNames()).containsExactly("bar", "caf\u00e9");
    for (String name : List.of("caf\u00e9", "cafe\u0301")) {
      List<String> names = List.of(name, "bar");
      assertThat(listed.asFor(names).classNames()).isEqualTo(names);
      assertThat(labels(read(listed.asFor(names)).datasets().train())).containsExactly(0, 1);
      for (Path source : List.of(list, folder)) {
        Dataset part =
            ImageFiles.findOnePart(source, names)
                .readOnePart(SMALL, 0, ReadingListener.NONE)
                .images();
        assertThat(part.classNames()).isEqualTo(names);
        assertThat(labels(part)).startsWith(0, 0, 1);
      }
    }
  }

  @Test
  void whatElseIsThereIsListed() throws IOException {
    write("train/a/1.png", 1);
    write("train/b/1.png", 2);
    write("train/b/.hidden.png", 2);
    write("test/a/1.png", 3);
    write("val/a/1.png", 3);
    Files.writeString(folder.resolve("train/b/notes.txt"), "x");
    Files.createDirectories(folder.resolve("train/empty"));
    ImageFiles files = ImageFiles.find(folder, 0.2);
    assertThat(files.others()).containsExactlyInAnyOrder("val", "train/b/notes.txt", "train/empty");
    assertThat(files.size()).isEqualTo(3);
  }

  @Test
  void unreadablePicturesAreListedAndCounted() throws IOException {
    for (int i = 0; i < 10; i++) {
      write("a/" + i + ".png", i);
      write("b/" + i + ".png", 100 + i);
    }
    Path cut = folder.resolve("a/3.png");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 44));
    Path text = Files.writeString(folder.resolve("b/5.png"), "no picture");
    ImageFiles files = ImageFiles.find(folder, 0.2);
    assertThatThrownBy(() -> files.read(SMALL, 0.05, ReadingListener.NONE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "at most a part of 0.05 of the images to be unreadable, found 2 of 20")
        .hasMessageContaining("the first is ");
    ImageData data = files.read(SMALL, 0.1, ReadingListener.NONE);
    assertThat(data.unreadable())
        .extracting(UnreadableImage::file)
        .containsExactlyInAnyOrder(cut, text);
    assertThat(data.unreadable())
        .allSatisfy(image -> assertThat(image.reason()).startsWith(image.file() + ": expected"));
    List<Integer> all = new ArrayList<>(shades(data.datasets().train()));
    all.addAll(shades(data.datasets().test()));
    assertThat(all).hasSize(18).doesNotContain(3, 105).doesNotHaveDuplicates();
    assertThat(data.trainFiles()).hasSize(data.datasets().train().size()).doesNotContain(cut, text);
  }

  @Test
  void nothingLeftToLearnFrom() throws IOException {
    write("train/a/1.png", 1);
    write("train/b/1.png", 1);
    write("test/b/1.png", 1);
    Path only = Files.writeString(folder.resolve("train/a/1.png"), "x");
    ImageFiles files = ImageFiles.find(folder, 0.2);
    assertThatThrownBy(() -> files.read(SMALL, 1, ReadingListener.NONE))
        .isInstanceOf(IOException.class)
        .hasMessage(
            folder
                + ": expected an image of each class to learn from, found none of 'a': 1 of 1 can't"
                + " be read; the first is "
                + only
                + ": expected a PNG, JPEG, GIF or BMP picture, found something else");
    Files.delete(only);
    write("train/a/1.png", 1);
    Files.writeString(folder.resolve("test/b/1.png"), "x");
    assertThatThrownBy(() -> files.read(SMALL, 1, ReadingListener.NONE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("images to test by, found none: 1 of 1 can't be read; the first is ");
  }

  /** Each of them is told, whatever it takes away. */
  @Test
  void whatIsLeftIsReadToLookAtIt() throws IOException {
    for (int n = 0; n < 4; n++) {
      write("a/" + n + ".png", n);
    }
    Files.createDirectories(folder.resolve("b"));
    for (int n = 0; n < 3; n++) {
      Files.writeString(folder.resolve("b/" + n + ".png"), "no picture");
    }
    ImageFiles files = ImageFiles.find(folder, 0.5);
    for (double most : new double[] {0.05, 1}) {
      assertThatThrownBy(() -> files.read(SMALL, most, ReadingListener.NONE))
          .hasMessageContaining("found none of 'b': 3 of 3 can't be read; the first is ")
          .isInstanceOfSatisfying(
              UnreadableImagesException.class,
              e -> {
                assertThat(e.images()).hasSize(3);
                assertThat(e.enoughLeft()).isFalse();
              });
    }
    ImageData data = files.readWhatIsLeft(SMALL, ReadingListener.NONE);
    assertThat(data.unreadable()).hasSize(3);
    assertThat(data.datasets().train().classCounts()).containsExactly(2, 0);
    assertThat(data.datasets().test().classCounts()).containsExactly(2, 0);
    write("b/0.png", 1);
    write("b/1.png", 1);
    write("b/3.png", 1);
    assertThatThrownBy(() -> ImageFiles.find(folder, 0.5).read(SMALL, 0, ReadingListener.NONE))
        .isInstanceOfSatisfying(
            UnreadableImagesException.class, e -> assertThat(e.enoughLeft()).isTrue());
  }

  @Test
  void foldersThatHoldNone() throws IOException {
    assertRefused(folder, "folder of PNG, JPEG, GIF or BMP images for each class, found none");
    assertRefused(folder.resolve("nowhere"), "found nothing of this name");
    write("only/1.png", 1);
    assertRefused(folder, "two classes at least, found 'only' alone");
    write("train/a/1.png", 1);
    write("train/b/1.png", 1);
    Files.createDirectories(folder.resolve("test"));
    assertRefused(folder, "test: expected a folder of PNG");
    write("test/c/1.png", 1);
    assertRefused(folder, "expected the classes of the training images, found 'c'");
  }

  @Test
  void linksThatLeadBack() throws IOException {
    write("a/1.png", 1);
    write("b/1.png", 1);
    Files.createSymbolicLink(folder.resolve("a/again"), folder.resolve("a"));
    assertRefused(folder, "does a link lead back?");
  }

  @Test
  void sizesAreReadFromHeaders() throws IOException {
    PictureFiles.write(folder.resolve("a/1.png"), 3, 9, 0);
    PictureFiles.write(folder.resolve("b/1.png"), 7, 2, 0);
    Files.writeString(folder.resolve("b/2.png"), "x");
    List<String> told = new ArrayList<>();
    ImageSizes sizes =
        ImageFiles.find(folder, 0.2).sizes((done, total) -> told.add(done + "/" + total));
    assertThat(sizes.least()).hasToString("3x2");
    assertThat(sizes.greatest()).hasToString("7x9");
    assertThat(sizes.pictures()).isEqualTo(2);
    assertThat(sizes.areOne()).isFalse();
    assertThat(told).last().isEqualTo("3/3");
  }

  @Test
  void aListKeepsItsOrder() throws IOException {
    write("x/1.png", 1);
    write("x/2.png", 2);
    write("y, z/3.png", 3);
    Path list = folder.resolve("list.csv");
    Files.writeString(
        list, "path,label,part\n\"y, z/3.png\",late,test\nx/2.png,late,train\nx/1.png,early,train");
    assertThat(ImageFiles.isList(list)).isTrue();
    ImageFiles files = ImageFiles.find(list, 0.2);
    assertThat(files.classNames()).containsExactly("early", "late");
    Datasets data = read(files).datasets();
    assertThat(shades(data.train())).containsExactly(2, 1);
    assertThat(labels(data.train())).containsExactly(1, 0);
    assertThat(shades(data.test())).containsExactly(3);
    Files.writeString(list, "path,label\nx/2.png,late\nx/1.png,early\nx/nowhere.png,early");
    ImageFiles three = ImageFiles.find(list, 0.5);
    assertThat(three.testFraction()).isEqualTo(0.5);
    assertThatThrownBy(() -> read(three))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nowhere.png: expected a picture, found none of this name");
  }

  @Test
  void onePartOfKnownClasses() throws IOException {
    write("a/1.png", 1);
    write("c/1.png", 2);
    List<String> names = List.of("c", "b", "a");
    ImageFiles files = ImageFiles.findOnePart(folder, names);
    Dataset data = files.readOnePart(SMALL, 0, ReadingListener.NONE).images();
    assertThat(shades(data)).containsExactly(2, 1);
    assertThat(labels(data)).containsExactly(0, 2);
    assertThat(data.classNames()).isEqualTo(names);
    assertThatThrownBy(() -> ImageFiles.findOnePart(folder, List.of("a", "b")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("found 'c'");
    Path list = Files.writeString(folder.resolve("list.csv"), "path,label\na/1.png,b\n");
    assertThat(
            labels(
                ImageFiles.findOnePart(list, names)
                    .readOnePart(SMALL, 0, ReadingListener.NONE)
                    .images()))
        .containsExactly(1);
  }

  @Test
  void onePartLeavesOutNoTestPictures() throws IOException {
    for (int n = 1; n <= 3; n++) {
      write("a/" + n + ".png", n);
      write("b/" + n + ".png", n);
    }
    ImageFiles both = ImageFiles.find(folder, 0.3);
    assertThatIllegalStateException()
        .isThrownBy(() -> both.readOnePart(SMALL, 0, ReadingListener.NONE))
        .withMessage(
            folder
                + ": expected pictures for one purpose, as findOnePart has them, found 2 to judge by;"
                + " read both parts with read");
  }

  @Test
  void onePartTellsWhatIsLeftOut() throws IOException {
    write("a/1.png", 1);
    Files.writeString(folder.resolve("a/2.png"), "no picture");
    Files.writeString(folder.resolve("a/notes.txt"), "notes");
    Files.writeString(folder.resolve("class-names.txt"), "b\na\n");
    ImageFiles files = ImageFiles.findOnePart(folder, List.of("a", "b"));
    assertThat(files.others()).containsExactly("a/notes.txt");
    ImagePart part = files.readOnePart(SMALL, 0.5, ReadingListener.NONE);
    assertThat(shades(part.images())).containsExactly(1);
    assertThat(part.unreadable()).singleElement().asString().contains("2.png");
  }

  /** A model's order of the classes, which is not that of the folder, decides the labels. */
  @Test
  void classesInAnotherOrder() throws IOException {
    for (int n = 1; n <= 4; n++) {
      write("cat/" + n + ".png", n);
      write("dog/" + n + ".png", 10 + n);
    }
    ImageFiles turned = ImageFiles.find(folder, 0.5).asFor(List.of("dog", "cat"));
    Files.writeString(folder.resolve("class-names.txt"), "dog\ncat\n");
    ImageFiles named = ImageFiles.find(folder, 0.5);
    assertThat(turned.classNames()).containsExactly("dog", "cat");
    assertThat(read(turned).datasets().train().sha256())
        .isEqualTo(read(named).datasets().train().sha256());
    assertThat(read(turned).datasets().test().sha256())
        .isEqualTo(read(named).datasets().test().sha256());
    assertThat(turned.testFraction()).isEqualTo(0.5);
    Path list =
        Files.writeString(
            folder.resolve("list.csv"),
            """
            path,label
            cat/1.png,cat
            dog/1.png,dog
            cat/2.png,cat
            dog/2.png,dog
            """);
    ImageFiles ofList = ImageFiles.find(list, 0.5).asFor(List.of("dog", "cat"));
    Datasets data = read(ofList).datasets();
    Datasets plain = read(ImageFiles.find(list, 0.5)).datasets();
    assertThat(shades(data.train()))
        .as("in the order of the lines")
        .isEqualTo(shades(plain.train()));
    assertThat(labels(data.train()))
        .isEqualTo(labels(plain.train()).stream().map(label -> 1 - label).toList());
    assertThatThrownBy(() -> ofList.asFor(List.of("dog", "cow")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("classes: expected dog, cow in any order, found dog, cat");
  }

  /** The labels of classes that are only numbered would be those of some of the model's. */
  @Test
  void refusesNamesOfMoreClasses() throws IOException {
    write("0/1.png", 1);
    write("1/1.png", 2);
    ImageFiles numbered = ImageFiles.find(folder, 0.5);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> numbered.asFor(List.of("cat", "cow", "dog")))
        .withMessage("classes: expected 2 names, found 3");
  }

  /** In the order of their names 10 would come before 2. */
  @Test
  void numberedClassesCount() throws IOException {
    for (int k = 0; k < 11; k++) {
      write(k + "/1.png", k);
      write(k + "/2.png", k);
    }
    List<String> names = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k");
    List<String> numbers = IntStream.range(0, 11).mapToObj(Integer::toString).toList();
    List<String> sorted = numbers.stream().sorted().toList();
    assertThat(ImageFiles.find(folder, 0.5).classNames()).isEqualTo(sorted);
    for (List<String> known : List.of(names, numbers)) {
      ImageFiles found = ImageFiles.find(folder, 0.5).asFor(known);
      assertThat(found.classNames()).isEqualTo(numbers);
      Dataset data = read(found).datasets().train();
      assertThat(labels(data)).isEqualTo(shades(data)).hasSize(11);
      Dataset part =
          ImageFiles.findOnePart(folder, known)
              .readOnePart(SMALL, 0, ReadingListener.NONE)
              .images();
      assertThat(labels(part)).isEqualTo(shades(part)).hasSize(22);
      assertThat(part.classNames()).isEqualTo(known);
    }
    assertThat(ImageFiles.find(folder, 0.5).asFor(sorted).classNames())
        .as("the order of a model that has learned from such a folder")
        .isEqualTo(sorted);
  }

  /** From 1 on they may mean the model's 0 on, or its 1 on. */
  @Test
  void someOfTheSameNamesAreRefused() throws IOException {
    for (int k = 1; k <= 3; k++) {
      write(k + "/1.png", k);
      write(k + "/2.png", k);
    }
    ImageFiles found = ImageFiles.find(folder, 0.5);
    assertThatThrownBy(() -> found.asFor(List.of("0", "1", "2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("classes: expected 0, 1, 2 in any order, found 1, 2, 3");
  }

  @Test
  void namedClassesOfAModelWithoutNamesAreInTheirOwnOrder() throws IOException {
    write("cat/1.png", 0);
    write("dog/1.png", 1);
    List<String> numbers = List.of("0", "1");
    ImageFiles found = ImageFiles.find(folder, 0.5).asFor(numbers);
    assertThat(found.classNames()).containsExactly("cat", "dog");
    Dataset part =
        ImageFiles.findOnePart(folder, numbers)
            .readOnePart(SMALL, 0, ReadingListener.NONE)
            .images();
    assertThat(labels(part)).containsExactly(0, 1);
    Files.writeString(folder.resolve("class-names.txt"), "dog\ncat\n");
    Dataset turned =
        ImageFiles.findOnePart(folder, numbers)
            .readOnePart(SMALL, 0, ReadingListener.NONE)
            .images();
    assertThat(shades(turned)).containsExactly(1, 0);
    assertThat(labels(turned)).containsExactly(0, 1);
    assertThatThrownBy(() -> ImageFiles.findOnePart(folder, List.of("0", "1", "2")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("found 'cat'");
  }

  private void assertRefused(Path source, String message) {
    assertThatThrownBy(() -> ImageFiles.find(source, 0.2))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
