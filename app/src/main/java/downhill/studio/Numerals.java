package downhill.studio;

import downhill.equations.Equations;
import downhill.equations.ForwardPass;
import downhill.equations.Gradients;
import downhill.equations.Preliminaries;
import downhill.equations.ReferenceNetwork;
import downhill.explanation.WeightExplanation;
import downhill.explanation.WeightIndex;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The numbered equations with the numbers of one network and one image in their places, in LaTeX:
 * for the last layer, the weight into the true class from the most active unit before it; for the
 * others, the weight of layer 1 that the loss depends on most.
 */
final class Numerals {
  private static final double LAMBDA = 1e-5;
  private static final int TERMS = 3;
  private static final int DIGITS = 4;

  private final Map<String, String> lines = new LinkedHashMap<>();
  private final ReferenceNetwork network;
  private final ForwardPass pass;
  private final Gradients gradients;
  private final int label;
  private final double rate;
  private final int L;
  private final double[] a;
  private final double[] y;
  private final double[] before;
  private final int j;

  private Numerals(ReferenceNetwork network, double[] x, int label, double rate) {
    this.network = network;
    this.label = label;
    this.rate = rate;
    pass = network.forward(x);
    gradients = network.backward(pass, label);
    L = network.depth();
    a = pass.probabilities();
    y = Preliminaries.oneHot(label, a.length);
    before = pass.activations(L - 1);
    j = greatest(before, -1);
  }

  /** Returns a line for each equation, by its number. */
  static byte[] of(Models.Loaded model, Fields fields) {
    Example example = Example.read(fields.object("example"), model.test());
    Numerals numerals = new Numerals(model.reference(), example.x(), example.label(), model.rate());
    numerals.hill();
    numerals.lastLayer();
    numerals.hiddenLayer();
    numerals.l1();
    return Json.object(json -> {
      model.write(json);
      json.writeNumberProperty("label", example.label());
      Json.bytes(json, "pixels", example.pixels());
      Json.object(json, "lines", o -> numerals.lines.forEach(o::writeStringProperty));
    });
  }

  // The annotation that is asked for would be one more library for this one method.
  @SuppressWarnings("AnnotateFormatMethod")
  private void put(int equation, String format, Object... values) {
    lines.put(Integer.toString(equation), String.format(Locale.ROOT, format, values));
  }

  private void hill() {
    put(1, "h(3) = %s", n(Equations.hill(3)));
    put(
        2,
        "x = 3,\\ \\eta = 0.25: \\quad x \\leftarrow 3 - 0.25 \\cdot %s = %s",
        n(Equations.hillSlope(3)),
        n(Equations.rollDownhill(3, 0.25)));
  }

  private void lastLayer() {
    int other = greatest(a, label);
    double[][] jacobian = Equations.softmaxJacobian(a);
    double[] byLogit = new double[a.length];
    for (int k = 0; k < a.length; k++) {
      byLogit[k] = jacobian[k][label];
    }
    double delta = Equations.lastDelta(a, y)[label];
    double gradient = Equations.lastWeightGradientAt(a, y, before, label, j);
    String w = "w^{%d}_{%d,%d}".formatted(L, label, j);
    put(3, "%s = %s \\cdot %s = %s", partial(w), p(delta), p(before[j]), n(gradient));
    put(
        4,
        "%s = -1 \\cdot \\frac{1}{%s} \\cdot %s = %s",
        partial("z^{%d}_{%d}".formatted(L, label)),
        n(a[label]),
        p(byLogit[label]),
        n(Equations.lossByLogit(y, a, byLogit)));
    put(
        5,
        "\\frac{\\partial a_{%d}}{\\partial z_{%d}} = %s",
        label,
        other,
        n(Equations.softmaxByQuotientRule(pass.logits(L), label, other)));
    put(
        6,
        "\\frac{\\partial a_{%d}}{\\partial z_{%d}} = %s \\cdot \\left( 0 - %s \\right) = %s",
        label,
        other,
        n(a[other]),
        n(a[label]),
        n(jacobian[label][other]));
    put(7, "\\delta^{%d}_{%d} = %s - 1 = %s", L, label, n(a[label]), n(delta));
    put(
        8,
        "\\frac{\\partial z^{%d}_{%d}}{\\partial %s} = %s",
        L,
        label,
        w,
        n(Equations.logitByWeight(before, j)));
    put(
        9,
        "%s = \\left( %s - 1 \\right) \\cdot %s = %s",
        partial(w),
        n(a[label]),
        p(before[j]),
        n(gradient));
    put(
        10,
        "\\nabla_{W^{%d}} \\mathit{Loss} \\text{ is } %d \\times %d; \\text{ its entry }(%d, %d)"
            + " \\text{ is } %s",
        L,
        a.length,
        before.length,
        label,
        j,
        n(Equations.lastWeightGradient(a, y, before)[label][j]));
    put(
        11,
        "%s = %s - 1 = %s",
        partial("b^{%d}_{%d}".formatted(L, label)),
        n(a[label]),
        n(Equations.lastBiasGradientAt(a, y, label)));
    put(12, "\\nabla_{b^{%d}} \\mathit{Loss} = %s", L, vector(Equations.lastBiasGradient(a, y)));
  }

  private void hiddenLayer() {
    WeightIndex at = WeightIndex.mostTelling(gradients);
    WeightExplanation e = WeightExplanation.of(network, pass, gradients, label, at);
    String w = "w^{1}_{%d,%d}".formatted(at.unit(), at.input());
    put(
        14,
        "%s = %s \\cdot %s = %s",
        partial(w),
        p(e.delta()),
        p(e.input()),
        n(Equations.chainRule(e.delta(), e.input())));
    put(15, "\\frac{\\partial z^{1}_{%d}}{\\partial %s} = %s", at.unit(), w, n(e.input()));
    if (L == 1) {
      return; // softmax regression: there is no other layer
    }
    int l = L - 1;
    int unit = greatest(absolute(gradients.biases(l)), -1);
    put(
        13,
        "%s = %s \\cdot %s = %s",
        partial("w^{%d}_{%d,0}".formatted(l, unit)),
        p(gradients.biases(l)[unit]),
        p(pass.activations(l - 1)[0]),
        n(gradients.weights(l)[unit][0]));
    List<WeightExplanation.Term> largest = e.terms().subList(0, Math.min(TERMS, e.terms().size()));
    String terms =
        largest.stream().map(term -> p(term.product())).collect(Collectors.joining(" + "));
    String more = largest.size() < e.terms().size() ? " + \\dots" : "";
    put(
        16,
        "%s = %s \\cdot \\left( %s%s \\right) = %s \\quad (%d \\text{ terms})",
        partial("z^{1}_{%d}".formatted(at.unit())),
        n(e.slope()),
        terms,
        more,
        n(e.delta()),
        e.terms().size());
    double[][] next = network.weights(2);
    double[] z = pass.logits(1);
    double[] x = pass.activations(0);
    double[] deltaNext = gradients.biases(2);
    put(
        17,
        "%s = %s \\cdot %s \\cdot %s = %s",
        partial(w),
        n(e.slope()),
        p(e.sum()),
        p(e.input()),
        n(Equations.weightGradientAt(z, next, deltaNext, x, at.unit(), at.input())));
    put(
        18,
        "\\nabla_{W^{1}} \\mathit{Loss} \\text{ is } %d \\times %d; \\text{ its entry }(%d, %d)"
            + " \\text{ is } %s",
        z.length,
        x.length,
        at.unit(),
        at.input(),
        n(Equations.weightGradient(z, next, deltaNext, x)[at.unit()][at.input()]));
    put(
        19,
        "%s = %s \\cdot %s = %s",
        partial("b^{1}_{%d}".formatted(at.unit())),
        n(e.slope()),
        p(e.sum()),
        n(Equations.biasGradient(z, next, deltaNext)[at.unit()]));
  }

  private void l1() {
    double[][][] weights = new double[L][][];
    for (int l = 1; l <= L; l++) {
      weights[l - 1] = network.weights(l);
    }
    double loss = pass.loss(label);
    double gradient = gradients.weights(L)[label][j];
    double weight = weights[L - 1][label][j];
    String w = "w^{%d}_{%d,%d}".formatted(L, label, j);
    String lambda = n(LAMBDA);
    double[][] with = Equations.weightGradientWithL1(gradients.weights(L), LAMBDA, weights[L - 1]);
    put(
        20,
        "\\lambda = %s: \\quad \\mathit{Loss}_1 = %s + %s \\cdot %s = %s",
        lambda,
        n(loss),
        lambda,
        n(Equations.lossWithL1(0, 1, weights)),
        n(Equations.lossWithL1(loss, LAMBDA, weights)));
    put(
        21,
        "\\frac{\\partial \\mathit{Loss}_1}{\\partial %s} = %s + %s \\cdot %s = %s",
        w,
        n(gradient),
        lambda,
        p(Math.signum(weight)),
        n(with[label][j]));
    put(
        22,
        "\\eta = %s: \\quad %s \\leftarrow %s - %s \\cdot %s = %s",
        n(rate),
        w,
        n(weight),
        n(rate),
        p(with[label][j]),
        n(Equations.descendWithL1(weights[L - 1], gradients.weights(L), rate, LAMBDA)[label][j]));
  }

  private static String partial(String by) {
    return "\\frac{\\partial \\mathit{Loss}}{\\partial " + by + "}";
  }

  private static String vector(double[] values) {
    StringBuilder text = new StringBuilder("(");
    for (int i = 0; i < values.length && i < 2 * TERMS; i++) {
      text.append(i == 0 ? "" : ",\\ ").append(n(values[i]));
    }
    return text.append(values.length > 2 * TERMS ? ",\\ \\dots)" : ")").toString();
  }

  private static double[] absolute(double[] values) {
    double[] absolute = values.clone();
    for (int i = 0; i < absolute.length; i++) {
      absolute[i] = Math.abs(absolute[i]);
    }
    return absolute;
  }

  private static int greatest(double[] values, int but) {
    int greatest = but == 0 ? 1 : 0;
    for (int i = 0; i < values.length; i++) {
      if (i != but && values[i] > values[greatest]) {
        greatest = i;
      }
    }
    return greatest;
  }

  /** Writes a factor: in parentheses where it has a sign. */
  private static String p(double value) {
    return value < 0 ? "(" + n(value) + ")" : n(value);
  }

  /** Writes a number to four significant digits. */
  static String n(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return value == 0 ? "0" : "\\text{–}";
    }
    if (Math.rint(value * 1000) / 1000 == value && Math.abs(value) < 1000) {
      return String.format(Locale.ROOT, "%.3f", value).replaceFirst("\\.?0+$", ""); // no rounding
    }
    int exponent = (int) Math.floor(Math.log10(Math.abs(value)));
    if (exponent < -4 || exponent >= 7) {
      String[] parts = String.format(Locale.ROOT, "%.3e", value).split("e", 2);
      return parts[0] + " \\cdot 10^{" + Integer.parseInt(parts[1]) + "}";
    }
    return String.format(Locale.ROOT, "%." + Math.max(0, DIGITS - 1 - exponent) + "f", value);
  }
}
