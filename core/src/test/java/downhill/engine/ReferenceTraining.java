package downhill.engine;

import java.util.Arrays;

/**
 * What a {@link TinyTraining} with an {@link Addition} comes to, in double and written down once
 * more, as plainly as it goes. Only the dropout's choice of units is the engine's.
 */
final class ReferenceTraining {
  private final TinyTraining training;
  private final Addition added;
  private final Update update;

  /** W^l, [out][in], and after these the biases, [out], for each layer. */
  final double[][] parameters;

  final double[][] gradients;
  private final double[][] first;
  private final double[][] second;
  final double[][] average;

  private double[][] x = {};
  private double[][] y = {};
  private double[] weights = {};

  /** What the examples of the batch count together. */
  double total;

  /** Loss of the last step: the sum, each example's times what it counts. */
  double loss;

  /** Norm of the last step's gradient, before it was clipped. */
  double norm;

  ReferenceTraining(TinyTraining training, Addition added) {
    this.training = training;
    this.added = added;
    this.update = added.settings().update();
    parameters = new double[training.layers.size()][];
    for (int l = 0; l < parameters.length; l++) {
      parameters[l] = flat(training.layers.get(l));
    }
    gradients = zeros();
    first = zeros();
    second = zeros();
    average = zeros();
    for (int l = 0; l < parameters.length; l++) {
      average[l] = parameters[l].clone();
    }
  }

  /** Returns W, [out, in], and after it b. */
  static double[] flat(Layer layer) {
    float[] W = layer.weights();
    float[] b = layer.biases();
    double[] all = new double[W.length + b.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = i < W.length ? W[i] : b[i - W.length];
    }
    return all;
  }

  private double[][] zeros() {
    double[][] zeros = new double[parameters.length][];
    Arrays.setAll(zeros, l -> new double[parameters[l].length]);
    return zeros;
  }

  /** Does step {@code s}, from 0. */
  void step(int s) {
    load(s);
    loss = gradients(s);
    double sum = 0;
    for (double[] layer : gradients) {
      for (double g : layer) {
        sum += g * g;
      }
    }
    norm = Math.sqrt(sum);
    move(s + 1);
  }

  /** Sets the examples, their targets and what they count. */
  void load(int s) {
    int B = training.labels(s).length;
    int inputs = training.widths[0];
    int classes = training.widths[training.widths.length - 1];
    double smoothing = added.settings().smoothing();
    boolean mixed = added.settings().mixed();
    x = new double[B][inputs];
    y = new double[B][classes];
    weights = new double[B];
    total = 0;
    for (int b = 0; b < B; b++) {
      int c = (b + 1) % B;
      double own = added.weight(b);
      double other = added.weight(c);
      double share = mixed && own > 0 && other > 0 ? added.share(b) : 1;
      weights[b] = share * own + (1 - share) * other;
      double part = weights[b] > 0 ? share * own / weights[b] : 1;
      double[] keep = kept(added.settings().inputDropout(), s, 0, b, inputs);
      for (int j = 0; j < inputs; j++) {
        double mine = (training.batch(s)[b * inputs + j] & 0xFF) / 255.0;
        double yours = (training.batch(s)[c * inputs + j] & 0xFF) / 255.0;
        x[b][j] = keep[j] * (share * mine + (1 - share) * yours);
      }
      y[b][training.labels(s)[b]] += part * (1 - smoothing);
      y[b][training.labels(s)[c]] += (1 - part) * (1 - smoothing);
      for (int k = 0; k < classes; k++) {
        y[b][k] += smoothing / classes;
      }
      total += weights[b];
    }
  }

  /** Returns what the units of a level are multiplied with: 0 or 1/(1 − p). */
  private double[] kept(double rate, int s, int level, int b, int units) {
    float[] ones = new float[Rows.pad(units)];
    Arrays.fill(ones, 1);
    Dropout dropout = new Dropout(added.settings().seed(), rate);
    if (dropout.isOn()) {
      dropout.apply(ones, 0, ones.length, s + 1L, level, b, 0);
    }
    double[] kept = new double[units];
    for (int i = 0; i < units; i++) {
      kept[i] = ones[i];
    }
    return kept;
  }

  /** Sets the gradients and returns the loss at the parameters as they are. */
  double gradients(int s) {
    int L = parameters.length;
    for (double[] layer : gradients) {
      Arrays.fill(layer, 0);
    }
    double losses = 0;
    for (int b = 0; b < x.length; b++) {
      double[][] a = new double[L + 1][];
      double[][] slopes = new double[L + 1][];
      a[0] = x[b];
      for (int l = 1; l <= L; l++) {
        int in = training.widths[l - 1];
        int out = training.widths[l];
        double[] kept = kept(l < L ? added.settings().dropout() : 0, s, l, b, out);
        a[l] = new double[out];
        slopes[l] = new double[out];
        for (int i = 0; i < out; i++) {
          double z = parameters[l - 1][out * in + i];
          for (int j = 0; j < in; j++) {
            z += parameters[l - 1][i * in + j] * a[l - 1][j];
          }
          slopes[l][i] = l < L ? (z > 0 ? kept[i] : 0) : 1;
          a[l][i] = z * slopes[l][i];
        }
      }
      losses += weights[b] * backward(b, a, slopes);
    }
    return losses;
  }

  private double backward(int b, double[][] a, double[][] slopes) {
    int L = parameters.length;
    double max = Arrays.stream(a[L]).max().orElseThrow();
    double sum = Arrays.stream(a[L]).map(z -> Math.exp(z - max)).sum();
    double example = 0;
    double[] delta = new double[a[L].length];
    for (int k = 0; k < delta.length; k++) {
      double log = a[L][k] - max - Math.log(sum);
      example -= y[b][k] * log;
      delta[k] = total > 0 ? (Math.exp(log) - y[b][k]) * weights[b] / total : 0;
    }
    for (int l = L; l >= 1; l--) {
      int in = a[l - 1].length;
      int out = delta.length;
      double[] below = new double[in];
      for (int i = 0; i < out; i++) {
        gradients[l - 1][out * in + i] += delta[i];
        for (int j = 0; j < in; j++) {
          gradients[l - 1][i * in + j] += delta[i] * a[l - 1][j];
          below[j] += parameters[l - 1][i * in + j] * delta[i] * (l > 1 ? slopes[l - 1][j] : 0);
        }
      }
      delta = below;
    }
    return example;
  }

  private void move(int t) {
    double scale = update.clip() > 0 ? Math.min(1, update.clip() / norm) : 1;
    double d = Math.min(update.averaging(), (1.0 + t) / (10.0 + t));
    for (int l = 0; l < parameters.length; l++) {
      int in = training.widths[l];
      int out = training.widths[l + 1];
      for (int i = 0; i < parameters[l].length; i++) {
        boolean weight = i < in * out;
        double w = parameters[l][i];
        double g = gradients[l][i] * scale;
        if (weight) {
          g += update.l1() * Math.signum(w) + update.l2() * w;
          w *= 1 - added.rate() * update.decay();
        }
        parameters[l][i] = w - added.rate() * direction(l, i, g, t);
        if (update.averaging() > 0) {
          average[l][i] = d * average[l][i] + (1 - d) * parameters[l][i];
        }
      }
    }
  }

  private double direction(int l, int i, double g, int t) {
    double one = update.first();
    double two = update.second();
    return switch (update.rule()) {
      case DESCENT -> g;
      case MOMENTUM -> {
        first[l][i] = one * first[l][i] + g;
        yield first[l][i];
      }
      case NESTEROV -> {
        first[l][i] = one * first[l][i] + g;
        yield g + one * first[l][i];
      }
      case ADAM -> {
        first[l][i] = one * first[l][i] + (1 - one) * g;
        second[l][i] = two * second[l][i] + (1 - two) * g * g;
        double m = first[l][i] / (1 - Math.pow(one, t));
        double v = second[l][i] / (1 - Math.pow(two, t));
        yield m / (Math.sqrt(v) + update.epsilon());
      }
      case RMSPROP -> {
        first[l][i] = one * first[l][i] + (1 - one) * g * g;
        yield g / (Math.sqrt(first[l][i]) + update.epsilon());
      }
    };
  }
}
