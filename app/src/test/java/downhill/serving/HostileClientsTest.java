package downhill.serving;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.serving.Wire.Answer;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that send nonsense, too much, too slowly, or not all of it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileClientsTest {
  private static final String INFER = "/v2/models/lamps/infer";
  private static final String GOOD =
      "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,2],\"datatype\":\"UINT8\",\"data\":[1,0]}]}";
  private static final int MOST_BYTES = 100_000;

  @TempDir private Path folder = Path.of("");
  private Serving serving;

  @BeforeEach
  void serve() throws IOException {
    Path file = Models.save(Models.lamps("left", "right"), folder.resolve("lamps.safetensors"));
    Limits limits =
        new Limits(
            MOST_BYTES,
            1000,
            Duration.ofMillis(400),
            Duration.ofMillis(800),
            Duration.ofMillis(600),
            64);
    serving = Serving.of(settings -> settings.with(limits), file.toString());
  }

  @AfterEach
  void itAnswersOthersAndHasFailedNowhere() throws IOException {
    assertThat(Wire.post(serving.uri(), INFER, GOOD).status()).isEqualTo(200);
    assertThat(serving.heard().lines()).noneMatch(line -> line.startsWith("failed"));
    serving.close();
  }

  private static void assertError(Answer answer, int status, String... fragments) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.text())
        .matches("\\{\"error\":\".{3,500}\"}")
        .satisfies(text -> Stream.of(fragments).forEach(part -> assertThat(text).contains(part)))
        .doesNotContain("Exception", "\\tat ", "jetty", "<html");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GARBAGE                                    | 400",
        "GET                                        | 400",
        "GET /v2 HTTP/9.9                           | 505",
        "GET /v2 HTTP/1.1                           | 400", // no Host
        "GET /v2 HTTP/1.1~Host: a b                 | 400",
        "GET /v2 HTTP/1.1~Host: localhost~no colon  | 400",
        "GET /v2 HTTP/1.1~Host: localhost~: x       | 400",
        "GET /%zz HTTP/1.1~Host: localhost          | 400",
        "POST /v2 HTTP/1.1~Host: localhost~Content-Length: x            | 400",
        "POST /v2 HTTP/1.1~Host: localhost~Content-Length: -1           | 400",
        "POST /v2 HTTP/1.1~Host: localhost~Content-Length: 1~Content-Length: 2 | 400",
        "POST /v2 HTTP/1.1~Host: localhost~Transfer-Encoding: chunked~Content-Length: 2 | 400",
        "POST /v2 HTTP/1.1~Host: localhost~Transfer-Encoding: magic     | 400",
        "POST /v2 HTTP/1.1~Host: localhost~Expect: a miracle            | 417",
      })
  void whatIsNotHttp(String head, int status) throws IOException {
    try (Wire wire = Wire.to(serving.uri())) {
      wire.send(head.strip().replace("~", "\r\n") + "\r\n\r\n");
      assertError(wire.answer(), status);
    }
  }

  @Test
  void headsThatAreTooLarge() throws IOException {
    assertError(Wire.get(serving.uri(), "/v2", "X: " + "a".repeat(10_000)), 431);
    assertError(Wire.get(serving.uri(), "/" + "a".repeat(10_000)), 414);
  }

  @Test
  void bodiesThatAreTooLarge() throws IOException {
    byte[] body = " ".repeat(MOST_BYTES + 1).getBytes(StandardCharsets.UTF_8);
    assertError(Wire.request(serving.uri(), "POST", INFER, body), 413, "at most 100000", "100001");
    try (Wire wire = Wire.to(serving.uri())) {
      wire.send(Wire.head("POST", INFER, 2_000_000_000)); // and nothing else
      assertError(wire.answer(), 413, "2000000000");
    }
    try (Wire wire = Wire.to(serving.uri())) {
      wire.send(
          "POST %s HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
              .formatted(INFER));
      for (int i = 0; i < 11; i++) {
        wire.send("%x\r\n%s\r\n".formatted(10_000, " ".repeat(10_000)));
      }
      wire.send("0\r\n\r\n");
      assertError(wire.answer(), 413, "found more");
    }
  }

  @Test
  void whoAsksFirstIsToldAtOnce() throws IOException {
    try (Wire wire = Wire.to(serving.uri())) {
      wire.send(Wire.head("POST", INFER, MOST_BYTES + 1, "Expect: 100-continue"));
      assertError(wire.answer(), 413);
    }
    try (Wire wire = Wire.to(serving.uri())) {
      wire.send(Wire.head("POST", INFER, GOOD.length(), "Expect: 100-continue"));
      assertThat(wire.answer(true).status()).isEqualTo(100);
      wire.send(GOOD);
      assertThat(wire.answer().status()).isEqualTo(200);
    }
  }

  /** Once it has been told to send, it is waited for like everybody who is refused. */
  @Test
  void whoAskedFirstAndSendsTooMuchHearsWhy() throws IOException {
    try (Wire wire = Wire.to(serving.uri())) {
      wire.send(
          "POST %s HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
              .formatted(INFER));
      assertThat(wire.answer(true).status()).isEqualTo(100);
      for (int i = 0; i < 15; i++) {
        wire.send("%x\r\n%s\r\n".formatted(10_000, " ".repeat(10_000)));
      }
      Answer answer = wire.answer();
      assertError(answer, 413, "found more");
      assertThat(answer.header("Connection")).isEqualTo("close");
    }
  }

  /** With the limits as they come: nobody falls silent for long enough to be cut off for that. */
  @Test
  void whoIsRefusedIsToldAtOnceAndNotWaitedForLong() throws IOException {
    String other = "/v2/models/other/infer";
    try (Serving patient =
            Serving.of("lamps=" + folder.resolve("lamps.safetensors").toAbsolutePath());
        Wire wire = Wire.to(patient.uri())) {
      long start = System.nanoTime();
      wire.send(Wire.head("POST", other, 1000) + "{}");
      Answer answer = wire.answer();
      assertError(answer, 404);
      assertThat(answer.header("Connection")).isEqualTo("close");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      assertThat(wire.ended()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void whoIsRefusedWithAllItSentMayAskAgain() throws IOException {
    try (Wire wire = Wire.to(serving.uri())) {
      wire.send(Wire.head("POST", "/v2/models/other/infer", GOOD.length()) + GOOD);
      assertError(wire.answer(), 404);
      wire.send(Wire.head("POST", INFER, GOOD.length()) + GOOD);
      assertThat(wire.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void bodiesThatAreCutShort() throws IOException {
    try (Wire wire = Wire.to(serving.uri())) {
      wire.send(Wire.head("POST", INFER, GOOD.length() + 7) + GOOD);
      wire.endOfSending();
      assertError(wire.answer(), 400, "cut short");
    }
    try (Wire wire = Wire.to(serving.uri())) {
      wire.send(Wire.head("POST", INFER, GOOD.length() + 7) + GOOD);
    } // gone, and waits for no answer
  }

  @Test
  void aLengthThatIsTooSmallLeavesNonsenseBehind() throws IOException {
    try (Wire wire = Wire.to(serving.uri())) {
      wire.send(Wire.head("POST", INFER, GOOD.length() - 7) + GOOD);
      assertError(wire.answer(), 400, "expected JSON");
      assertError(wire.answer(), 400); // to the rest, which is no request
    }
  }

  @ParameterizedTest
  @CsvSource({"-1", "x", "99999", "1e3", "4294967296", "''"})
  void jsonLengthsThatAreNone(String length) throws IOException {
    assertError(
        Wire.post(serving.uri(), INFER, GOOD, "Inference-Header-Content-Length: " + length),
        400,
        "Inference-Header-Content-Length");
  }

  @Test
  void chunksThatAreNone() throws IOException {
    try (Wire wire = Wire.to(serving.uri())) {
      wire.send(
          "POST %s HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nfish\r\n"
              .formatted(INFER));
      assertError(wire.answer(), 400);
    }
  }

  @Test
  void encodingsThatNobodyAskedFor() throws IOException {
    assertError(Wire.post(serving.uri(), INFER, GOOD, "Content-Encoding: gzip"), 415);
  }

  @Test
  void pagesThatMakeABrowserBelieveThisMachineWasTheirs() throws IOException {
    assertError(Wire.get(serving.uri(), "/v2", "Host: evil.example"), 403, "Host");
    assertError(Wire.get(serving.uri(), "/v2", "Host: 127.0.0.1.evil.example"), 403);
    for (String host :
        List.of("localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:80", "a.localhost")) {
      assertThat(Wire.get(serving.uri(), "/v2", "Host: " + host).status()).isEqualTo(200);
    }
  }

  // Slow ones.

  @Test
  void aHeadOneByteAtATime() throws Exception {
    try (Wire wire = Wire.to(serving.uri())) {
      trickle(wire, Wire.head("GET", "/v2", 0, "X: " + "a".repeat(500)));
      assertError(wire.answer(), 408, "head");
      assertThat(wire.ended()).isTrue();
    }
  }

  @Test
  void aSecondHeadOneByteAtATime() throws Exception {
    try (Wire wire = Wire.to(serving.uri())) {
      wire.send(Wire.head("GET", "/v2", 0));
      assertThat(wire.answer().status()).isEqualTo(200);
      trickle(wire, Wire.head("GET", "/v2", 0, "X: " + "a".repeat(500)));
      assertError(wire.answer(), 408, "head");
    }
  }

  @Test
  void aBodyOneByteAtATime() throws Exception {
    try (Wire wire = Wire.to(serving.uri())) {
      wire.send(Wire.head("POST", INFER, 5000));
      trickle(wire, " ".repeat(5000));
      assertError(wire.answer(), 408, "body: expected 5000 bytes within 800 ms, found ");
    }
  }

  private static void trickle(Wire wire, String text) throws Exception {
    try {
      for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
        wire.send(new byte[] {b});
        Thread.sleep(10);
      }
    } catch (SocketException closed) {
      return; // as it should be; the answer lies ready
    }
  }

  @Test
  void oneThatFallsSilentWithinABody() throws IOException {
    try (Wire wire = Wire.to(serving.uri())) {
      wire.send(Wire.head("POST", INFER, 500) + "{");
      assertError(
          wire.answer(), 408, "body: expected 500 bytes, found 1 and then nothing for 600 ms");
    }
  }

  @Test
  void silentConnectionsAreClosed() throws IOException {
    try (Wire wire = Wire.to(serving.uri())) {
      assertThat(wire.ended()).isTrue();
    }
  }

  /** Nothing cuts them off: whoever had to wait for one of them would wait for an hour. */
  @Test
  void stuckClientsHoldNobodyUp() throws IOException {
    Duration hour = Duration.ofHours(1);
    Limits limits = new Limits(MOST_BYTES, 1000, hour, hour, hour, 128);
    List<Wire> stuck = new ArrayList<>();
    try (Serving patient =
        Serving.of(
            settings -> settings.with(limits), folder.resolve("lamps.safetensors").toString())) {
      try {
        for (int i = 0; i < 100; i++) { // of each kind more than there are threads
          Wire wire = Wire.to(patient.uri());
          stuck.add(wire);
          wire.send(i % 2 == 0 ? "GET /v2 HT" : Wire.head("POST", INFER, 500) + "{");
        }
        for (int i = 0; i < 20; i++) {
          assertThat(Wire.post(patient.uri(), INFER, GOOD).status()).isEqualTo(200);
        }
      } finally {
        for (Wire wire : stuck) {
          wire.close();
        }
      }
    }
  }
}
