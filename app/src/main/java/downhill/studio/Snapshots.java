package downhill.studio;

import downhill.data.Dataset;
import downhill.equations.ForwardPass;
import downhill.equations.ReferenceNetwork;
import downhill.explanation.Reference;
import downhill.network.Architecture;
import downhill.network.Network;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Pictures of a network as it learns: its first layer's weights, and what one test image sets going
 * in it. They are made beside the training, not in it.
 */
final class Snapshots {
  /** Units of the first layer whose weights are shown: those with the greatest at first sight. */
  private static final int PICTURES = 24;

  /** Units of a layer that are drawn. */
  private static final int DRAWN = 12;

  private static final int SHADES = 127;

  private final EventFeed feed;
  private final Supplier<Dataset> test;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile byte @Nullable [] last;
  private volatile int watched;
  private volatile long step;
  private volatile List<Integer> units = List.of();
  private volatile @Nullable Architecture of;

  Snapshots(EventFeed feed, Supplier<Dataset> test) {
    this.feed = feed;
    this.test = test;
  }

  boolean isIdle() {
    return !busy.get();
  }

  /** Sets the test image that the network is shown with, and shows it so, to all pages. */
  byte[] watch(int example, Network network) {
    watched = example;
    return tell(network, step);
  }

  /** Forgets what was shown. */
  void clear() {
    last = null;
    of = null;
    watched = 0;
    step = 0;
  }

  /** Returns the last picture; null where there is none. */
  byte @Nullable [] last() {
    return last;
  }

  /** Makes pictures on another thread, and tells the pages. */
  void make(Network network, long step) {
    if (busy.compareAndSet(false, true)) {
      Thread.ofVirtual()
          .name("snapshot")
          .start(() -> {
            try {
              tell(network, step);
            } finally {
              busy.set(false);
            }
          });
    }
  }

  /** One after the other, so that the last one told shows the image chosen last. */
  private synchronized byte[] tell(Network network, long at) {
    byte[] json = picture(network, at);
    step = at;
    last = json;
    feed.tell("snapshot", json);
    return json;
  }

  /** Returns the pictures of a network. */
  byte[] picture(Network network, long step) {
    Dataset examples = test.get();
    Architecture widths = network.architecture();
    float[] weights = network.weights(1);
    Architecture shown = of;
    if (shown == null || !widths.equals(shown)) {
      units = chosen(weights, widths.width(1), widths.inputs());
      of = widths;
    }
    return Json.object(json -> {
      json.writeNumberProperty("step", step);
      json.writeStringProperty("network", widths.toString());
      if (widths.inputs() == examples.features()) {
        writeWeights(json, weights, widths.inputs());
        writeActivations(json, Reference.of(network), examples);
      }
    });
  }

  /** The same units all the while, so that one can be followed. */
  private static List<Integer> chosen(float[] weights, int units, int inputs) {
    double[] squares = new double[units];
    for (int i = 0; i < weights.length; i++) {
      squares[i / inputs] += (double) weights[i] * weights[i];
    }
    return IntStream.range(0, units)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer unit) -> squares[unit]).reversed())
        .limit(PICTURES)
        .sorted()
        .toList();
  }

  private void writeWeights(JsonGenerator json, float[] weights, int inputs) {
    json.writeArrayPropertyStart("weights");
    for (int unit : units) {
      float greatest = Float.MIN_NORMAL;
      for (int j = 0; j < inputs; j++) {
        greatest = Math.max(greatest, Math.abs(weights[unit * inputs + j]));
      }
      byte[] pixels = new byte[inputs];
      for (int j = 0; j < inputs; j++) {
        pixels[j] = (byte) Math.round(weights[unit * inputs + j] / greatest * SHADES);
      }
      json.writeStartObject();
      json.writeNumberProperty("unit", unit);
      Json.number(json, "greatest", greatest);
      Json.bytes(json, "pixels", pixels);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void writeActivations(JsonGenerator json, ReferenceNetwork network, Dataset examples) {
    int example = Math.min(watched, examples.size() - 1);
    ForwardPass pass = network.forward(Reference.doubles(examples.example(example)));
    json.writeNumberProperty("example", example);
    json.writeNumberProperty("label", examples.label(example));
    byte[] pixels = new byte[examples.features()];
    examples.copyTo(example, pixels, 0);
    Json.bytes(json, "pixels", pixels);
    Json.number(json, "loss", pass.loss(examples.label(example)));
    Json.numbers(json, "probabilities", pass.probabilities());
    json.writeArrayPropertyStart("layers");
    int[] before = drawn(network.width(0));
    for (int l = 1; l <= network.depth(); l++) {
      int[] here = drawn(network.width(l));
      writeLayer(json, network, pass, l, before, here);
      before = here;
    }
    json.writeEndArray();
  }

  /** Which units of a layer are drawn: all, or some at equal distances. */
  private static int[] drawn(int width) {
    int count = Math.min(width, DRAWN);
    return IntStream.range(0, count).map(k -> (int) ((k + 0.5) * width / count)).toArray();
  }

  /** Writes w_ij a_j between the units drawn, each layer on its own scale. */
  private static void writeLayer(
      JsonGenerator json, ReferenceNetwork network, ForwardPass pass, int l, int[] from, int[] to) {
    double[][] W = network.weights(l);
    double[] a = pass.activations(l - 1);
    double greatest = Double.MIN_NORMAL;
    for (int i : to) {
      for (int j : from) {
        greatest = Math.max(greatest, Math.abs(W[i][j] * a[j]));
      }
    }
    byte[] flows = new byte[from.length * to.length];
    for (int i = 0; i < to.length; i++) {
      for (int j = 0; j < from.length; j++) {
        double flow = W[to[i]][from[j]] * a[from[j]];
        flows[i * from.length + j] = (byte) Math.round(flow / greatest * SHADES);
      }
    }
    double[] out = pass.activations(l);
    json.writeStartObject();
    json.writeNumberProperty("width", network.width(l));
    json.writeArrayPropertyStart("units");
    for (int unit : to) {
      json.writeNumber(unit);
    }
    json.writeEndArray();
    Json.numbers(json, "activations", to.length, i -> out[to[i]]);
    Json.bytes(json, "flows", flows);
    json.writeEndObject();
  }
}
