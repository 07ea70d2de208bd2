package downhill.app;

import static downhill.app.JsonValues.field;
import static downhill.app.JsonValues.object;
import static org.assertj.core.api.Assertions.assertThat;

import downhill.fashionmnist.FashionMnist;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Architecture;
import downhill.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is held out to test by: that no model is judged, without a word, by what it has learned. */
class HeldOutTest {
  @TempDir private Path folder = Path.of("");

  private CommandLineRun train(Path data, String output, Object... more) {
    Object[] args = {
      "train",
      "--data",
      data,
      "--output",
      folder.resolve(output),
      "--batch-size",
      8,
      "--epochs",
      1,
      "--json"
    };
    return CommandLineRun.of(Stream.of(args, more).flatMap(Arrays::stream).toArray());
  }

  private static CommandLineRun ok(CommandLineRun run) {
    assertThat(run.status()).as(run.err()).isZero();
    return run;
  }

  private static void assertRefused(CommandLineRun run, String message) {
    assertThat(run.status()).as(run.out() + run.err()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(message).contains("\nhint: ");
  }

  /** Without --data it is Fashion-MNIST that judges, which may be no test at all. */
  @Test
  void whatWasTrainedOnOtherDataIsNoted() throws IOException {
    Network network = Network.initial(Architecture.parse("784-10"), 1);
    Map<String, String> provenance = Map.of("data_sha256", "0".repeat(64), "initial", "he");
    List<String> names = FashionMnist.load().test().classNames();
    Path other = folder.resolve("other.safetensors");
    ModelFile.save(new Model(network, names, new TreeMap<>(provenance)), other);
    String note = "note: without --data it is judged by Fashion-MNIST, on which it was not trained";
    assertThat(ok(CommandLineRun.of("evaluate", other, "--json")))
        .satisfies(run -> assertThat(run.err()).contains(note))
        .satisfies(run -> assertThat(run.out()).contains("\"data\":\"Fashion-MNIST\""));
    assertThat(ok(CommandLineRun.of("explain", other, "--example", 1)).err()).contains(note);
    assertThat(ok(CommandLineRun.of("evaluate", other, "--data", "fashion-mnist")).err())
        .doesNotContain(note);
    String own = FashionMnist.load().train().sha256();
    Path same = folder.resolve("same.safetensors");
    Map<String, String> known = Map.of("data_sha256", own, "initial", "he");
    ModelFile.save(new Model(network, names, new TreeMap<>(known)), same);
    assertThat(ok(CommandLineRun.of("evaluate", same)).err()).doesNotContain("note");
  }

  private Path table() throws IOException {
    return TinyTable.write(folder.resolve("animals.csv"), 90, 1);
  }

  private Path trained(Path data, String output, Object... more) {
    Object[] columns = {"--label", "kind", "--ignore", "id,legs"};
    Object[] all = Stream.of(columns, more).flatMap(Arrays::stream).toArray();
    assertThat(ok(train(data, output, all)).err()).isEmpty();
    return folder.resolve(output);
  }

  private static Map<String, String> provenance(Path run) throws IOException {
    return ModelFile.load(run).provenance();
  }

  @Test
  void anotherPartOfATableIsRefused() throws IOException {
    Path data = table();
    Path run = trained(data, "run");
    for (String command : List.of("evaluate", "report")) {
      assertRefused(
          CommandLineRun.of(command, run, "--data", data, "--test-fraction", 0.5),
          "--test-fraction 0.5: the model was made with 0.2, and may be tested by what it has"
              + " learned");
    }
    assertRefused(
        CommandLineRun.of("explain", run, "--data", data, "--test-fraction", 0.5, "--example", 0),
        "the model was made with 0.2");
    String same = ok(CommandLineRun.of("evaluate", run, "--data", data, "--json")).out();
    assertThat(
            CommandLineRun.of("evaluate", run, "--data", data, "--test-fraction", 0.2, "--json")
                .out())
        .isEqualTo(same);
    Path whole = trained(data, "whole", "--test", data);
    assertRefused(
        CommandLineRun.of("evaluate", whole, "--data", data, "--test-fraction", 0.5),
        "the model does not say which rows of a table were held out");
    // A program of somebody else's has made this one: only they know.
    Model known = ModelFile.load(run);
    Path foreign = folder.resolve("foreign.safetensors");
    ModelFile.save(
        new Model(known.network(), known.classNames(), new TreeMap<>(), known.schema()), foreign);
    CommandLineRun told =
        CommandLineRun.of("evaluate", foreign, "--data", data, "--test-fraction", 0.5, "--json");
    assertThat(ok(told).err()).isEmpty();
    assertThat(object(told.out()))
        .containsEntry("examples", 45L)
        .doesNotContainKey("trained_on_the_rest");
  }

  @Test
  void aTableWithOtherRowsOrAnotherOrderIsNoted() throws IOException {
    Path data = table();
    Path run = trained(data, "run");
    CommandLineRun same = CommandLineRun.of("evaluate", run, "--data", data, "--json");
    assertThat(ok(same).err()).isEmpty();
    assertThat(object(same.out())).containsEntry("trained_on_the_rest", true);
    List<String> lines = new ArrayList<>(Files.readAllLines(data));
    Collections.shuffle(lines.subList(1, lines.size()), new Random(1));
    Files.write(data, lines);
    CommandLineRun turned = CommandLineRun.of("evaluate", run, "--data", data, "--json");
    assertThat(ok(turned).err())
        .isEqualTo(
            "note: the model was not trained on the rest of %s as it is now; it may know some of the 18 rows that judge it\n"
                .formatted(data));
    assertThat(object(turned.out())).containsEntry("trained_on_the_rest", false);
    CommandLineRun people = CommandLineRun.of("evaluate", run, "--data", data);
    assertThat(people.err()).isEqualTo(turned.err());
    CommandLineRun report = CommandLineRun.of("report", run, "--data", data, "--json");
    assertThat(ok(report).err()).isEqualTo(turned.err());
    assertThat(object(report.out())).containsEntry("trained_on_the_rest", false);
    CommandLineRun whole = CommandLineRun.of("evaluate", run, "--test", data, "--json");
    assertThat(ok(whole).err()).isEmpty();
    assertThat(object(whole.out())).doesNotContainKey("trained_on_the_rest");
  }

  @Test
  void aFolderWithOtherImagesIsNoted() {
    Path data = TinyImages.write(folder.resolve("data"));
    Object[] sizes = {"--size", 4, "--network", "16-3"};
    ok(train(data, "run", sizes));
    Path run = folder.resolve("run");
    CommandLineRun same = CommandLineRun.of("evaluate", run, "--data", data, "--json");
    assertThat(ok(same).err()).isEmpty();
    assertThat(object(same.out())).containsEntry("trained_on_the_rest", true);
    for (int n = 0; n < 10; n++) {
      Path file = data.resolve("red/more" + n + ".png");
      TinyImages.write(file, 7, 7, 2, new SplittableRandom(n));
    }
    CommandLineRun more = CommandLineRun.of("evaluate", run, "--data", data, "--json");
    assertThat(ok(more).err())
        .contains("note: the model was not trained on the rest of " + data)
        .contains("14 images");
    assertThat(object(more.out())).containsEntry("trained_on_the_rest", false);
    Path idx = TinyData.write(folder.resolve("idx"));
    ok(train(idx, "pixels", "--network", "16-3"));
    CommandLineRun files =
        CommandLineRun.of("evaluate", folder.resolve("pixels"), "--data", idx, "--json");
    assertThat(ok(files).err()).isEmpty();
    assertThat(object(files.out())).doesNotContainKey("trained_on_the_rest");
  }

  /** Going on from a model holds out what that has never seen, unless something else is said. */
  @Test
  void trainingOnImagesGoesOnWithTheModelsPart() throws IOException {
    Path data = TinyImages.write(folder.resolve("data"));
    ok(train(data, "base", "--size", 4, "--network", "16-5-3", "--test-fraction", 0.1));
    Path base = folder.resolve("base");
    for (Object[] more : new Object[][] {{}, {"--new-last-layer"}, {"--test-fraction", 0.1}}) {
      Object[] init = {"--init", base};
      CommandLineRun run =
          train(
              data,
              "next" + Arrays.toString(more),
              Stream.of(init, more).flatMap(Arrays::stream).toArray());
      assertThat(ok(run).err()).doesNotContain("made with");
      assertThat(object(run.lines().getFirst())).containsEntry("test_examples", 6L);
      assertThat(provenance(folder.resolve("next" + Arrays.toString(more))))
          .containsEntry("image_test_fraction", "0.1");
    }
    CommandLineRun other = train(data, "other", "--init", base, "--test-fraction", 0.3);
    assertThat(ok(other).err())
        .isEqualTo(
            "note: --test-fraction 0.3: the model %s was made with 0.1; if it has learned from %s, it knows some of the images to test by, or all\n"
                .formatted(base, data));
    assertThat(provenance(folder.resolve("other"))).containsEntry("image_test_fraction", "0.3");
  }

  /** Other pictures, and a model of another program: nothing is asked of them. */
  @Test
  void fineTuningOnOtherImagesGoesOn() throws IOException {
    Path data = TinyImages.write(folder.resolve("data"));
    ok(train(data, "base", "--size", 4, "--network", "16-5-3"));
    Path other = folder.resolve("other");
    for (int n = 0; n < 10; n++) {
      for (int k = 0; k < 2; k++) {
        Path file = other.resolve(List.of("left", "right").get(k) + "/" + n + ".png");
        TinyImages.write(file, 9, 9, k, new SplittableRandom(2L * n + k));
      }
    }
    CommandLineRun tuned =
        train(other, "tuned", "--init", folder.resolve("base"), "--new-last-layer");
    assertThat(ok(tuned).err()).startsWith("note: layer 2 is new").hasLineCount(1);
    assertThat(object(tuned.lines().getFirst())).containsEntry("test_examples", 4L);
    Path foreign = folder.resolve("foreign.safetensors");
    Network network = Network.initial(Architecture.of(16, 3), 1);
    ModelFile.save(new Model(network, List.of("0", "1", "2"), new TreeMap<>()), foreign);
    CommandLineRun from =
        train(data, "from", "--init", foreign, "--size", 4, "--test-fraction", 0.3);
    assertThat(ok(from).err()).isEmpty();
    assertThat(provenance(folder.resolve("from"))).containsEntry("image_test_fraction", "0.3");
    // A folder that says itself what is to test by has no use for the model's part.
    Path parts = folder.resolve("parts");
    for (String part : List.of("train", "test")) {
      TinyImages.write(parts.resolve(part));
    }
    CommandLineRun divided = train(parts, "divided", "--init", folder.resolve("base"));
    assertThat(ok(divided).err()).isEmpty();
    assertThat(object(divided.lines().getFirst())).containsEntry("test_examples", 60L);
  }

  @Test
  void trainingOnATableGoesOnWithTheModelsPart() throws IOException {
    Path data = table();
    Path base = trained(data, "base", "--test-fraction", 0.1);
    for (Object[] more : new Object[][] {{}, {"--new-last-layer"}, {"--test-fraction", 0.1}}) {
      Object[] init = {"--init", base};
      CommandLineRun run =
          train(
              data,
              "next" + Arrays.toString(more),
              Stream.of(init, more).flatMap(Arrays::stream).toArray());
      assertThat(ok(run).err()).doesNotContain("made with");
      assertThat(object(run.lines().getFirst())).containsEntry("test_examples", 9L);
      assertThat(provenance(folder.resolve("next" + Arrays.toString(more))))
          .containsEntry("test_fraction", "0.1");
    }
    CommandLineRun other = train(data, "other", "--init", base, "--test-fraction", 0.3);
    assertThat(ok(other).err())
        .isEqualTo(
            "note: --test-fraction 0.3: the model %s was made with 0.1; if it has learned from %s, it knows some of the rows to test by, or all\n"
                .formatted(base, data));
    Path whole = trained(data, "whole", "--test", data);
    CommandLineRun unknown = train(data, "unknown", "--init", whole, "--new-last-layer");
    assertThat(ok(unknown).err())
        .contains("note: the model " + whole + " does not say which rows were held out; if it has");
    assertThat(number(unknown, "test_examples")).isEqualTo(18L);
    CommandLineRun own = train(data, "own", "--init", whole, "--test", data);
    assertThat(ok(own).err()).isEmpty();
  }

  private static Object number(CommandLineRun run, String name) {
    return field(object(run.lines().getFirst()), name);
  }
}
