package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code serve} refuses before it listens: one line, one hint, status 2. */
class ServeOptionsTest {
  @TempDir private static Path folder = Path.of("");
  private static Path run = Path.of("");

  @BeforeAll
  static void train() {
    Path data = TinyData.write(folder.resolve("data"));
    run = folder.resolve("run");
    CommandLineRun training =
        CommandLineRun.of(
            "train", "--data", data, "--network", "16-3", "--epochs", 1, "--output", run);
    assertThat(training.status()).as(training.err()).isZero();
  }

  private static void assertRefused(CommandLineRun run, String... fragments) {
    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.out()).doesNotContain("Listening");
    List<String> lines = run.err().lines().toList();
    assertThat(lines).as(run.err()).hasSize(2);
    assertThat(lines.get(0)).startsWith("downhill: ").contains(fragments);
    assertThat(lines.get(1)).matches("hint: .{5,}");
    assertThat(run.err()).doesNotContain("\tat ", "Exception: ", "java.");
  }

  private static CommandLineRun serve(Object... more) {
    List<Object> args = new ArrayList<>(List.of("serve", "m=" + run));
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray());
  }

  @ParameterizedTest
  @CsvSource({
    "--port, -1, '--port: expected 0 to 65535, found -1'",
    "--port, 65536, '--port: expected 0 to 65535, found 65536'",
    "--port, x, port",
    "--host, no.such.host.invalid, no.such.host.invalid",
    "--host, 0.0.0.0, no token",
    "--host, '::', no token",
    "--max-body, 0, --max-body",
    "--max-body, 99999, --max-body",
    "--max-batch, 0, '--max-batch: expected 1 to 16777216 examples, found 0'",
    "--max-batch, 99999999, '--max-batch: expected 1 to'",
    "--request-timeout, 0, '--request-timeout: expected 1 to 1073741 seconds, found 0'",
    "--request-timeout, 2000000, '--request-timeout: expected 1 to'",
    "--reload-every, -1, --reload-every",
    "--threads, 0, threads",
    "--token-file, nowhere, nowhere",
    "--tls-password-file, nowhere, --tls-keystore",
    "--tls-keystore, nowhere, password",
  })
  void settingsThatMakeNoSense(String option, String value, String fragment) {
    assertRefused(serve(option, value), fragment);
  }

  @Test
  void modelsThatAreNone() throws IOException {
    assertRefused(CommandLineRun.of("serve"), "MODEL");
    assertRefused(CommandLineRun.of("serve", "m=" + folder.resolve("nowhere")), "nowhere");
    assertRefused(CommandLineRun.of("serve", "a b=" + run), "a b");
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertRefused(CommandLineRun.of("serve", "m=" + empty), "numbered versions");
    Path bad = Files.writeString(folder.resolve("bad.safetensors"), "no model");
    assertRefused(CommandLineRun.of("serve", bad), "bad.safetensors");
    assertThat(CommandLineRun.of("serve", bad).err())
        .contains("hint: MODEL is a safetensors or ONNX");
    assertThat(serve("m=" + run).err()).contains("each name once");
  }

  /** As some editors save it: UTF-16, with a mark of the order of bytes. */
  @Test
  void secretsThatAreNoText() throws IOException {
    Path file = folder.resolve("utf-16");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 'a', 0});
    String message = file + ": expected a line of text in UTF-8, found something else";
    assertRefused(serve("--token-file", file), message);
    assertRefused(serve("--tls-keystore", "key.p12", "--tls-password-file", file), message);
  }

  @Test
  void secretsThatAreNone() throws IOException {
    Path shortToken = Files.writeString(folder.resolve("token"), "abc\n");
    assertRefused(serve("--token-file", shortToken), "at least 16");
    assertThat(serve("--token-file", shortToken).err()).doesNotContain("abc");
    Path password = Files.writeString(folder.resolve("password"), "changeit\n");
    Path keystore = Files.writeString(folder.resolve("key.p12"), "no keystore");
    assertRefused(
        serve("--tls-keystore", keystore, "--tls-password-file", password), "key.p12", "PKCS12");
  }
}
