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
import java.util.concurrent.atomic.AtomicReference;
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

  /** The network that waits for its pictures; a later one takes its place. */
  private final AtomicReference<@Nullable Moment> next = new AtomicReference<>();

  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile int watched;
  private volatile @Nullable Shown shown;
  private volatile @Nullable Choice choice;

  private record Moment(Network network, long step) {}

  /** What the pages were told last. */
  private record Shown(Network network, byte[] json) {}

  /** The units whose weights are shown of networks of these widths. */
  private record Choice(Architecture widths, List<Integer> units) {}

  Snapshots(EventFeed feed, Supplier<Dataset> test) {
    this.feed = feed;
    this.test = test;
  }

  boolean isIdle() {
    return !busy.get();
  }

  /** Sets the test image that the network is shown with, and shows it so, to all pages. */
  byte[] watch(int example, Network network, long step) {
    watched = example;
    return tell(network, step);
  }

  /** Forgets what was shown, and which image it was shown with. */
  void clear() {
    forget();
    watched = 0;
  }

  /** Forgets what was shown, since another training begins. */
  void forget() {
    next.set(null);
    shown = null;
    choice = null;
  }

  /** Returns the pictures of a network, as they were told where they were. */
  byte[] of(Network network, long step) {
    Shown last = shown;
    return last != null && last.network().equals(network) ? last.json() : picture(network, step);
  }

  /**
   * Makes pictures on another thread, and tells the pages. Where some are being made, these are
   * next: the last ones asked for are made in any case.
   */
  void make(Network network, long step) {
    next.set(new Moment(network, step));
    makeNext();
  }

  private void makeNext() {
    if (busy.compareAndSet(false, true)) {
      Thread.ofVirtual()
          .name("snapshot")
          .start(() -> {
            try {
              for (Moment now = next.getAndSet(null); now != null; now = next.getAndSet(null)) {
                tell(now.network(), now.step());
              }
            } finally {
              busy.set(false);
            }
            if (next.get() != null) { // it came after the last look
              makeNext();
            }
          });
    }
  }

  /** One after the other, so that the last one told shows the image chosen last. */
  private synchronized byte[] tell(Network network, long step) {
    byte[] json = picture(network, step);
    shown = new Shown(network, json);
    feed.tell("snapshot", json);
    return json;
  }

  /** Returns the pictures of a network. */
  private byte[] picture(Network network, long step) {
    Dataset examples = test.get();
    Architecture widths = network.architecture();
    float[] weights = network.weights(1);
    List<Integer> units = units(widths, weights);
    return Json.object(json -> {
      json.writeNumberProperty("step", step);
      json.writeStringProperty("network", widths.toString());
      if (widths.inputs() == examples.features()) {
        writeWeights(json, weights, units, widths.inputs());
        writeActivations(json, Reference.of(network), examples);
      }
    });
  }

  private List<Integer> units(Architecture widths, float[] weights) {
    Choice known = choice;
    if (known == null || !known.widths().equals(widths)) {
      known = new Choice(widths, chosen(weights, widths.width(1), widths.inputs()));
      choice = known;
    }
    return known.units();
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

  private static void writeWeights(
      JsonGenerator json, float[] weights, List<Integer> units, int inputs) {
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
      int[] here =
          l == network.depth()
              ? drawnClasses(pass.probabilities(), examples.label(example))
              : drawn(network.width(l));
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

  /** Which classes are drawn: all, or the most probable ones and the true one. */
  private static int[] drawnClasses(double[] probabilities, int label) {
    Comparator<Integer> byProbability = Comparator.comparingDouble(k -> -probabilities[k]);
    return IntStream.range(0, probabilities.length)
        .boxed()
        .sorted(Comparator.comparing((Integer k) -> k != label).thenComparing(byProbability))
        .limit(DRAWN)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
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
