package downhill.network;

import downhill.engine.ForwardPass;
import downhill.engine.Kernels;
import downhill.engine.ThreadTeam;
import java.util.Objects;

/**
 * Applies one network to many examples, with its own threads and buffers. Not safe to share between
 * threads; make one for each.
 */
public final class Predictor implements AutoCloseable {
  /** The most probabilities that an array holds on every JVM. */
  private static final int MAX_ANSWERS = Integer.MAX_VALUE - 8;

  private final Architecture architecture;
  private final ThreadTeam team;
  private final ForwardPass forward;

  /**
   * Makes a predictor for any number of examples: {@link Kernel#AUTO} takes the vector kernels for
   * it, where this JVM has them.
   *
   * @throws IllegalArgumentException if the vector kernels are asked for and this JVM has none
   */
  public Predictor(Network network, Execution execution) {
    this(network, execution, Long.MAX_VALUE);
  }

  /**
   * Makes a predictor for about so many examples. More may be asked for, and fewer: it is a matter
   * of time alone ({@link Kernel#AUTO}).
   *
   * @param examples how many, over all calls
   * @throws IllegalArgumentException if the vector kernels are asked for and this JVM has none, or
   *     the number is negative
   */
  public Predictor(Network network, Execution execution, long examples) {
    if (examples < 0) {
      throw new IllegalArgumentException("examples: expected 0 or more, found " + examples);
    }
    double flops = 2.0 * network.architecture().parameters();
    Kernels kernels = Kernels.choose(execution.kernel().name(), (double) examples, flops);
    this.architecture = network.architecture();
    this.team = new ThreadTeam(execution.threads());
    try {
      this.forward = new ForwardPass(network.layers(), kernels, team);
    } catch (RuntimeException | Error e) {
      team.close(); // there may be no memory for the buffers; the threads must not stay
      throw e;
    }
  }

  /**
   * Runs the forward pass on raw bytes, each scaled to v/255.
   *
   * @param examples [n, n_0], row-major, 0..255 unsigned
   * @param from the first example
   * @param count how many
   * @throws IllegalArgumentException if the length is not a multiple of n_0, or there are more
   *     answers than an array can hold
   * @throws IndexOutOfBoundsException if there are not that many examples
   * @throws IllegalStateException if this predictor is closed
   */
  public Predictions predict(byte[] examples, int from, int count) {
    float[] logits = logits(examples.length, from, count);
    float[] probabilities = new float[logits.length];
    forward.run(examples, from, count, logits, probabilities);
    return new Predictions(architecture.classes(), logits, probabilities);
  }

  /**
   * Runs the forward pass.
   *
   * @param examples [n, n_0], row-major, as the first layer takes them: bytes scaled to 0..1, the
   *     values of a table encoded by its schema
   * @param from the first example
   * @param count how many
   * @throws IllegalArgumentException if the length is not a multiple of n_0, an example has no
   *     answer because one of its values is not finite, as any NaN, or there are more answers than
   *     an array can hold
   * @throws IndexOutOfBoundsException if there are not that many examples
   * @throws IllegalStateException if this predictor is closed
   */
  public Predictions predict(float[] examples, int from, int count) {
    float[] logits = logits(examples.length, from, count);
    float[] probabilities = new float[logits.length];
    forward.run(examples, from, count, logits, probabilities);
    Predictions predictions = new Predictions(architecture.classes(), logits, probabilities);
    // Looking at what came out takes less time than looking at all that goes in: NaN stays NaN.
    for (int i = 0; i < count; i++) {
      if (!predictions.hasAnswer(i)) {
        checkFinite(examples, from + i);
      }
    }
    return predictions;
  }

  private void checkFinite(float[] examples, int example) {
    int inputs = architecture.inputs();
    for (int j = 0; j < inputs; j++) {
      float value = examples[example * inputs + j];
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(
            "example %d: expected finite values, found %s at index %d"
                .formatted(example, value, j));
      }
    }
  }

  private float[] logits(int length, int from, int count) {
    int inputs = architecture.inputs();
    if (length % inputs != 0) {
      throw new IllegalArgumentException(
          "examples: expected a multiple of %d values, found %d".formatted(inputs, length));
    }
    Objects.checkFromIndexSize(from, count, length / inputs);
    int classes = architecture.classes();
    if (count > MAX_ANSWERS / classes) {
      throw new IllegalArgumentException(
          "count: expected at most %d examples of %d classes at once, found %d"
              .formatted(MAX_ANSWERS / classes, classes, count));
    }
    return new float[count * classes];
  }

  /** Ends the threads. */
  @Override
  public void close() {
    team.close();
  }
}
