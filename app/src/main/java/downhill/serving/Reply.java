package downhill.serving;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What is answered to a request.
 *
 * @param status HTTP's
 * @param contentType of the body
 * @param body in pieces, owned by this, to be read once
 * @param jsonLength how many bytes of the body are JSON, where tensors stand behind it; else −1
 */
record Reply(int status, String contentType, List<ByteBuffer> body, int jsonLength) {
  static final String JSON = "application/json";

  static Reply json(int status, byte[] body) {
    return new Reply(status, JSON, List.of(ByteBuffer.wrap(body)), -1);
  }

  static Reply error(int status, String message) {
    return json(status, ResponseWriter.error(message));
  }

  static Reply text(String contentType, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Reply(200, contentType, List.of(ByteBuffer.wrap(bytes)), -1);
  }

  /**
   * An answer to an inference request.
   *
   * @param jsonLength as of a reply
   */
  static Reply inference(ReplyBytes bytes, int jsonLength) {
    String type = jsonLength < 0 ? JSON : "application/octet-stream";
    return new Reply(200, type, bytes.pieces(), jsonLength);
  }

  /** Returns the bytes of the body. */
  long length() {
    return body.stream().mapToLong(ByteBuffer::remaining).sum();
  }

  /** Returns the memory that the body takes. */
  long memory() {
    return body.stream().mapToLong(ByteBuffer::capacity).sum();
  }
}
