package downhill.network;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The widths of a network, n_0 (inputs) to n_L (classes), written {@code 784-512-128-64-10}. Every
 * layer is linear; a ReLU follows each but the last, which a softmax follows.
 */
public final class Architecture {
  /** The most units one layer may have. */
  public static final int MAX_WIDTH = 1 << 20;

  /** The most weights one layer may have; keeps every array index an {@code int}. */
  public static final long MAX_LAYER_PARAMETERS = 1L << 30;

  private static final Pattern FORM = Pattern.compile("\\d{1,9}(-\\d{1,9})+");

  private final int[] widths;

  private Architecture(int[] widths) {
    this.widths = widths;
  }

  /**
   * Returns the architecture with these widths.
   *
   * @param widths n_0 … n_L: at least two, each from 1 to {@link #MAX_WIDTH}, the last at least 2
   * @throws IllegalArgumentException if the widths make no network
   */
  public static Architecture of(int... widths) {
    int[] copy = widths.clone();
    String text = format(copy);
    if (copy.length < 2) {
      throw new IllegalArgumentException(
          "network " + text + ": expected at least two widths, the inputs and the classes");
    }
    for (int l = 0; l < copy.length; l++) {
      if (copy[l] < 1 || copy[l] > MAX_WIDTH) {
        throw new IllegalArgumentException(
            "network " + text + ": expected widths from 1 to " + MAX_WIDTH + ", found " + copy[l]);
      }
      if (l > 0 && (long) copy[l - 1] * copy[l] > MAX_LAYER_PARAMETERS) {
        throw new IllegalArgumentException(
            "network %s: layer %d would have %d weights; at most %d fit"
                .formatted(text, l, (long) copy[l - 1] * copy[l], MAX_LAYER_PARAMETERS));
      }
    }
    if (copy[copy.length - 1] < 2) {
      throw new IllegalArgumentException(
          "network " + text + ": expected at least 2 classes at the end, found 1");
    }
    return new Architecture(copy);
  }

  /**
   * Reads the written form.
   *
   * @param text widths joined by {@code -}, as in {@code 784-128-10}
   * @throws IllegalArgumentException if the text is something else or the widths make no network
   */
  public static Architecture parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "network '" + text + "': expected widths joined by '-', as in 784-512-128-64-10");
    }
    return of(Arrays.stream(text.split("-", -1)).mapToInt(Integer::parseInt).toArray());
  }

  /** Returns L, the number of linear layers. */
  public int layers() {
    return widths.length - 1;
  }

  /**
   * Returns n_l.
   *
   * @param l 0 for the inputs, 1 … L for the layers
   */
  public int width(int l) {
    return widths[l];
  }

  /** Returns n_0, the number of inputs. */
  public int inputs() {
    return widths[0];
  }

  /** Returns n_L, the number of classes. */
  public int classes() {
    return widths[widths.length - 1];
  }

  /** Returns the number of weights and biases. */
  public long parameters() {
    long sum = 0;
    for (int l = 1; l < widths.length; l++) {
      sum += (long) widths[l] * widths[l - 1] + widths[l];
    }
    return sum;
  }

  /**
   * Returns the floating-point operations of training on one example, by the count that all of
   * Downhill's throughputs use: 2P for the forward pass, 2P for the weight gradients and 2(P − P₁)
   * for the backward pass, where P is the number of weights and P₁ the first layer's share.
   */
  public long trainingFlops() {
    return trainingFlops(List.of());
  }

  /**
   * Returns the same for a training that leaves some layers as they are: they have no gradients,
   * and nothing goes backward through the lowest layer that learns, nor below it.
   *
   * @param frozen the layers that do not learn, from 1
   */
  public long trainingFlops(List<Integer> frozen) {
    long flops = 0;
    boolean below = true;
    for (int l = 1; l < widths.length; l++) {
      long weights = (long) widths[l] * widths[l - 1];
      boolean learns = !frozen.contains(l);
      flops += 2 * weights + (learns ? 2 * weights : 0) + (below ? 0 : 2 * weights);
      below &= !learns;
    }
    return flops;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Architecture that && Arrays.equals(widths, that.widths);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(widths);
  }

  /** Returns the written form, as in {@code 784-512-128-64-10}. */
  @Override
  public String toString() {
    return format(widths);
  }

  private static String format(int[] widths) {
    return Arrays.stream(widths).mapToObj(Integer::toString).collect(Collectors.joining("-"));
  }
}
