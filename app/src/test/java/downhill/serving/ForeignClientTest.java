package downhill.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.data.Column;
import downhill.data.Missing;
import downhill.data.RowEncoder;
import downhill.data.TableSchema;
import downhill.modelfile.Model;
import downhill.network.Architecture;
import downhill.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import triton.client.InferInput;
import triton.client.InferRequestedOutput;
import triton.client.InferResult;
import triton.client.InferenceException;
import triton.client.InferenceServerClient;
import triton.client.InferenceServerClient.InferArguments;
import triton.client.pojo.DataType;

/** A client that is not ours: Triton's own for Java, as it is published. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ForeignClientTest {
  private static final int PATIENCE_MILLIS = 20_000;

  private static final Model PIXELS = Models.random("4-5-3", 11);
  private static final TableSchema SCHEMA =
      new TableSchema(
          List.of(
              new Column.Numeric("length", 1.5, 0.25),
              new Column.Categorical(
                  "home", List.of("air", "sea", "land"), List.of(0.5, 0.25, 0.25))),
          "kind",
          Missing.ERROR);

  private static final Model TABLE =
      new Model(
          Network.initial(Architecture.of(SCHEMA.inputs(), 3, 2), 5),
          List.of("bird", "fish"),
          new TreeMap<>(),
          SCHEMA);

  @TempDir private Path folder = Path.of("");
  private Serving serving;
  private InferenceServerClient client;

  @BeforeEach
  void connect() throws IOException {
    serving =
        Serving.of(
            Models.save(PIXELS, folder.resolve("pixels.safetensors")).toString(),
            Models.save(TABLE, folder.resolve("table.safetensors")).toString());
    client =
        new InferenceServerClient(serving.uri().getAuthority(), PATIENCE_MILLIS, PATIENCE_MILLIS);
  }

  @AfterEach
  void disconnect() throws Exception {
    client.close();
    serving.close();
  }

  /** Two examples of four pixels; as JSON, or as bytes behind it. */
  private static InferInput pixels(boolean binary) {
    InferInput input = new InferInput("input", new long[] {2, 4}, DataType.FP32);
    input.setData(new float[] {0, 1, 254, 255, 9, 8, 7, 6}, binary);
    return input;
  }

  private static float[] expected(Model model, float... raw) {
    float[] x = raw.clone();
    for (int i = 0; i < x.length; i++) {
      x[i] /= 255f;
    }
    return model.network().probabilities(x);
  }

  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void numbersGoAndComeAsJsonAndAsBytes(boolean in, boolean out) throws Exception {
    InferResult result =
        client.infer(
            "pixels",
            List.of(pixels(in)),
            List.of(
                new InferRequestedOutput("probabilities", out),
                new InferRequestedOutput("class", out)));
    assertThat(result.getOutputs()).containsExactlyInAnyOrder("probabilities", "class");
    float[] probabilities = result.getOutputAsFloat("probabilities");
    float[] first = expected(PIXELS, 0, 1, 254, 255);
    float[] second = expected(PIXELS, 9, 8, 7, 6);
    assertThat(probabilities)
        .containsExactly(first[0], first[1], first[2], second[0], second[1], second[2]);
    long[] classes = result.getOutputAsLong("class");
    assertThat(classes).hasSize(2);
    assertThat(first[(int) classes[0]]).isEqualTo(Math.max(first[0], Math.max(first[1], first[2])));
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void bytesArePixels(boolean binary) throws Exception {
    InferInput input = new InferInput("input", new long[] {1, 4}, DataType.UINT8);
    input.setData(new byte[] {0, 1, 100, 127}, binary);
    InferResult result = client.infer("pixels", List.of(input), List.of());
    assertThat(result.getOutputAsFloat("probabilities"))
        .containsExactly(expected(PIXELS, 0, 1, 100, 127));
  }

  @Test
  void aVersionAndAnIdAreTaken() throws Exception {
    InferArguments arguments =
        new InferArguments("pixels", pixels(true)).setModelVersion("1").setRequestId("mine");
    InferResult result = client.infer(arguments);
    assertThat(result.getResponse().getModelName()).isEqualTo("pixels");
    assertThat(result.getResponse().getModelVersion()).isEqualTo("1");
    assertThat(result.getResponse().getId()).isEqualTo("mine");
  }

  @Test
  void aTablesColumnsAreTensors() throws Exception {
    InferInput length = new InferInput("length", new long[] {2}, DataType.FP64);
    length.setData(new double[] {1.5, 2}, true);
    InferInput home = new InferInput("home", new long[] {2}, DataType.BYTES);
    home.setData(new String[] {"sea", "land"}, true);
    InferResult result =
        client.infer(
            "table", List.of(length, home), List.of(new InferRequestedOutput("class", true)));
    RowEncoder encoder = new RowEncoder(SCHEMA);
    assertThat(result.getOutputAsLong("class"))
        .containsExactly(
            TABLE.network().classify(encoder.encode(List.of("1.5", "sea"))),
            TABLE.network().classify(encoder.encode(List.of("2", "land"))));
  }

  @Test
  void whatIsRefusedIsToldInOurWords() {
    InferInput input = new InferInput("input", new long[] {1, 3}, DataType.FP32);
    input.setData(new float[] {1, 2, 3}, true);
    assertThatThrownBy(() -> client.infer("pixels", List.of(input), List.of()))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("expected the shape [n, 4] with n from 1, found [1, 3]");
  }
}
