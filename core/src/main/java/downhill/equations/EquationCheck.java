package downhill.equations;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Checks every equation on a network and an example: what it says against central differences, on
 * this machine, in double precision.
 *
 * <p>Chain rules, (3), (13), (14) and (16), are checked with every factor measured, so that they
 * are held to what the network does and not to one another. In each layer a sample of the
 * parameters is wiggled, or all of them where there are no more.
 */
public final class EquationCheck {
  /**
   * What came out for one equation.
   *
   * @param equation its label, such as {@code (6)}, or {@code §7} for the update rules
   * @param statement what it says, in a few words
   * @param comparisons how many values were compared
   * @param skipped how many were left out because the wiggle met a kink of ReLU or of |w|
   * @param largestError the largest |said − measured| in a layer, relative to the largest magnitude
   *     compared in that layer or to 10⁻³, whichever is larger; infinite if something was not a
   *     number
   */
  public record Result(
      String equation, String statement, int comparisons, int skipped, double largestError) {}

  // Powers of two, so that multiplying and dividing by them loses nothing.
  private static final double ETA = 0.25;
  private static final double LAMBDA = 0.125;

  private final ReferenceNetwork network;
  private final RandomGenerator random;
  private final int samples;
  private final ForwardPass pass;
  private final Gradients gradients;
  private final double[] a;
  private final double[] y;
  private final Wiggles wiggles;
  private final Map<String, Comparison> comparisons = new LinkedHashMap<>();

  private EquationCheck(
      ReferenceNetwork network, double[] x, int label, long seed, int samplesPerLayer) {
    this.network = network;
    random = new SplittableRandom(seed);
    samples = samplesPerLayer;
    pass = network.forward(x);
    gradients = network.backward(pass, label);
    a = pass.probabilities();
    y = Preliminaries.oneHot(label, network.width(network.depth()));
    wiggles = new Wiggles(network, pass, label);
    expect("(1)", "the height follows the position: y = x²");
    expect("(2)", "a step downhill: x − η h′(x)");
    expect("(3)", "chain rule, last layer: ∂Loss/∂z · ∂z/∂w");
    expect("(4)", "∂Loss/∂z as a sum over the outputs");
    expect("(5)", "∂a/∂z of softmax by the quotient rule");
    expect("(6)", "∂a/∂z of softmax: aᵢ (δₖᵢ − aₖ)");
    expect("(7)", "∂Loss/∂z, last layer: a − y");
    expect("(8)", "∂z/∂w, last layer: the activation before");
    expect("(9)", "∂Loss/∂w, last layer: (aᵢ − yᵢ) aⱼ");
    expect("(10)", "∇W, last layer: (a − y) ⊗ a before");
    expect("(11)", "∂Loss/∂b, last layer: aᵢ − yᵢ");
    expect("(12)", "∇b, last layer: a − y");
    expect("(13)", "chain rule, the layer before the last");
    expect("(14)", "chain rule, every layer");
    expect("(15)", "∂z/∂w, every layer: the activation before");
    expect("(16)", "∂Loss/∂z, hidden: the sum over the next logits");
    expect("(17)", "∂Loss/∂w, hidden: ReLU′ · sum · activation");
    expect("(18)", "∇W, hidden: [ReLU′ ⊙ (Wᵀ δ)] ⊗ a before");
    expect("(19)", "∇b, hidden: ReLU′ ⊙ (Wᵀ δ)");
    expect("§7", "update rules: W − η ∇W, b − η ∇b");
    expect("(20)", "loss with L1: Loss + λ Σ|w|");
    expect("(21)", "∇W with L1: ∇W + λ sgn W");
    expect("(22)", "update with L1: W − η (∇W + λ sgn W)");
  }

  /**
   * Checks every equation that the network has a use for: without a hidden layer, (13) and (16) to
   * (19) are left out. A result without comparisons says nothing: every wiggle met a kink, as they
   * do where x is all 0 and the biases too, and another example is called for.
   *
   * @param network the network
   * @param x an example, [n_0], with values of size about 1
   * @param label its class
   * @param seed chooses the samples; the same seed, the same samples
   * @param samplesPerLayer how many weights and how many biases of each layer to wiggle, 1 or more
   * @return the results, in the order of the derivation
   * @throws IllegalArgumentException if x or the label does not fit the network
   */
  public static List<Result> run(
      ReferenceNetwork network, double[] x, int label, long seed, int samplesPerLayer) {
    if (samplesPerLayer < 1) {
      throw new IllegalArgumentException(
          "samplesPerLayer: expected 1 or more, found " + samplesPerLayer);
    }
    EquationCheck check = new EquationCheck(network, x, label, seed, samplesPerLayer);
    check.hill();
    check.outputs();
    for (int l = 1; l <= network.depth(); l++) {
      check.weights(l);
      check.biases(l);
      check.comparisons.values().forEach(Comparison::endSet);
    }
    check.logitsBeforeTheLast();
    check.sizeOfWeights();
    List<Result> results = new ArrayList<>();
    for (Comparison comparison : check.comparisons.values()) {
      if (!comparison.isEmpty()) {
        results.add(comparison.result());
      }
    }
    return results;
  }

  private void expect(String equation, String statement) {
    comparisons.put(equation, new Comparison(equation, statement));
  }

  private void compare(String equation, double said, double measured) {
    of(equation).compare(said, measured);
  }

  private Comparison of(String equation) {
    Comparison comparison = comparisons.get(equation);
    if (comparison == null) {
      throw new IllegalArgumentException("no such equation: " + equation);
    }
    return comparison;
  }

  /** (1) by the height lost per η, (2) by the slope measured. */
  private void hill() {
    for (int n = 0; n < samples; n++) {
      double x = random.nextDouble(-3, 3);
      double slope = CentralDifferences.extrapolated(Equations::hill, x, CentralDifferences.STEP);
      double heightByEta =
          CentralDifferences.extrapolated(
              eta -> Equations.hill(Equations.rollDownhill(x, eta)), 0, CentralDifferences.STEP);
      compare("(1)", -Equations.hillSlope(x) * Equations.hillSlope(x), heightByEta);
      compare("(2)", Equations.rollDownhill(x, ETA), x - ETA * slope);
    }
  }

  /** (4) to (7): from the loss to the last logits, through softmax. */
  private void outputs() {
    int L = network.depth();
    double[] z = pass.z(L);
    double[][] jacobian = Equations.softmaxJacobian(a);
    double[] lastDelta = Equations.lastDelta(a, y);
    for (int i : sample(z.length)) {
      double[] measured =
          CentralDifferences.extrapolatedAll(
              zi -> Preliminaries.softmax(with(z, i, zi)), z[i], CentralDifferences.STEP);
      for (int k : sample(z.length)) {
        compare("(5)", Equations.softmaxByQuotientRule(z, k, i), measured[k]);
        compare("(6)", jacobian[k][i], measured[k]);
      }
      // No ReLU lies behind the last logits: nothing is ever skipped here.
      double lossByLogit = wiggles.lossByLogit(L, i).orElseThrow();
      compare("(4)", Equations.lossByLogit(y, a, measured), lossByLogit);
      compare("(7)", lastDelta[i], lossByLogit);
    }
  }

  /** (3), (8), (9), (10), (13), (14), (15), (17), (18), §7, (21), (22) in layer l. */
  private void weights(int l) {
    double[][] W = network.W(l);
    double[] aBefore = pass.a(l - 1);
    double[][] gradient = gradientBySection3Or5(l);
    double[][] next = Equations.descend(W, gradient, ETA);
    double[][] gradientL1 = Equations.weightGradientWithL1(gradient, LAMBDA, W);
    double[][] nextL1 = Equations.descendWithL1(W, gradient, ETA, LAMBDA);
    String element = l == network.depth() ? "(9)" : "(17)";
    String matrix = l == network.depth() ? "(10)" : "(18)";
    for (int index : sample(Math.multiplyExact(W.length, W[0].length))) {
      int i = index / W[0].length;
      int j = index % W[0].length;
      double logitByWeight = wiggles.logitByWeight(l, i, j);
      compare("(15)", Equations.logitByWeight(aBefore, j), logitByWeight);
      if (l == network.depth()) {
        compare("(8)", Equations.logitByWeight(aBefore, j), logitByWeight);
      }
      OptionalDouble measured = wiggles.lossByWeight(l, i, j);
      chainRule(l, wiggles.lossByLogit(l, i), logitByWeight, measured);
      if (measured.isEmpty()) {
        skip(element, matrix, "§7", "(21)", "(22)");
        continue;
      }
      double lossByWeight = measured.getAsDouble();
      compare(element, elementOfGradient(l, i, j), lossByWeight);
      compare(matrix, gradient[i][j], lossByWeight);
      compare("§7", (W[i][j] - next[i][j]) / ETA, lossByWeight);
      if (Math.abs(W[i][j]) <= 2 * CentralDifferences.STEP) {
        skip("(21)", "(22)");
        continue;
      }
      double lossByWeightL1 = lossByWeight + sizeByWeight(W[i], j);
      compare("(21)", gradientL1[i][j], lossByWeightL1);
      compare("(22)", (W[i][j] - nextL1[i][j]) / ETA, lossByWeightL1);
    }
  }

  /** (3), (13), (14): the product of two measured derivatives against the third. */
  private void chainRule(
      int l, OptionalDouble lossByLogit, double logitByWeight, OptionalDouble lossByWeight) {
    List<String> equations = new ArrayList<>(List.of("(14)"));
    if (l == network.depth()) {
      equations.add("(3)");
    }
    if (l == network.depth() - 1) {
      equations.add("(13)");
    }
    for (String equation : equations) {
      if (lossByLogit.isEmpty() || lossByWeight.isEmpty()) {
        skip(equation);
      } else {
        double product = Equations.chainRule(lossByLogit.getAsDouble(), logitByWeight);
        compare(equation, product, lossByWeight.getAsDouble());
      }
    }
  }

  /** (11), (12), (19) and §7 in layer l. */
  private void biases(int l) {
    int L = network.depth();
    double[] b = network.b(l);
    double[] gradient =
        l == L
            ? Equations.lastBiasGradient(a, y)
            : Equations.biasGradient(pass.z(l), network.W(l + 1), gradients.b(l + 1));
    double[] next = Equations.descend(b, gradient, ETA);
    for (int i : sample(b.length)) {
      OptionalDouble measured = wiggles.lossByBias(l, i);
      if (measured.isEmpty()) {
        skip("(19)", "§7");
        continue;
      }
      double lossByBias = measured.getAsDouble();
      compare("§7", (b[i] - next[i]) / ETA, lossByBias);
      if (l == L) {
        compare("(11)", Equations.lastBiasGradientAt(a, y, i), lossByBias);
        compare("(12)", gradient[i], lossByBias);
      } else {
        compare("(19)", gradient[i], lossByBias);
      }
    }
  }

  /** (16), every factor measured, for the layer before the last. */
  private void logitsBeforeTheLast() {
    int l = network.depth() - 1;
    if (l == 0) {
      return;
    }
    double[] deltaNext = new double[network.width(l + 1)];
    for (int k = 0; k < deltaNext.length; k++) {
      deltaNext[k] = wiggles.lossByLogit(l + 1, k).orElseThrow();
    }
    for (int i : sample(network.width(l))) {
      OptionalDouble measured = wiggles.lossByLogit(l, i);
      if (measured.isEmpty()) {
        skip("(16)");
      } else {
        double sum = Equations.sumOfWiggles(deltaNext, wiggles.nextLogitsByLogit(l, i));
        compare("(16)", sum, measured.getAsDouble());
      }
    }
  }

  /** (20), by what λ multiplies. */
  private void sizeOfWeights() {
    double size = 0;
    double[][][] weights = new double[network.depth()][][];
    for (int l = 1; l <= network.depth(); l++) {
      weights[l - 1] = network.W(l);
      for (double[] row : network.W(l)) {
        for (double w : row) {
          size += w * Math.signum(w);
        }
      }
    }
    double lossByLambda =
        CentralDifferences.extrapolated(
            lambda -> Equations.lossWithL1(1, lambda, weights), LAMBDA, CentralDifferences.STEP);
    compare("(20)", size, lossByLambda);
  }

  /** How λ Σ|w| changes with w_j; the weights outside this row don't move. */
  private static double sizeByWeight(double[] row, int j) {
    return CentralDifferences.extrapolated(
        w -> Equations.lossWithL1(0, LAMBDA, new double[][][] {{with(row, j, w)}}),
        row[j],
        CentralDifferences.STEP);
  }

  private double[][] gradientBySection3Or5(int l) {
    double[] aBefore = pass.a(l - 1);
    return l == network.depth()
        ? Equations.lastWeightGradient(a, y, aBefore)
        : Equations.weightGradient(pass.z(l), network.W(l + 1), gradients.b(l + 1), aBefore);
  }

  private double elementOfGradient(int l, int i, int j) {
    double[] aBefore = pass.a(l - 1);
    return l == network.depth()
        ? Equations.lastWeightGradientAt(a, y, aBefore, i, j)
        : Equations.weightGradientAt(
            pass.z(l), network.W(l + 1), gradients.b(l + 1), aBefore, i, j);
  }

  private void skip(String... equations) {
    for (String equation : equations) {
      of(equation).skip();
    }
  }

  /** Distinct numbers below n: all of them in order, or a random sample where there are many. */
  private int[] sample(int n) {
    return n <= samples
        ? IntStream.range(0, n).toArray()
        : random.ints(0, n).distinct().limit(samples).toArray();
  }

  private static double[] with(double[] vector, int index, double value) {
    double[] copy = vector.clone();
    copy[index] = value;
    return copy;
  }
}
