package downhill.studio;

import java.util.Map;

/**
 * What is answered to a request.
 *
 * @param status HTTP's
 * @param type of the body
 * @param body owned by this
 * @param headers more of them
 */
record Reply(int status, String type, byte[] body, Map<String, String> headers) {
  static final String JSON = "application/json";

  Reply {
    headers = Map.copyOf(headers);
  }

  static Reply json(byte[] body) {
    return new Reply(200, JSON, body, Map.of());
  }

  static Reply refused(int status, String message, String hint) {
    return new Reply(
        status,
        JSON,
        Json.object(json -> {
          json.writeStringProperty("error", message);
          json.writeStringProperty("hint", hint);
        }),
        Map.of());
  }

  Reply with(Map<String, String> more) {
    return new Reply(status, type, body, more);
  }
}
