package downhill.serving;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.network.Execution;
import downhill.network.Kernel;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that ask for much and do not take it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SlowReadersTest {
  private static final String INFER = "/v2/models/wide/infer";
  private static final int CLASSES = 1000;
  private static final int EXAMPLES = 2000;

  /** An answer has more than 16 MB, which no socket's buffers hold; here is memory for one. */
  private static final long MEMORY = 50_000_000;

  private static final Duration TIME = Duration.ofSeconds(4);

  @TempDir private Path folder = Path.of("");
  private final Heard heard = new Heard();
  private final MemoryBudget memory = new MemoryBudget(MEMORY);
  private ModelRepository models;
  private InferenceServer server;

  @BeforeEach
  void serve() throws IOException {
    Path file = Models.save(Models.random("2-" + CLASSES, 7), folder.resolve("wide.safetensors"));
    models =
        ModelRepository.open(
            List.of(ModelLocation.parse(file.toString())),
            ModelLoader.own(new Execution(1, Kernel.AUTO)),
            heard);
    Limits limits =
        new Limits(1 << 20, EXAMPLES, Duration.ofMillis(400), TIME, Duration.ofSeconds(30), 64);
    server = InferenceServer.start(ServerSettings.local("1").with(limits), models, heard, memory);
  }

  @AfterEach
  void itHasFailedNowhere() {
    server.close();
    models.close();
    assertThat(heard.lines()).noneMatch(line -> line.startsWith("failed"));
  }

  private static String request(int examples, String output) {
    return "{\"inputs\":[{\"name\":\"input\",\"shape\":[%d,2],\"datatype\":\"UINT8\",\"data\":[%s]}],\"outputs\":[{\"name\":\"%s\"}]}"
        .formatted(examples, "7,".repeat(2 * examples - 1) + "7", output);
  }

  private int ask(int examples, String output) throws IOException {
    return Wire.post(server.uri(), INFER, request(examples, output)).status();
  }

  /** Asks for much; the answer stays where it is. */
  private Socket greedy() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(1 << 16);
    socket.connect(new InetSocketAddress(server.uri().getHost(), server.uri().getPort()));
    socket.setSoTimeout(20_000);
    String body = request(EXAMPLES, "probabilities");
    socket
        .getOutputStream()
        .write((Wire.head("POST", INFER, body.length()) + body).getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  @Test
  void whatNobodyReadsCountsUntilItsTimeIsOver() throws Exception {
    assertThat(ask(EXAMPLES, "probabilities")).isEqualTo(200);
    try (Socket greedy = greedy()) {
      assertThat(greedy.getInputStream().read()).isEqualTo('H'); // its answer has begun
      Wire.Answer answer = Wire.post(server.uri(), INFER, request(EXAMPLES, "probabilities"));
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.text()).contains("try again");
      assertThat(ask(10, "class")).as("small requests find room").isEqualTo(200);
      Thread.sleep(TIME.plusSeconds(1));
      assertThat(ask(EXAMPLES, "probabilities")).as("the memory is there again").isEqualTo(200);
    }
  }

  @Test
  void probesAndFiguresNeedNoMemory() throws Exception {
    try (MemoryBudget.Claim all = memory.claim()) {
      all.take(MEMORY);
      assertThat(ask(1, "class")).isEqualTo(503);
      for (String path :
          List.of(
              "/v2/health/live", "/v2/health/ready", "/v2/models/wide/ready", "/v2", "/metrics")) {
        assertThat(Wire.get(server.uri(), path).status()).as(path).isEqualTo(200);
      }
    }
    assertThat(ask(1, "class")).isEqualTo(200);
  }

  @Test
  void aLittleNowAndThenIsNotEnough() throws Exception {
    int length = Wire.post(server.uri(), INFER, request(EXAMPLES, "probabilities")).body().length;
    int taken = 0;
    try (Socket socket = greedy()) {
      InputStream in = socket.getInputStream();
      for (int n = in.readNBytes(100_000).length; n > 0; n = in.readNBytes(100_000).length) {
        taken += n;
        Thread.sleep(50); // two megabytes a second: that takes more time than there is
      }
    } catch (SocketException cutOff) {
      assertThat(cutOff).hasMessageContaining("reset");
    }
    assertThat(taken).isLessThan(length);
  }
}
