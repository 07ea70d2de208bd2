package downhill.serving;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.serving.Wire.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests and answers of the protocol, to the letter. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProtocolTest {
  private static final String INFER = "/v2/models/lamps/infer";

  @TempDir private static Path folder = Path.of("");
  private static Serving serving;

  @BeforeAll
  static void serve() throws IOException {
    Path file = Models.save(Models.lamps("left", "rïght"), folder.resolve("lamps.safetensors"));
    Path old = Models.save(Models.lamps("1st", "2nd"), folder.resolve("many/1.safetensors"));
    Models.save(Models.lamps("first", "second"), folder.resolve("many/12/model.safetensors"));
    serving = Serving.of(file.toString(), "many=" + old.getParent());
  }

  @AfterAll
  static void stop() {
    serving.close();
    assertThat(serving.heard().lines()).noneMatch(line -> line.startsWith("failed"));
  }

  private static void assertJson(Answer answer, int status, String body) {
    assertThat(answer.text()).isEqualTo(body.replace('\'', '"'));
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("Server")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "/v2 | {'name':'downhill','version':'1.2.3','extensions':['binary_tensor_data']}",
        "/v2/health/live | {'live':true}",
        "/v2/health/ready | {'ready':true}",
        "/v2/models/lamps/ready | {'name':'lamps','ready':true}",
        "/v2/models/lamps/versions/1/ready | {'name':'lamps','ready':true}",
        "/v2/models/many/versions/12/ready | {'name':'many','ready':true}",
        "/v2/models/lamps | {'name':'lamps','versions':['1'],'platform':'downhill','inputs':[{'name':'input','datatype':'UINT8','shape':[-1,2]}],'outputs':[{'name':'probabilities','datatype':'FP32','shape':[-1,2]},{'name':'class','datatype':'INT64','shape':[-1]},{'name':'label','datatype':'BYTES','shape':[-1]}]}",
        "/v2/models/many/versions/1 | {'name':'many','versions':['1','12'],'platform':'downhill','inputs':[{'name':'input','datatype':'UINT8','shape':[-1,2]}],'outputs':[{'name':'probabilities','datatype':'FP32','shape':[-1,2]},{'name':'class','datatype':'INT64','shape':[-1]},{'name':'label','datatype':'BYTES','shape':[-1]}]}",
      })
  void whatIsThereIsTold(String path, String body) throws IOException {
    assertJson(Wire.get(serving.uri(), path), 200, body);
    Answer head = Wire.request(serving.uri(), "HEAD", path, "");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void jsonInJsonOut() throws IOException {
    String request =
        """
        {
          "id": "42",
          "inputs": [
            {"name": "input", "shape": [3, 2], "datatype": "UINT8", "data": [[255, 0], [0, 255], [0, 0]]}
          ]
        }
        """;
    assertJson(
        Wire.post(serving.uri(), INFER, request, "Content-Type: application/json"),
        200,
        "{'model_name':'lamps','model_version':'1','id':'42','outputs':["
            + "{'name':'probabilities','datatype':'FP32','shape':[3,2],'data':[1.0,0.0,0.0,1.0,0.5,0.5]},"
            + "{'name':'class','datatype':'INT64','shape':[3],'data':[0,1,0]},"
            + "{'name':'label','datatype':'BYTES','shape':[3],'data':['left','rïght','left']}]}");
  }

  @Test
  void onlyWhatWasAskedForInItsOrder() throws IOException {
    String request =
        "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[0,255.0]}],"
            + "\"outputs\":[{\"name\":\"label\"},{\"name\":\"PROBABILITIES\"}]}";
    assertJson(
        Wire.post(serving.uri(), "/v2/models/many/infer", request),
        200,
        "{'model_name':'many','model_version':'12','outputs':["
            + "{'name':'label','datatype':'BYTES','shape':[1],'data':['second']},"
            + "{'name':'probabilities','datatype':'FP32','shape':[1,2],'data':[0.0,1.0]}]}");
    assertThat(Wire.post(serving.uri(), "/v2/models/many/versions/1/infer", request).text())
        .contains("\"model_version\":\"1\"", "2nd");
  }

  @Test
  void bytesInBytesOut() throws IOException {
    byte[] json =
        ("{\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"input\",\"shape\":[2,2],"
                + "\"datatype\":\"UINT8\",\"parameters\":{\"binary_data_size\":4}}]}")
            .getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(json);
    body.writeBytes(new byte[] {0, (byte) 255, 0, 0});
    Answer answer =
        Wire.request(
            serving.uri(),
            "POST",
            INFER,
            body.toByteArray(),
            "Inference-Header-Content-Length: " + json.length,
            "Content-Type: application/octet-stream");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/octet-stream");
    int head = Integer.parseInt(answer.header("Inference-Header-Content-Length"));
    String expected =
        "{'model_name':'lamps','model_version':'1','outputs':["
            + "{'name':'probabilities','datatype':'FP32','shape':[2,2],'parameters':{'binary_data_size':16}},"
            + "{'name':'class','datatype':'INT64','shape':[2],'parameters':{'binary_data_size':16}},"
            + "{'name':'label','datatype':'BYTES','shape':[2],'parameters':{'binary_data_size':18}}]}";
    assertThat(new String(answer.body(), 0, head, StandardCharsets.UTF_8))
        .isEqualTo(expected.replace('\'', '"'));
    ByteBuffer tensors =
        ByteBuffer.wrap(answer.body(), head, answer.body().length - head)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float p : new float[] {0, 1, 0.5f, 0.5f}) {
      assertThat(tensors.getFloat()).isEqualTo(p);
    }
    assertThat(tensors.getLong()).isEqualTo(1);
    assertThat(tensors.getLong()).isZero();
    for (String label : new String[] {"rïght", "left"}) {
      byte[] name = new byte[tensors.getInt()];
      tensors.get(name);
      assertThat(new String(name, StandardCharsets.UTF_8)).isEqualTo(label);
    }
    assertThat(tensors.hasRemaining()).isFalse();
  }

  @Test
  void oneConnectionManyRequests() throws IOException {
    try (Wire wire = Wire.to(serving.uri())) {
      for (int i = 0; i < 20; i++) {
        boolean first = i % 2 == 0;
        String body =
            "{\"id\":\"%d\",\"inputs\":[{\"name\":\"input\",\"shape\":[1,2],\"datatype\":\"UINT8\",\"data\":[%s]}],\"outputs\":[{\"name\":\"class\"}]}"
                .formatted(i, first ? "9,0" : "0,9");
        wire.send(Wire.head("POST", INFER, body.length()) + body);
        assertJson(
            wire.answer(),
            200,
            "{'model_name':'lamps','model_version':'1','id':'%d','outputs':[{'name':'class','datatype':'INT64','shape':[1],'data':[%d]}]}"
                .formatted(i, first ? 0 : 1));
        wire.send(Wire.head("GET", "/nowhere", 0));
        assertThat(wire.answer().status()).isEqualTo(404);
      }
    }
  }

  @Test
  void aBodyInChunks() throws IOException {
    String body =
        "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,2],\"datatype\":\"UINT8\",\"data\":[1,0]}]}";
    try (Wire wire = Wire.to(serving.uri())) {
      wire.send(
          "POST %s HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
              .formatted(INFER));
      for (String part : body.split("(?<=,)", -1)) {
        wire.send("%x\r\n%s\r\n".formatted(part.length(), part));
      }
      wire.send("0\r\n\r\n");
      assertThat(wire.answer().text()).contains("left");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /, 404",
    "GET, /v2/, 404",
    "GET, /v1/models/lamps, 404",
    "GET, /v2/models, 404",
    "GET, /v2/models/, 404",
    "GET, /v2/models/other, 404",
    "GET, /v2/models/lamps/, 404",
    "GET, /v2/models/lamps/versions, 404",
    "GET, /v2/models/lamps/versions/2, 404",
    "GET, /v2/models/lamps/versions/0, 404",
    "GET, /v2/models/lamps/versions/99999999999999999999, 404",
    "GET, /v2/models/lamps/versions/x/ready, 404",
    "GET, /v2/models/lamps/ready/now, 404",
    "GET, /v2/models/lamps/../../secret, 404",
    "POST, /v2/models/other/infer, 404",
    "CONNECT, localhost:80, 404",
    "GET, /v2/models/lamps/infer, 405",
    "DELETE, /v2/models/lamps, 405",
    "POST, /v2, 405",
    "POST, /metrics, 405",
    "OPTIONS, /v2, 405",
    "GET, /v2/models/%6camps/%2e%2e, 400",
  })
  void whatIsNotThereHasAnErrorObject(String method, String path, int status) throws IOException {
    Answer answer = Wire.request(serving.uri(), method, path, "");
    assertThat(answer.text()).matches("\\{\"error\":\".{5,300}\"}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("Allow").isEmpty()).isEqualTo(status != 405);
  }

  @Test
  void prometheusReadsTheFigures() throws IOException {
    String body =
        "{\"inputs\":[{\"name\":\"input\",\"shape\":[3,2],\"datatype\":\"UINT8\",\"data\":[1,0,0,1,1,1]}]}";
    assertThat(Wire.post(serving.uri(), INFER, body).status()).isEqualTo(200);
    Answer metrics = Wire.get(serving.uri(), "/metrics");
    // A client may have read its answer before the server has done with the request.
    while (!metrics.text().contains("downhill_http_requests_in_flight 1\n")) {
      metrics = Wire.get(serving.uri(), "/metrics");
    }
    assertThat(metrics.header("Content-Type"))
        .isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    String series = "[a-z_]+(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*})? [0-9.E+-]+";
    assertThat(metrics.text().lines())
        .allMatch(line -> line.matches("# (HELP|TYPE) [a-z_]+ .+") || line.matches(series));
    assertThat(metrics.text().lines())
        .contains("downhill_http_requests_in_flight 1")
        .contains("downhill_model_loads_total{model=\"many\",version=\"12\"} 1")
        .contains("# TYPE downhill_inference_seconds histogram")
        .anyMatch(line -> line.matches("downhill_http_responses_total\\{code=\"200\"} [1-9]\\d*"))
        .anyMatch(line ->
            line.matches(
                "downhill_batch_examples_bucket\\{model=\"lamps\",version=\"1\",le=\"4.0\"} [1-9]\\d*"));
    String examples = "downhill_examples_total{model=\"lamps\",version=\"1\"} ";
    assertThat(
            metrics
                .text()
                .lines()
                .filter(line -> line.startsWith(examples))
                .map(line -> line.substring(examples.length())))
        .singleElement()
        .satisfies(n -> assertThat(Long.parseLong(n)).isGreaterThanOrEqualTo(3));
  }

  @Test
  void theLargestBatchThereIs() throws IOException {
    int n = Limits.DEFAULTS.examples();
    byte[] json =
        """
        {"inputs": [{"name": "input", "shape": [%d, 2], "datatype": "UINT8",
          "parameters": {"binary_data_size": %d}}],
         "outputs": [{"name": "class", "parameters": {"binary_data": true}}]}
        """
            .formatted(n, 2 * n)
            .getBytes(StandardCharsets.UTF_8);
    byte[] body = Arrays.copyOf(json, json.length + 2 * n);
    for (int i = 0; i < n; i++) {
      body[json.length + 2 * i + i % 2] = 1; // class i % 2
    }
    Answer answer =
        Wire.request(
            serving.uri(), "POST", INFER, body, "Inference-Header-Content-Length: " + json.length);
    assertThat(answer.status()).isEqualTo(200);
    int head = Integer.parseInt(answer.header("Inference-Header-Content-Length"));
    ByteBuffer classes =
        ByteBuffer.wrap(answer.body(), head, 8 * n).slice().order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < n; i++) {
      assertThat(classes.getLong()).isEqualTo(i % 2);
    }
  }
}
