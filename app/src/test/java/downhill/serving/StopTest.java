package downhill.serving;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.network.Execution;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that stops while clients are at it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StopTest {
  private static final String INFER = "/v2/models/lamps/infer";
  private static final String GOOD =
      "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,2],\"datatype\":\"UINT8\",\"data\":[1,0]}]}";

  @TempDir private Path folder = Path.of("");

  private Serving serve() throws IOException {
    return Serving.of(
        Models.save(Models.lamps("left", "right"), folder.resolve("lamps.safetensors")).toString());
  }

  @Test
  void aClientMayPauseWithinItsRequest() throws Exception {
    try (Serving serving = serve();
        Wire wire = Wire.to(serving.uri());
        ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
      wire.send(Wire.head("POST", INFER, GOOD.length()) + GOOD.substring(0, 20));
      awaitBegun(serving);
      Future<?> stopped = other.submit(() -> serving.server().close());
      awaitRefusal(serving);
      Thread.sleep(2500); // longer than a connection without a request stays open
      wire.send(GOOD.substring(20));
      Wire.Answer answer = wire.answer();
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.header("Connection")).isEqualTo("close");
      stopped.get();
    }
  }

  @Test
  void connectionsWithoutARequestDoNotHoldItUp() throws Exception {
    try (Serving serving = serve();
        Wire silent = Wire.to(serving.uri());
        Wire idle = Wire.to(serving.uri())) {
      idle.send(Wire.head("GET", "/v2", 0));
      assertThat(idle.answer().status()).isEqualTo(200);
      long start = System.nanoTime();
      serving.server().close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      assertThat(idle.ended()).isTrue();
      assertThat(silent.ended()).isTrue();
    }
  }

  /** What is being loaded is interrupted then, which is no fault of its file. */
  @Test
  void nothingIsSaidOfAModelThatWasBeingLoaded() throws Exception {
    Path file = Models.save(Models.lamps("left", "right"), folder.resolve("m.safetensors"));
    ModelLoader own = ModelLoader.own(Execution.singleThread());
    AtomicInteger loads = new AtomicInteger();
    CountDownLatch loading = new CountDownLatch(1);
    ModelLoader slow =
        path -> {
          if (loads.getAndIncrement() == 0) {
            return own.load(path);
          }
          loading.countDown();
          ByteBuffer bytes = ByteBuffer.allocate(1);
          try (FileChannel channel = FileChannel.open(path)) {
            while (channel.read(bytes.clear(), 0) > 0) {
              Thread.onSpinWait(); // until it is interrupted
            }
          }
          throw new AssertionError("the file is not empty");
        };
    Heard heard = new Heard();
    try (ModelRepository models =
        ModelRepository.open(List.of(new ModelLocation("m", file)), slow, heard)) {
      models.watch(Duration.ofMillis(5));
      Models.save(Models.lamps("port", "starboard"), file);
      loading.await();
    }
    assertThat(heard.lines()).containsExactly("loaded m 1 2-2");
  }

  private static void awaitBegun(Serving serving) throws IOException {
    String figures;
    do {
      figures = Wire.get(serving.uri(), "/metrics").text();
    } while (!figures.contains("downhill_http_requests_in_flight 2\n")); // the other asks for them
  }

  private static void awaitRefusal(Serving serving) throws Exception {
    for (int i = 0; i < 500; i++) {
      try {
        Wire.to(serving.uri()).close();
        Thread.sleep(10);
      } catch (SocketException refused) { // or reset, if it was asked while it closed
        return;
      }
    }
    throw new AssertionError("it still takes connections");
  }
}
