package downhill.serving;

import java.util.Set;
import tools.jackson.core.JsonParser;

/**
 * The parameter by which Seldon's clients say what their tensors were made of. It is taken where it
 * says no more than the tensor does, and refused where it asks for values to be decoded first.
 */
final class ContentType {
  static final String KEY = "content_type";

  /** An array, a table's column and texts. */
  private static final Set<String> TAKEN = Set.of("np", "pd", "str");

  private ContentType() {}

  /** Takes the parameter's value. */
  static void check(JsonParser json) throws RefusedException {
    String found = Json.text(json, KEY);
    Json.expect(TAKEN.contains(found), KEY, "np, pd or str", found);
  }
}
