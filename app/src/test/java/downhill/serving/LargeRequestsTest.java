package downhill.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import downhill.data.Column;
import downhill.data.Missing;
import downhill.data.RowEncoder;
import downhill.data.TableSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes that clients choose, whose products are more than an int can hold. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LargeRequestsTest {
  private static final int COLUMNS = 256;

  private static final TableSchema WIDE =
      new TableSchema(
          IntStream.range(0, COLUMNS)
              .<Column>mapToObj(c -> new Column.Numeric("c" + c, 0, 1))
              .toList(),
          "kind",
          Missing.ERROR);

  private static final Classifier NOTHING =
      new Classifier() {
        @Override
        public void classify(float[] x, int from, int count, float[] probabilities, int[] classes) {
          throw new AssertionError("nothing is to be computed");
        }

        @Override
        public void close() {}
      };

  private static ModelLoader.Loaded loaded(int inputs, int classes, @Nullable TableSchema schema) {
    List<String> names = IntStream.range(0, classes).mapToObj(k -> "" + k).toList();
    RowEncoder rows = schema == null ? null : new RowEncoder(schema);
    return new ModelLoader.Loaded(inputs + "-" + classes, inputs, names, rows, "test", NOTHING);
  }

  private static String request(String name, String shape, String type, int size) {
    return "{\"inputs\":[{\"name\":\"%s\",\"shape\":[%s],\"datatype\":\"%s\",\"parameters\":{\"binary_data_size\":%d}}]}"
        .formatted(name, shape, type, size);
  }

  /** Reads a request whose head promises much, and behind which nothing stands. */
  private static void assertRefused(
      ModelLoader.Loaded model, String json, int status, String message) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    ServedModel served = new ServedModel("m", "1", model, new ModelMetrics());
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() ->
            RequestReader.read(
                served,
                Limits.MAX_EXAMPLES,
                body,
                body.length,
                body.length,
                new MemoryBudget(1 << 20).claim()))
        .withMessageContaining(message)
        .satisfies(refused -> assertThat(refused.status()).isEqualTo(status));
  }

  @ParameterizedTest
  @CsvSource({
    "input, '16777216, 256', UINT8, 413, 'at most 8388607 examples in one request, found 16777216'",
    "input, '16777216, 256', BYTES, 413, 'at most 8388607 examples in one request, found 16777216'",
    "input, '8388608, 256', FP64, 413, 'at most 8388607 examples in one request, found 8388608'",
    "input, '8388607, 256', UINT8, 400, 'expected a binary_data_size of 2147483392'",
    "input, '8388607, 256', FP64, 400, 'expected a binary_data_size of 17179867136'",
    "c7, 16777216, FP64, 400, 'expected a binary_data_size of 134217728'",
    "c7, 16777216, BYTES, 400, 'expected a binary_data_size of at least 67108864'",
  })
  void rowsOfATable(String name, String shape, String type, int status, String message) {
    assertRefused(loaded(COLUMNS, 2, WIDE), request(name, shape, type, 0), status, message);
  }

  @ParameterizedTest
  @CsvSource({
    "'16777216, 784', UINT8, 413, 'at most 2739137 examples in one request, found 16777216'",
    "'2739138, 28, 28', FP64, 413, 'at most 2739137 examples in one request, found 2739138'",
    "'2739137, 784', FP64, 400, 'expected a binary_data_size of 17179867264'",
  })
  void pixels(String shape, String type, int status, String message) {
    assertRefused(loaded(784, 10, null), request("input", shape, type, 0), status, message);
  }

  @Test
  void probabilities(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("m.x"));
    int examples = 40_000;
    Limits limits =
        new Limits(
            Limits.DEFAULTS.bodyBytes(),
            examples,
            Limits.DEFAULTS.headerTime(),
            Limits.DEFAULTS.requestTime(),
            Limits.DEFAULTS.idleTime(),
            Limits.DEFAULTS.connections());
    byte[] head =
        request("input", examples + ", 2", "UINT8", 2 * examples).getBytes(StandardCharsets.UTF_8);
    byte[] body = Arrays.copyOf(head, head.length + 2 * examples);
    Heard heard = new Heard();
    try (ModelRepository models =
            ModelRepository.open(
                List.of(new ModelLocation("m", file)), path -> loaded(2, 1 << 16, null), heard);
        InferenceServer server =
            InferenceServer.start(ServerSettings.local("1").with(limits), models, heard)) {
      Wire.Answer answer =
          Wire.request(
              server.uri(),
              "POST",
              "/v2/models/m/infer",
              body,
              "Inference-Header-Content-Length: " + head.length);
      assertThat(answer.text())
          .isEqualTo(
              "{\"error\":\"outputs: expected at most 32767 examples of 65536 classes in one request, found 40000; send several requests\"}");
      assertThat(answer.status()).isEqualTo(413);
    }
    assertThat(heard.lines()).containsExactly("loaded m 1 2-65536");
  }

  /** Nothing of them is taken in, however long they would have to wait for as much memory. */
  @Test
  void bodiesForWhichThereIsNoMemory(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("m.x"));
    Heard heard = new Heard();
    try (ModelRepository models =
            ModelRepository.open(
                List.of(new ModelLocation("m", file)), path -> loaded(2, 2, null), heard);
        InferenceServer server =
            InferenceServer.start(
                ServerSettings.local("1"), models, heard, new MemoryBudget(1 << 20))) {
      try (Wire wire = Wire.to(server.uri())) {
        wire.send(Wire.head("POST", "/v2/models/m/infer", 300_000)); // and nothing else
        Wire.Answer answer = wire.answer();
        assertThat(answer.text())
            .isEqualTo(
                "{\"error\":\"body: expected at most 209715 bytes, for which there is memory, found 300000; send fewer examples at a time, or start the server with more memory, as in DOWNHILL_JAVA_OPTIONS=-Xmx8g\"}");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.header("Retry-After")).isEmpty();
      }
      try (Wire wire = Wire.to(server.uri())) {
        wire.send(
            "POST /v2/models/m/infer HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 22; i++) {
          wire.send("%x\r\n%s\r\n".formatted(10_000, " ".repeat(10_000)));
        }
        wire.send("0\r\n\r\n");
        Wire.Answer answer = wire.answer();
        assertThat(answer.text()).contains("expected at most 209715 bytes", "found more");
        assertThat(answer.status()).isEqualTo(413);
      }
    }
  }

  @Test
  void whoFindsTooLittleMemoryTakesNoneFromOthers() throws Exception {
    MemoryBudget memory = new MemoryBudget(100);
    AtomicBoolean over = new AtomicBoolean();
    try (MemoryBudget.Claim held = memory.claim();
        ExecutorService others = Executors.newSingleThreadExecutor()) {
      held.take(50);
      Future<Integer> refused =
          others.submit(() -> {
            int count = 0;
            try (MemoryBudget.Claim large = memory.claim()) {
              do {
                try {
                  large.take(60);
                } catch (RefusedException none) {
                  count += none.status() == 503 ? 1 : 0;
                }
              } while (!over.get());
            }
            return count;
          });
      try (MemoryBudget.Claim small = memory.claim()) {
        for (int i = 0; i < 300_000; i++) {
          small.take(10);
          small.keep(0);
        }
      } finally {
        over.set(true);
      }
      assertThat(refused.get()).isPositive();
    }
    try (MemoryBudget.Claim all = memory.claim()) {
      all.take(100);
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> all.take(1))
          .withMessageContaining("at most 100 bytes of memory")
          .withMessageContaining("found one that takes 101 or more")
          .satisfies(refused -> assertThat(refused.status()).isEqualTo(413));
    }
  }

  @Test
  void answers() throws IOException {
    try (ReplyBytes bytes = new ReplyBytes(new MemoryBudget(1 << 20).claim(), 1000)) {
      bytes.write(new byte[999]);
      bytes.write(1);
      assertThatExceptionOfType(ReplyBytes.NoRoomException.class)
          .isThrownBy(() -> bytes.write(1))
          .withMessageContaining("expected an answer of at most 1000 bytes")
          .satisfies(refused ->
              assertThat(refused.getCause())
                  .isInstanceOfSatisfying(
                      RefusedException.class, cause -> assertThat(cause.status()).isEqualTo(413)));
      assertThat(bytes.length()).isEqualTo(1000);
    }
  }
}
