package downhill.spark;

import java.util.List;
import org.apache.spark.ml.param.ParamValidators;
import scala.Function1;

/** What parameters that hold words may say. */
final class Names {
  static final List<String> OPTIMIZERS =
      List.of("adamw", "adam", "gradient-descent", "momentum", "nesterov", "rmsprop");
  static final List<String> SCHEDULES = List.of("cosine", "constant");
  static final List<String> SCALINGS = List.of("standard", "pixels", "none");
  static final List<String> DESCENTS = List.of("local", "synchronous");

  private Names() {}

  static String doc(List<String> words) {
    return "one of " + String.join(", ", words);
  }

  static Function1<String, Object> in(List<String> words) {
    return ParamValidators.<String>inArray(words);
  }
}
