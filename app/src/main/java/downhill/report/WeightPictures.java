package downhill.report;

import downhill.network.Network;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The weights that go into the units of the first layer as pictures, pixel by pixel what a unit
 * looks for: blue adds to it, orange takes away.
 */
record WeightPictures(Findings findings) {
  private static final int MOST_UNITS = 64;
  private static final int LARGEST = 112 * 112; // more weights would only make the file heavy
  private static final int SHADES = 127; // on either side of 0

  boolean canBeDrawn() {
    return findings.pictures() && findings.architecture().inputs() <= LARGEST;
  }

  private boolean colours() {
    return findings.test().channels() == 3;
  }

  void write(Markup out) {
    Network network = findings.model().network();
    int units = network.architecture().width(1);
    int inputs = network.architecture().inputs();
    float[] weights = network.weights(1);
    boolean last = network.architecture().layers() == 1;
    out.paragraph(
        shown(units, last)
            + "Each picture shows the weights that go into one unit, on its own scale: "
            + (colours()
                ? "of red, green and blue, what is lighter than grey makes it more active, what is"
                    + " darker less."
                : "blue pixels make it more active, orange ones less."));
    out.open("div", "class", last ? "gallery" : "gallery weights");
    for (int unit : chosen(weights, units, inputs, last)) {
      String name = last ? findings.name(unit) : Integer.toString(unit);
      out.open("figure");
      out.empty(
          "img",
          "class",
          "pixels",
          "width",
          Integer.toString(findings.test().width()),
          "height",
          Integer.toString(findings.test().height()),
          "src",
          picture(weights, unit * inputs, inputs),
          "alt",
          "Weights of unit " + name);
      out.leaf("figcaption", name, "class", "quiet").close();
    }
    out.close();
  }

  private static String shown(int units, boolean last) {
    if (units <= MOST_UNITS) {
      return "All " + Numbers.count(units, "unit") + " of the first layer. ";
    }
    return last
        ? "The first " + MOST_UNITS + " of " + Numbers.count(units, "class") + ", a unit for each. "
        : "The "
            + MOST_UNITS
            + " of "
            + Numbers.count(units, "unit")
            + " in the first layer with the greatest weights (by their Euclidean norm),"
            + " greatest first. ";
  }

  private static List<Integer> chosen(float[] weights, int units, int inputs, boolean last) {
    List<Integer> all = IntStream.range(0, units).boxed().toList();
    if (last || units <= MOST_UNITS) {
      return all.subList(0, Math.min(MOST_UNITS, units));
    }
    double[] squares = new double[units];
    for (int i = 0; i < weights.length; i++) {
      squares[i / inputs] += (double) weights[i] * weights[i];
    }
    return all.stream()
        .sorted(Comparator.comparingDouble((Integer unit) -> squares[unit]).reversed())
        .limit(MOST_UNITS)
        .toList();
  }

  private String picture(float[] weights, int from, int inputs) {
    float greatest = Float.MIN_NORMAL;
    for (int j = 0; j < inputs; j++) {
      greatest = Math.max(greatest, Math.abs(weights[from + j]));
    }
    byte[] pixels = new byte[inputs];
    for (int j = 0; j < inputs; j++) {
      pixels[j] = (byte) (SHADES + Math.round(weights[from + j] / greatest * SHADES));
    }
    int height = findings.test().height();
    int width = findings.test().width();
    return colours()
        ? Png.picture(pixels, 3, height, width)
        : Png.indexed(pixels, height, width, COLOURS);
  }

  // Zero is transparent, so that it has the colour of the paper, light or dark.
  private static final int[] COLOURS = blueAndOrange();

  private static int[] blueAndOrange() {
    int[] colours = new int[2 * SHADES + 1];
    for (int i = 0; i < colours.length; i++) {
      int alpha = Math.round(255f * Math.abs(i - SHADES) / SHADES);
      colours[i] = alpha << 24 | (i < SHADES ? 0xe0690f : 0x2f6fde);
    }
    return colours;
  }
}
