package downhill.serving;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that has been read and checked.
 *
 * @param id what the client calls it, to be returned; null where it has no name
 * @param x inputs as the network takes them, [count, n_0]; owned by this request
 * @param count how many examples
 * @param wanted what to answer, in this order
 */
record InferenceRequest(@Nullable String id, float[] x, int count, List<Wanted> wanted) {
  /**
   * One output to answer with.
   *
   * @param binary whether behind the JSON instead of in it
   */
  record Wanted(Output output, boolean binary) {}

  /** Copies the list. */
  InferenceRequest {
    wanted = List.copyOf(wanted);
  }
}
