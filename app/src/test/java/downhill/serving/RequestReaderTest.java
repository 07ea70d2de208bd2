package downhill.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import downhill.data.Preparation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request may look like, and what is said of one that does not. */
class RequestReaderTest {
  private static final int MOST = 100;

  private static final ServedModel MODEL =
      new ServedModel(
          "m",
          "3",
          new ModelLoader.Loaded("4-2", 4, List.of("no", "yes"), null, "test", new Nothing()),
          new ModelMetrics());

  /** These tests compute nothing. */
  private record Nothing() implements Classifier {
    @Override
    public void classify(float[] x, int from, int count, float[] probabilities, int[] classes) {
      throw new AssertionError("nothing is to be computed");
    }

    @Override
    public void close() {}
  }

  private static ServedModel ofPictures(Preparation preparation) {
    int features = preparation.features();
    return new ServedModel(
        "m",
        "3",
        new ModelLoader.Loaded(
            features + "-2",
            features,
            List.of("no", "yes"),
            null,
            preparation,
            "test",
            new Nothing()),
        new ModelMetrics());
  }

  private static InferenceRequest read(String json, byte... tensor) throws RefusedException {
    return read(MODEL, json, tensor);
  }

  private static InferenceRequest read(ServedModel model, String json, byte... tensor)
      throws RefusedException {
    byte[] text = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    byte[] body = Arrays.copyOf(text, text.length + tensor.length + 5); // and room behind it
    System.arraycopy(tensor, 0, body, text.length, tensor.length);
    return RequestReader.read(
        model,
        MOST,
        body,
        text.length + tensor.length,
        text.length,
        new MemoryBudget(1 << 20).claim());
  }

  private static void assertRefused(String json, int status, String... fragments) {
    assertThatExceptionOfType(RefusedException.class)
        .as(json)
        .isThrownBy(() -> read(json))
        .satisfies(refused -> {
          assertThat(refused.status()).as(refused.text()).isEqualTo(status);
          assertThat(refused.text())
              .contains(fragments)
              .doesNotContain(
                  "Exception", "jackson", "\n", "\tat ", "Feature", "Constraints", "enable")
              .hasSizeLessThan(400);
        });
  }

  /** As many numbers in another order are other pixels. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rgb | [2,12] | true",
        "rgb | [2,3,2,2] | true",
        "rgb | [2,2,2,3] | false",
        "rgb | [2,3,4] | false",
        "grey | [2,6] | true",
        "grey | [2,2,3] | true",
        "grey | [2,1,2,3] | true",
        "grey | [2,2,3,1] | true",
        "grey | [2,3,2] | false",
        "grey | [2,1,3,2] | false",
        "grey | [2,3,2,1] | false",
      })
  void picturesComeInPlanes(String colour, String shape, boolean taken) throws RefusedException {
    boolean grey = colour.equals("grey");
    Preparation preparation = grey ? Preparation.grey(2, 3) : Preparation.rgb(2, 2);
    ServedModel model = ofPictures(preparation);
    String json = request(shape, "UINT8", "[" + "7,".repeat(2 * preparation.features() - 1) + "7]");
    if (taken) {
      assertThat(read(model, json).count()).isEqualTo(2);
    } else {
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> read(model, json))
          .satisfies(refused ->
              assertThat(refused.text())
                  .contains(
                      grey
                          ? "expected the shape [n, 1, 2, 3], rows from the top down, found ["
                          : "expected the shape [n, 3, 2, 2]: all of red, then all of green"));
    }
  }

  /** Where nothing is known of pictures, any shape of so many values will do. */
  @Test
  void otherValuesComeInAnyShape() throws RefusedException {
    assertThat(read(request("[1,2,2]", "UINT8", "[1,2,3,4]")).count()).isEqualTo(1);
    assertThat(read(request("[1,4,1]", "UINT8", "[1,2,3,4]")).count()).isEqualTo(1);
  }

  @Test
  void wholeNumbersMayHaveAPoint() throws RefusedException {
    assertThat(read(request("[1,4]", "UINT8", "[0.0,5.0,2.5e2,1]")).x())
        .containsExactly(scaled(0, 5, 250, 1));
    assertRefused(
        request("[1,4]", "UINT8", "[1.0,1.00000001,0,0]"), 400, "expected whole numbers for UINT8");
  }

  private static String request(String shape, String type, String data) {
    return "{'inputs':[{'name':'input','shape':%s,'datatype':'%s','data':%s}]}"
        .formatted(shape, type, data);
  }

  private static float[] scaled(float... raw) {
    float[] x = raw.clone();
    for (int i = 0; i < x.length; i++) {
      x[i] /= 255f;
    }
    return x;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[2,4]     | UINT8 | [0,1,2,3,252,253,254,255]",
        "[2,4]     | UINT8 | [[0,1,2,3],[252,253,254,255]]",
        "[2,2,2]   | UINT8 | [[[0,1],[2,3]],[[252,253],[254,255]]]",
        "[2,2,2]   | INT64 | [0,1,2,3,252,253,254,255]",
        "[2,1,4,1] | FP32  | [0.0,1,2e0,3,252,253,254,2.55e2]",
        "[2,4]     | FP64  | [ 0 , 1 , 2 , 3 , 252 , 253 , 254 , 255 ]",
      })
  void numbersFlatOrNestedAreTheSame(String shape, String type, String data) throws Exception {
    InferenceRequest request = read(request(shape, type, data));
    assertThat(request.count()).isEqualTo(2);
    assertThat(request.x()).containsExactly(scaled(0, 1, 2, 3, 252, 253, 254, 255));
    assertThat(request.id()).isNull();
    assertThat(request.wanted())
        .containsExactly(
            new InferenceRequest.Wanted(Output.PROBABILITIES, false),
            new InferenceRequest.Wanted(Output.CLASS, false),
            new InferenceRequest.Wanted(Output.LABEL, false));
  }

  @Test
  void theFieldsMayComeInAnyOrder() throws Exception {
    InferenceRequest request =
        read(
            "{'outputs':[{'parameters':{'binary_data':false},'name':'LABEL'},{'name':'class'}],"
                + "'parameters':{'binary_data_output':true},'model_version':'3','model_name':'m',"
                + "'inputs':[{'data':[[9,8,7,6]],'datatype':'UINT8','shape':[1,4],'name':'INPUT'}],"
                + "'id':'å 1'}");
    assertThat(request.id()).isEqualTo("å 1");
    assertThat(request.x()).containsExactly(scaled(9, 8, 7, 6));
    assertThat(request.wanted())
        .containsExactly(
            new InferenceRequest.Wanted(Output.LABEL, false),
            new InferenceRequest.Wanted(Output.CLASS, true));
  }

  /** As Seldon's clients send it along. */
  @ParameterizedTest
  @ValueSource(strings = {"np", "pd", "str"})
  void contentTypesThatSayNoMoreThanTheTensor(String type) throws Exception {
    String parameters = "'parameters':{'content_type':'" + type + "'}";
    InferenceRequest request =
        read(
            "{%s,'inputs':[{'name':'input','shape':[1,4],'datatype':'UINT8',%s,'data':[9,8,7,6]}],'outputs':[{'name':'label',%s}]}"
                .formatted(parameters, parameters, parameters));
    assertThat(request.x()).containsExactly(scaled(9, 8, 7, 6));
    assertThat(request.wanted()).containsExactly(new InferenceRequest.Wanted(Output.LABEL, false));
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeAsBytesIsTheSame(DataType type) throws Exception {
    int[] values = {0, 1, 100, 127};
    ByteBuffer bytes = ByteBuffer.allocate(4 * type.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (int v : values) {
      switch (type) {
        case UINT8, INT8 -> bytes.put((byte) v);
        case UINT16, INT16 -> bytes.putShort((short) v);
        case UINT32, INT32 -> bytes.putInt(v);
        case UINT64, INT64 -> bytes.putLong(v);
        case FP16 -> bytes.putShort(Float.floatToFloat16(v));
        case FP32 -> bytes.putFloat(v);
        case FP64 -> bytes.putDouble(v);
      }
    }
    String json =
        "{'inputs':[{'name':'input','shape':[1,4],'datatype':'%s','parameters':{'binary_data_size':%d}}]}"
            .formatted(type, 4 * type.size());
    assertThat(read(json, bytes.array()).x()).containsExactly(scaled(0, 1, 100, 127));
  }

  @Test
  void bytesAreUnsigned() throws Exception {
    String json =
        "{'inputs':[{'name':'input','shape':[1,4],'datatype':'UINT8','parameters':{'binary_data_size':4}}]}";
    assertThat(read(json, (byte) 0, (byte) 128, (byte) 254, (byte) 255).x())
        .containsExactly(scaled(0, 128, 254, 255));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[1,4] | UINT8 | [0,1,2]         | expected 4 numbers for the shape [1, 4], found 3",
        "[1,4] | UINT8 | [0,1,2,3,4]     | found 5",
        "[1,4] | UINT8 | []              | found 0",
        "[2,4] | UINT8 | [[0,1,2,3],[4]] | equal length",
        "[2,4] | UINT8 | [[0,1],[2,3],[4,5],[6,7]] | nested as [2, 4]",
        "[1,4] | UINT8 | [0,[1],2,3]     | expected numbers at level 1, found an array",
        "[1,4] | UINT8 | [[0,1,2,3],4]   | expected arrays at level 1, found a number",
        "[1,4] | UINT8 | [0,1,2,256]     | value 3 (example 0, feature 3): expected a raw value"
            + " from 0 to 255, found 256",
        "[1,4] | INT8  | [0,1,2,-1]      | found -1",
        "[1,4] | INT8  | [0,1,2,200]     | value 3 (example 0, feature 3): expected a raw value"
            + " from 0 to 127 for INT8, found 200",
        "[1,4] | FP16  | [0,1,2,3]       | expected FP16 as bytes behind the JSON",
        "[1,4] | FP32  | [0,1,2,1e99]    | found Infinity",
        "[1,4] | FP32  | [0,1,2,NaN]     | expected JSON, found 'NaN', which JSON does not have",
        "[1,4] | FP32  | [0,1,2,-Infinity] | found '-Infinity', which JSON does not have",
        "[1,4] | FP32  | [0,1,2,+3]      | expected JSON: Unexpected character ('+' (code 43))",
        "[1,4] | FP32  | [0,1,2,0x3]     | expected JSON: Unexpected character ('x' (code 120))",
        "[1,4] | UINT8 | [0,1,2,1.5]     | whole numbers for UINT8, found 1.5",
        "[1,4] | UINT8 | [0,1,2,null]    | expected numbers, found null",
        "[1,4] | UINT8 | [0,1,2,true]    | found true",
        "[1,4] | UINT8 | ['0',1,2,3]     | found a string",
        "[1,4] | UINT8 | {}              | expected an array of numbers, found an object",
        "[1,4] | UINT8 | 7               | found the number '7'",
        "[1,5] | UINT8 | [0,1,2,3,4]     | expected the shape [n, 4] with n from 1, found [1, 5]",
        "[0,4] | UINT8 | []              | found [0, 4]",
        "[4]   | UINT8 | [0,1,2,3]       | found [4]",
        "[]    | UINT8 | [0,1,2,3]       | found []",
        "[1,-4]| UINT8 | [0,1,2,3]       | whole number from 0",
        "[1,4.0] | UINT8 | [0,1,2,3]     | whole number from 0",
        "[1,99999999999999999999] | UINT8 | [0] | whole number from 0",
        "[4294967297,4294967296] | UINT8 | [0] | expected the shape",
        "[1,1,1,1,1,1,1,1,4] | UINT8 | [0,1,2,3] | at most 8 dimensions",
        "[1,4] | BOOL  | [0,1,2,3]       | expected a datatype out of UINT8",
        "[1,4] | uint8 | [0,1,2,3]       | found 'uint8'",
        "[1,4] | UINT8 | [[[[[[[[[[1]]]]]]]]]] | at most 8 levels",
        "[1,4] | UINT8 | [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ | found"
            + " more",
      })
  void tensorsThatDoNotFit(String shape, String type, String data, String fragment) {
    assertRefused(request(shape, type, data), 400, fragment);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[] | request: expected an object, found an array",
        "7 | found the number '7'",
        "'' | found a string",
        "{} | inputs: expected one, 'input', found none",
        "{'inputs':[]} | found none",
        "{'inputs':{}} | inputs: expected an array, found an object",
        "{'inputs':[7]} | inputs: expected an object",
        "{'input':[]} | request: expected id, parameters, inputs, outputs, found 'input'",
        "{'id':7} | id: expected a string",
        "{'id':'a','id':'b'} | expected each field once, found 'id' twice",
        "{'model_name':'other'} | model_name: expected m, found 'other'",
        "{'model_version':'9'} | model_version: expected 3",
        "{'parameters':{'sequence_id':1}} | expected binary_data_output, content_type,"
            + " found 'sequence_id'",
        "{'parameters':{'binary_data_output':1}} | expected true or false, found the number '1'",
        "{'inputs':[{'name':'other','shape':[1,4],'datatype':'UINT8','data':[1,2,3,4]}]} | expected"
            + " the name 'input', found 'other'",
        "{'inputs':[{'shape':[1,4],'datatype':'UINT8','data':[1,2,3,4]}]} | found nothing",
        "{'inputs':[{'name':'input','datatype':'UINT8','data':[1,2,3,4]}]} | expected a shape",
        "{'inputs':[{'name':'input','shape':[1,4],'data':[1,2,3,4]}]} | expected a datatype",
        "{'inputs':[{'name':'input','shape':[1,4],'datatype':'UINT8'}]} | found neither",
        "{'inputs':[{'name':'input','shape':[1,4],'datatype':'UINT8','data':[1,2,3,4],'parameters':{'binary_data_size':4}}]}"
            + " | found both",
        "{'inputs':[{'name':'input','shape':[1,4],'datatype':'UINT8','parameters':{'binary_data_size':5}}]}"
            + " | expected a binary_data_size of 4",
        "{'inputs':[{'name':'input','shape':[1,4],'datatype':'UINT8','parameters':{'binary_data_size':4}}]}"
            + " | expected 4 bytes behind the JSON, as binary_data_size says, found 0",
        "{'inputs':[{'name':'input','shape':[1,4],'datatype':'UINT8','parameters':{'content_type':'base64'}}]}"
            + " | content_type: expected np, pd or str, found 'base64'",
        "{'inputs':[{'name':'input','shape':[1,4],'datatype':'UINT8','parameters':{'headers':{}}}]}"
            + " | parameters: expected binary_data_size, content_type, found 'headers'",
        "{'parameters':{'content_type':1}} | content_type: expected a string, found the number '1'",
        "{'inputs':[{},{}]} | found more",
        "{'outputs':[{'name':'logits'}]} | expected one of probabilities, class, label, found"
            + " 'logits'",
        "{'outputs':[{}]} | found nothing",
        "{'outputs':[{'name':'label','parameters':{'classification':3}}]} | found 'classification'",
        "{ | expected JSON, found its end too early",
        "{} // comment | expected JSON: Unexpected character ('/' (code 47))",
        "{'inputs':[{'name':'input','shape':[1,4],'datatype':'UINT8','data':[1,2, | expected JSON",
        "{} {} | found more behind it",
        "nul | expected JSON",
        "{'id':'a\u0000b'} | expected JSON",
        "{'id':'\\ud800'} | expected JSON",
        "{\"id\":'a'} // comment | expected JSON",
      })
  void objectsThatAreNone(String json, String fragment) {
    assertRefused(json, 400, fragment);
  }

  @Test
  void theSameOutputTwice() {
    assertRefused(
        "{'inputs':[{'name':'input','shape':[1,4],'datatype':'UINT8','data':[1,2,3,4]}],"
            + "'outputs':[{'name':'label'},{'name':'LABEL'}]}",
        400,
        "found 'label' twice");
  }

  @Test
  void tooManyExamples() {
    String zeros = "[" + "0,".repeat(4 * MOST + 3) + "0]";
    assertRefused(request("[101,4]", "UINT8", zeros), 413, "at most 400 numbers");
    assertRefused(request("[101,4]", "UINT8", "[]"), 413, "at most 100 examples", "found 101");
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000_000, 100_000, 2_000})
  void deepNestingBreaksNothing(int depth) {
    assertRefused("[".repeat(depth), 400, "expected");
    assertRefused("{'inputs':" + "[".repeat(depth), 400, "expected");
    assertRefused("{'a':".repeat(depth), 400, "expected");
    assertRefused(request("[1,4]", "UINT8", "[".repeat(depth)), 400, "levels");
  }

  @Test
  void longNamesAndNumbers() {
    String texts = "expected texts of at most 1024 bytes, found more";
    assertRefused("{'" + "a".repeat(2000) + "':1}", 400, texts);
    assertRefused("{'id':'" + "a".repeat(2000) + "'}", 400, texts);
    assertRefused(
        request("[1,4]", "FP32", "[" + "1".repeat(100) + "]"),
        400,
        "expected numbers of at most 64 characters, found more");
  }

  @Test
  void bytesBehindTheJsonThatNobodyAnnounced() {
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> read(request("[1,4]", "UINT8", "[1,2,3,4]"), (byte) 1))
        .withMessageContaining("expected nothing behind the JSON");
  }

  @Test
  void bytesThatAreNoNumbers() {
    String json =
        "{'inputs':[{'name':'input','shape':[1,4],'datatype':'FP32','parameters':{'binary_data_size':16}}]}";
    byte[] tensor = new byte[16];
    Arrays.fill(tensor, (byte) 0xff);
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> read(json, tensor))
        .withMessageContaining("value 0 (example 0, feature 0)")
        .withMessageContaining("found NaN");
  }
}
