package downhill.serving;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What is answered to a request.
 *
 * @param status HTTP's
 * @param contentType of the body
 * @param body owned by this
 * @param jsonLength how many bytes of the body are JSON, where tensors stand behind it; else −1
 */
record Reply(int status, String contentType, byte[] body, int jsonLength) {
  static final String JSON = "application/json";

  static Reply json(int status, byte[] body) {
    return new Reply(status, JSON, body, -1);
  }

  static Reply error(int status, String message) {
    return json(status, ResponseWriter.error(message));
  }

  static Reply text(String contentType, String text) {
    return new Reply(200, contentType, text.getBytes(StandardCharsets.UTF_8), -1);
  }

  /** Puts tensors behind the JSON, in its order. */
  static Reply binary(byte[] json, List<byte[]> tensors) {
    ByteArrayOutputStream all = new ByteArrayOutputStream(json.length);
    all.writeBytes(json);
    tensors.forEach(all::writeBytes);
    return new Reply(200, "application/octet-stream", all.toByteArray(), json.length);
  }
}
