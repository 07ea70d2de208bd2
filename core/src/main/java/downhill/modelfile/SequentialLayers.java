package downhill.modelfile;

import static downhill.modelfile.ModelFileException.quoted;

import downhill.network.Architecture;
import downhill.network.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Networks as the tensors of PyTorch's {@code nn.Sequential(Linear, ReLU, Linear, …)}: layer l's
 * weights are {@code K.weight} [n_l, n_{l−1}], its biases {@code K.bias} [n_l], with K = s + 2(l −
 * 1), because the ReLUs between count too. s is 0, or 1 where a Flatten comes first. What is read
 * may have something in front that all names share, as where the Sequential is a part of a module.
 */
final class SequentialLayers {
  private static final Pattern NAME = Pattern.compile("(.+\\.)?(0|[1-9]\\d{0,5})\\.(weight|bias)");
  private static final String SUPPORTED =
      "; supported are the weights and biases of nn.Sequential(Linear, ReLU, Linear, …),"
          + " with or without a Flatten first";

  private SequentialLayers() {}

  /** Returns the tensors of a network, in the order in which they are written. */
  static List<FloatTensor> tensors(Network network) {
    return tensors(network, "");
  }

  /** As {@link #tensors(Network)}, with something in front of each name. */
  static List<FloatTensor> tensors(Network network, String prefix) {
    Architecture widths = network.architecture();
    List<FloatTensor> tensors = new ArrayList<>();
    for (int l = 1; l <= widths.layers(); l++) {
      int layer = l;
      int out = widths.width(l);
      int position = 2 * (l - 1);
      tensors.add(
          new FloatTensor(
              prefix + position + ".weight",
              List.of(out, widths.width(l - 1)),
              () -> network.weights(layer)));
      tensors.add(
          new FloatTensor(prefix + position + ".bias", List.of(out), () -> network.biases(layer)));
    }
    return tensors;
  }

  /**
   * Reads the network that a file holds. Names, types and shapes are checked before any value is
   * read.
   *
   * @throws ModelFileException if the tensors are not those of such a network
   */
  static Network read(Safetensors file) throws IOException {
    List<Layer> layers = layers(file.file(), file.tensors());
    Architecture architecture = architecture(file.file(), layers);
    float[][] weights = new float[layers.size()][];
    float[][] biases = new float[layers.size()][];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = finite(file, layers.get(i).weight());
      biases[i] = finite(file, layers.get(i).bias());
    }
    return Network.of(architecture, weights, biases);
  }

  /**
   * Reads a network of known widths whose names have something in front.
   *
   * @throws ModelFileException if a tensor is missing or of another type or shape
   */
  static Network read(Safetensors file, Architecture architecture, String prefix)
      throws IOException {
    float[][] weights = new float[architecture.layers()][];
    float[][] biases = new float[architecture.layers()][];
    for (int l = 1; l <= architecture.layers(); l++) {
      String name = prefix + 2 * (l - 1);
      long out = architecture.width(l);
      weights[l - 1] =
          finite(
              file, find(file, name + ".weight", List.of(out, (long) architecture.width(l - 1))));
      biases[l - 1] = finite(file, find(file, name + ".bias", List.of(out)));
    }
    return Network.of(architecture, weights, biases);
  }

  private static TensorEntry find(Safetensors file, String name, List<Long> shape)
      throws ModelFileException {
    for (TensorEntry tensor : file.tensors()) {
      if (tensor.name().equals(name)) {
        if (tensor.type() != TensorType.F32 || !tensor.shape().equals(shape)) {
          throw new ModelFileException(
              file.file(),
              "%s: expected F32 of %s, found %s of %s"
                  .formatted(tensor.title(), shape, tensor.type(), tensor.shape()));
        }
        return tensor;
      }
    }
    throw new ModelFileException(file.file(), "tensor '" + name + "' is missing");
  }

  private record Layer(TensorEntry weight, TensorEntry bias) {}

  private static List<Layer> layers(String file, List<TensorEntry> tensors)
      throws ModelFileException {
    SortedMap<Integer, TensorEntry> weights = new TreeMap<>();
    SortedMap<Integer, TensorEntry> biases = new TreeMap<>();
    String prefix = tensors.isEmpty() ? "" : prefix(tensors.getFirst());
    for (TensorEntry tensor : tensors) {
      Matcher name = NAME.matcher(tensor.name());
      if (!name.matches() || !prefix.equals(prefix(tensor))) {
        throw new ModelFileException(
            file,
            "%s: expected names such as %s and %s%s, and if anything is in front of them, the same in all"
                .formatted(
                    tensor.title(),
                    quoted(prefix + "0.weight"),
                    quoted(prefix + "0.bias"),
                    SUPPORTED));
      }
      if (tensor.type() != TensorType.F32) {
        throw new ModelFileException(
            file,
            "%s: expected F32, found %s; convert it, in PyTorch with model.float()"
                .formatted(tensor.title(), tensor.type()));
      }
      (name.group(3).equals("weight") ? weights : biases)
          .put(Integer.valueOf(name.group(2)), tensor);
    }
    if (tensors.isEmpty()) {
      throw new ModelFileException(file, "expected tensor '0.weight', found no tensors");
    }
    return paired(file, prefix, weights, biases);
  }

  /** Returns what stands in front of a layer's number; nothing where the name is no layer's. */
  private static String prefix(TensorEntry tensor) {
    Matcher name = NAME.matcher(tensor.name());
    return name.matches() && name.group(1) != null ? name.group(1) : "";
  }

  private static List<Layer> paired(
      String file,
      String prefix,
      SortedMap<Integer, TensorEntry> weights,
      SortedMap<Integer, TensorEntry> biases)
      throws ModelFileException {
    List<Layer> layers = new ArrayList<>();
    int expected = Math.min(first(weights), first(biases)) == 1 ? 1 : 0;
    while (!weights.isEmpty() || !biases.isEmpty()) {
      int position = Math.min(first(weights), first(biases));
      String name = prefix + position;
      if (position != expected) {
        String found = quoted(name + (weights.containsKey(position) ? ".weight" : ".bias"));
        throw new ModelFileException(
            file,
            "tensor %s: expected %s here%s (Dropout, BatchNorm and the like shift the"
                    .formatted(found, quoted(prefix + expected + ".weight"), SUPPORTED)
                + " numbers: rename the tensors)");
      }
      layers.add(
          new Layer(
              present(file, weights.remove(position), name + ".weight"),
              present(file, biases.remove(position), name + ".bias")));
      expected = position + 2;
    }
    return layers;
  }

  private static int first(SortedMap<Integer, TensorEntry> tensors) {
    return tensors.isEmpty() ? Integer.MAX_VALUE : tensors.firstKey();
  }

  private static TensorEntry present(String file, @Nullable TensorEntry tensor, String name)
      throws ModelFileException {
    if (tensor == null) {
      throw new ModelFileException(file, "tensor " + quoted(name) + " is missing" + SUPPORTED);
    }
    return tensor;
  }

  private static Architecture architecture(String file, List<Layer> layers)
      throws ModelFileException {
    int[] widths = new int[layers.size() + 1];
    for (int l = 1; l < widths.length; l++) {
      TensorEntry weight = layers.get(l - 1).weight();
      TensorEntry bias = layers.get(l - 1).bias();
      int dimensions = weight.shape().size();
      if (dimensions != 2) {
        throw new ModelFileException(
            file,
            "%s: expected a shape [out, in], found %s%s"
                .formatted(weight.title(), weight.shape(), SUPPORTED));
      }
      int out = width(file, weight, 0);
      int in = width(file, weight, 1);
      if (l > 1 && in != widths[l - 1]) {
        throw new ModelFileException(
            file,
            "%s: expected shape [%d, %d], as the layer before has %d units, found %s"
                .formatted(weight.title(), out, widths[l - 1], widths[l - 1], weight.shape()));
      }
      if (!bias.shape().equals(List.of((long) out))) {
        throw new ModelFileException(
            file,
            "%s: expected shape [%d], as %s has %d rows, found %s"
                .formatted(bias.title(), out, quoted(weight.name()), out, bias.shape()));
      }
      widths[l - 1] = in;
      widths[l] = out;
    }
    try {
      return Architecture.of(widths);
    } catch (IllegalArgumentException noNetwork) {
      throw new ModelFileException(file, String.valueOf(noNetwork.getMessage()), noNetwork);
    }
  }

  private static int width(String file, TensorEntry weight, int dimension)
      throws ModelFileException {
    long extent = weight.shape().get(dimension);
    if (extent < 1 || extent > Architecture.MAX_WIDTH) {
      throw new ModelFileException(
          file,
          "%s: expected widths from 1 to %d, found shape %s"
              .formatted(weight.title(), Architecture.MAX_WIDTH, weight.shape()));
    }
    return (int) extent;
  }

  private static float[] finite(Safetensors file, TensorEntry tensor) throws IOException {
    float[] values = file.floats(tensor);
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new ModelFileException(
            file.file(),
            file.position(tensor, i),
            "%s: expected finite values, found %s at %s; the training that wrote it had diverged"
                .formatted(tensor.title(), values[i], index(tensor, i)));
      }
    }
    return values;
  }

  private static String index(TensorEntry tensor, int i) {
    if (tensor.shape().size() == 1) {
      return "[" + i + "]";
    }
    long columns = tensor.shape().get(1);
    return "[" + i / columns + ", " + i % columns + "]";
  }
}
