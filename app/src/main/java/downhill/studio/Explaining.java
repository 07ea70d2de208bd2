package downhill.studio;

import downhill.data.Dataset;
import downhill.equations.ForwardPass;
import downhill.equations.Gradients;
import downhill.equations.ReferenceNetwork;
import downhill.explanation.WeightExplanation;
import downhill.explanation.WeightIndex;
import tools.jackson.core.JsonGenerator;

/** Follows one image through the equations, and takes a step with it. */
final class Explaining {
  /** The most steps that are taken one after the other. */
  static final int MOST_STEPS = 100;

  private static final int LARGEST_TERMS = 5;

  private Explaining() {}

  /** Returns the weight that is asked for, or else the one of layer 1 that counts most. */
  private static WeightIndex weight(Fields fields, Models.Loaded model, Gradients gradients) {
    if (!fields.has("weight")) {
      return WeightIndex.mostTelling(gradients);
    }
    Fields weight = fields.object("weight");
    WeightIndex at =
        new WeightIndex(
            weight.whole("layer", 1, Integer.MAX_VALUE),
            weight.whole("unit", 0, Integer.MAX_VALUE),
            weight.whole("input", 0, Integer.MAX_VALUE));
    try {
      return at.in(model.network().architecture());
    } catch (IllegalArgumentException e) {
      throw RefusedException.bad("weight: " + e.getMessage());
    }
  }

  /** Explains an image and a weight: all that {@code downhill explain} prints, and every unit. */
  static byte[] explain(Models.Loaded model, Fields fields) {
    Dataset test = model.test();
    Example example = Example.read(fields.object("example"), test);
    ReferenceNetwork network = model.reference();
    ForwardPass pass = network.forward(example.x());
    Gradients gradients = network.backward(pass, example.label());
    WeightIndex at = weight(fields, model, gradients);
    WeightExplanation explanation =
        WeightExplanation.of(network, pass, gradients, example.label(), at);
    return Json.object(json -> {
      json.writeStringProperty("model", model.id());
      json.writeStringProperty("network", model.key());
      json.writeStringProperty("widths", model.network().architecture().toString());
      model.write(json);
      Json.number(json, "rate", model.rate());
      json.writeNumberProperty("index", example.index());
      json.writeNumberProperty("label", example.label());
      Json.bytes(json, "pixels", example.pixels());
      Json.number(json, "loss", pass.loss(example.label()));
      Json.numbers(json, "probabilities", pass.probabilities());
      Json.numbers(json, "inputs", pass.activations(0));
      json.writeArrayPropertyStart("layers");
      for (int l = 1; l <= network.depth(); l++) {
        json.writeStartObject();
        Json.numbers(json, "z", pass.logits(l));
        Json.numbers(json, "a", pass.activations(l));
        Json.numbers(json, "delta", gradients.biases(l));
        json.writeEndObject();
      }
      json.writeEndArray();
      Json.numbers(json, "input_gradient", network.inputGradient(example.x(), example.label()));
      Json.object(json, "weight", o -> write(o, explanation));
      Json.numbers(json, "row", network.weights(at.layer())[at.unit()]);
      Json.numbers(json, "row_gradient", gradients.weights(at.layer())[at.unit()]);
    });
  }

  private static void write(JsonGenerator json, WeightExplanation e) {
    json.writeNumberProperty("layer", e.at().layer());
    json.writeNumberProperty("unit", e.at().unit());
    json.writeNumberProperty("input", e.at().input());
    Json.number(json, "w", e.weight());
    Json.number(json, "b", e.bias());
    Json.number(json, "z", e.logit());
    Json.number(json, "a", e.probability());
    Json.number(json, "y", e.target());
    Json.number(json, "slope", e.slope());
    Json.number(json, "sum", e.sum());
    Json.number(json, "delta", e.delta());
    Json.number(json, "a_before", e.input());
    Json.number(json, "gradient", e.gradient());
    Json.number(json, "weight_difference", e.weightDifference());
    Json.number(json, "bias_difference", e.biasDifference());
    json.writeNumberProperty("term_count", e.terms().size());
    json.writeArrayPropertyStart("terms");
    for (WeightExplanation.Term term :
        e.terms().subList(0, Math.min(LARGEST_TERMS, e.terms().size()))) {
      json.writeStartObject();
      json.writeNumberProperty("k", term.k());
      Json.number(json, "w", term.weight());
      Json.number(json, "delta", term.delta());
      Json.number(json, "product", term.product());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** Takes steps downhill with this image alone, by the update rules of section 7. */
  static byte[] step(Models.Loaded model, Fields fields) {
    Dataset test = model.test();
    Example example = Example.read(fields.object("example"), test);
    int steps = fields.whole("steps", 0, MOST_STEPS);
    double rate = fields.number("rate");
    if (!(rate > 0)) {
      throw new RefusedException("rate: expected a number above 0", "");
    }
    double[] x = example.x();
    ReferenceNetwork network = model.reference();
    WeightIndex at = weight(fields, model, network.gradients(x, example.label()));
    double[] losses = new double[steps + 1];
    double[] weights = new double[steps + 1];
    double[] biases = new double[steps + 1];
    ForwardPass pass = network.forward(x);
    double[] before = pass.probabilities();
    for (int s = 0; s <= steps; s++) {
      losses[s] = pass.loss(example.label());
      weights[s] = network.weights(at.layer())[at.unit()][at.input()];
      biases[s] = network.biases(at.layer())[at.unit()];
      if (s < steps) {
        network = network.descend(network.backward(pass, example.label()), rate);
        pass = network.forward(x);
      }
    }
    double[] probabilities = pass.probabilities();
    return Json.object(json -> {
      Json.numbers(json, "losses", losses);
      Json.numbers(json, "weights", weights);
      Json.numbers(json, "biases", biases);
      Json.numbers(json, "probabilitiesBefore", before);
      Json.numbers(json, "probabilities", probabilities);
    });
  }
}
