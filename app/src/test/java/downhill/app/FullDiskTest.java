package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.modelfile.CheckpointFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operating system refuses to write more, in the middle of a training: nothing is lost. */
class FullDiskTest {
  @TempDir private Path folder = Path.of("");

  /** Limits the size of a file: at first that of the history, then that of a checkpoint, too. */
  @ParameterizedTest
  @ValueSource(ints = {16, 24, 40})
  void endsWithTheLastCheckpointWhole(int kilobytes) throws Exception {
    Path data = TinyData.write(folder.resolve("data"));
    List<Object> training = new ArrayList<>(List.of("train", "--data", data, "--json"));
    training.addAll(List.of("--network", "16-9-3", "--batch-size", 10, "--epochs", 200));
    List<Object> whole = new ArrayList<>(training);
    whole.addAll(List.of("--output", folder.resolve("unbroken")));
    assertThat(CommandLineRun.of(whole.toArray()).status()).isZero();

    Path run = folder.resolve("run");
    training.addAll(List.of("--output", run));
    ProcessBuilder program = Downhill.process(folder, training.toArray());
    List<String> command =
        new ArrayList<>(List.of("bash", "-c", "ulimit -f " + kilobytes + "; exec \"$@\"", "bash"));
    command.addAll(program.command());
    command.add(command.indexOf("--add-modules"), "-XX:-UsePerfData"); // a file of the JVM's own
    Process process =
        program.command(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    String said = Files.readString(folder.resolve("stderr"));
    assertThat(process.exitValue()).as(said).isEqualTo(ExitStatus.FAILED);
    assertThat(said).contains("File too large", "hint: make room on the disk", "--resume");
    assertThat(CheckpointFile.load(run).warning()).isNull();

    CommandLineRun resumed = CommandLineRun.of("train", "--json", "--resume", run);
    assertThat(resumed.status()).as(resumed.err()).isZero();
    assertThat(run.resolve("model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("unbroken/model.safetensors"));
    assertThat(Files.readAllLines(run.resolve("history.jsonl")).stream())
        .filteredOn(line -> line.startsWith("{\"event\":\"epoch\""))
        .hasSize(200);
  }
}
