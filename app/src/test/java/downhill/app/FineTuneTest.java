package downhill.app;

import static downhill.app.JsonValues.object;
import static org.assertj.core.api.Assertions.assertThat;

import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Architecture;
import downhill.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Going on from a model: with a new last layer, with layers that stay as they are. */
class FineTuneTest {
  @TempDir private Path folder = Path.of("");
  private Path data = Path.of("");
  private Path model = Path.of("");
  private final Network five = Network.initial(Architecture.of(16, 9, 7, 5), 11);

  @BeforeEach
  void write() throws IOException {
    data = TinyData.write(folder.resolve("data"));
    model = folder.resolve("five.safetensors");
    List<String> names = List.of("a", "b", "c", "d", "e");
    ModelFile.save(new Model(five, names, new TreeMap<>()), model);
  }

  private CommandLineRun train(String output, Object... more) {
    Object[] args = {
      "train",
      "--data",
      data,
      "--epochs",
      2,
      "--batch-size",
      8,
      "--seed",
      4,
      "--output",
      folder.resolve(output)
    };
    return CommandLineRun.of(Stream.of(args, more).flatMap(Arrays::stream).toArray());
  }

  private void assertRefused(CommandLineRun run, String... fragments) {
    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.err().lines()).hasSize(2);
    assertThat(run.err()).contains(fragments);
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void aNewLastLayerHasToBeAskedFor() {
    assertRefused(
        train("run", "--init", model), "tells 5 classes apart", "has 3", "add --new-last-layer");
    assertRefused(train("run", "--new-last-layer"), "expected --init beside it");
    assertRefused(
        train("run", "--init", model, "--new-last-layer", "--network", "16-9-7-5"),
        "with its new last layer the model of --init has 16-9-7-3");
    assertRefused(
        train("run", "--init", model, "--new-last-layer", "--freeze", 3),
        "layer 3 is new with --new-last-layer");
  }

  @Test
  void theNewLayerLearnsAndTheOthersStay() throws IOException {
    CommandLineRun run =
        train(
            "run",
            "--init",
            model,
            "--new-last-layer",
            "--freeze",
            "2,1",
            "--optimizer",
            "adamw",
            "--kernel",
            "vector");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err())
        .isEqualTo("note: layer 3 is new: 7 units to 3 classes, weights drawn from seed 4\n");
    assertThat(run.out()).contains("16-9-7-3", "freeze 1,2");
    Model trained = ModelFile.load(folder.resolve("run"));
    for (int l = 1; l <= 2; l++) {
      assertThat(trained.network().weights(l)).isEqualTo(five.weights(l));
      assertThat(trained.network().biases(l)).isEqualTo(five.biases(l));
    }
    Network fresh = Network.initial(Architecture.of(16, 9, 7, 3), 4);
    assertThat(trained.network().weights(3)).isNotEqualTo(fresh.weights(3));
    assertThat(trained.classNames()).containsExactly("0", "1", "2");
    assertThat(trained.provenance()).containsEntry("freeze", "1,2");
    assertThat(trained.provenance().get("initial")).matches("sha256:[0-9a-f]{64}, new last layer");
    // With the same seed from the same file: the same bytes, on other threads.
    CommandLineRun again =
        train(
            "again",
            "--init",
            model,
            "--new-last-layer",
            "--freeze",
            "1,2",
            "--optimizer",
            "adamw",
            "--threads",
            3,
            "--kernel",
            "scalar");
    assertThat(again.status()).isZero();
    assertThat(folder.resolve("again/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("run/model.safetensors"));
  }

  @Test
  void otherNamesAreNoted() throws IOException {
    Path three = folder.resolve("three.safetensors");
    Network network = Network.initial(Architecture.of(16, 3), 1);
    ModelFile.save(new Model(network, List.of("x", "y", "z"), new TreeMap<>()), three);
    CommandLineRun run = train("run", "--init", three);
    assertThat(run.status()).isZero();
    assertThat(run.err()).startsWith("note: the model has other names for the classes than ");
    CommandLineRun fresh = train("fresh", "--init", three, "--new-last-layer");
    assertThat(fresh.status()).isZero();
    // With one layer, a new last layer is a new network.
    assertThat(train("new", "--network", "16-3").status()).isZero();
    assertThat(ModelFile.load(folder.resolve("fresh")).network().weights(1))
        .isEqualTo(ModelFile.load(folder.resolve("new")).network().weights(1));
  }

  @Test
  void layersThatCanNotBeFrozen() {
    assertRefused(train("run", "--network", "16-9-3", "--freeze", 3), "layers 1 to 2, found 3");
    assertRefused(train("run", "--network", "16-9-3", "--freeze", "1,2"), "found all frozen");
    assertRefused(train("run", "--network", "16-9-3", "--freeze", "1,1"), "each once");
    assertRefused(train("run", "--network", "16-9-3", "--freeze", "0"), "numbers from 1");
    assertRefused(train("run", "--network", "16-9-3", "--freeze", "first"), "--freeze: expected");
    assertRefused(train("run", "--network", "16-9-3", "--freeze", ""), "--freeze");
  }

  @Test
  void recipesFreezeToo() throws IOException {
    Path recipe = Files.writeString(folder.resolve("my.recipe"), "network = 16-9-3\nfreeze = 1\n");
    CommandLineRun run = train("run", "--config", recipe, "--json");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(object(run.lines().getFirst()).toString()).contains("freeze=1");
    assertThat(ModelFile.load(folder.resolve("run")).network().weights(1))
        .isEqualTo(Network.initial(Architecture.of(16, 9, 3), 4).weights(1));
    Files.writeString(recipe, "network = 16-9-3\nfreeze = 5\n");
    assertThat(train("next", "--config", recipe).err()).contains("my.recipe:2: ", "found 5");
  }

  @Test
  void aModelOfImagesSaysHowToPrepareTheNext() throws IOException {
    Path images = TinyImages.write(folder.resolve("images"));
    data = images;
    Object[] first = {"--size", "5x4", "--colour", "rgb", "--network", "60-8-3"};
    assertThat(train("base", first).status()).isZero();
    Path base = folder.resolve("base");
    Files.move(images.resolve("red"), folder.resolve("red"));
    CommandLineRun tuned = train("tuned", "--init", base, "--new-last-layer", "--freeze", 1);
    assertThat(tuned.status()).as(tuned.err()).isZero();
    Model model = ModelFile.load(folder.resolve("tuned"));
    assertThat(model.network().architecture()).hasToString("60-8-2");
    assertThat(model.provenance()).containsEntry("image_size", "5x4");
    assertRefused(
        train("run", "--init", base, "--new-last-layer", "--size", 9),
        "was made from images prepared as 5x4 rgb pad, not as 9x9 rgb pad");
  }
}
