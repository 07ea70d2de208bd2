package downhill.engine;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The three products of a layer, each for one tile of its output. Two implementations, {@link
 * ScalarKernels} and {@link VectorKernels}, do the same arithmetic in the same order and so give
 * the same bits. Stateless; safe to share.
 */
public abstract class Kernels {
  /** What a JVM needs to load the vector kernels. */
  public static final String VECTOR_FLAG = "--add-modules jdk.incubator.vector";

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /** Says once, and only where it is asked for, why the vector kernels are not there. */
  private static final class Vector {
    static @Nullable Kernels kernels;
    static boolean loaded;

    static synchronized @Nullable Kernels kernels() {
      if (!loaded) {
        kernels = load();
        loaded = true;
      }
      return kernels;
    }

    private static @Nullable Kernels load() {
      if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
        Logger log = System.getLogger(Kernels.class.getName());
        log.log(
            Level.WARNING,
            "the Vector API is not there; training gives the same bits, but slower. Start Java with "
                + VECTOR_FLAG);
        return null;
      }
      try {
        return Class.forName("downhill.engine.VectorKernels")
            .asSubclass(Kernels.class)
            .getDeclaredConstructor()
            .newInstance();
      } catch (ExceptionInInitializerError e) {
        if (e.getCause() instanceof IllegalArgumentException setting) {
          throw setting;
        }
        throw e;
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("the vector kernels do not load", e);
      }
    }
  }

  /**
   * Returns the kernels that a user asked for.
   *
   * @param choice {@code AUTO} (the vector kernels where this JVM has the Vector API, the scalar
   *     ones elsewhere), {@code VECTOR} or {@code SCALAR}
   * @throws IllegalArgumentException if the vector kernels are asked for and not there
   */
  public static Kernels choose(String choice) {
    return switch (choice) {
      case "AUTO" -> vector().orElse(ScalarKernels.INSTANCE);
      case "VECTOR" ->
          vector()
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "kernel vector: this JVM was started without the Vector API; start it"
                          + " with "
                          + VECTOR_FLAG
                          + ", or choose auto"));
      case "SCALAR" -> ScalarKernels.INSTANCE;
      default -> throw new IllegalArgumentException("unknown kernels: " + choice);
    };
  }

  /** Returns the scalar kernels. */
  public static Kernels scalar() {
    return ScalarKernels.INSTANCE;
  }

  /** Returns the vector kernels, where this JVM has the Vector API. */
  public static Optional<Kernels> vector() {
    return Optional.ofNullable(Vector.kernels());
  }

  /** Says what these kernels are, as in {@code vector, 512 bits}. */
  public abstract String description();

  /**
   * Computes activations: a_to = ReLU(W a_from + b) for a pair of panels (32 output units; 16 at
   * the end of an odd number) and some rows; without the ReLU for the last layer. Writes rows, and
   * panels where {@code to} has them.
   *
   * @param pair which two panels: 2 · pair and the next
   * @param firstRow the first row, a multiple of 8
   * @param lastRow one past the last row, a multiple of 8
   */
  abstract void forward(
      Layer layer, Signals from, Signals to, int pair, int firstRow, int lastRow, boolean relu);

  /**
   * Takes δ one level down: δ_to = ReLU′(z_to) ⊙ (Wᵀ δ_from) for 16 units and some blocks of 16
   * examples. Writes panels and lanes.
   *
   * @param panel which 16 units of level {@code to}, the layer's inputs
   * @param firstLane the first block of 16 examples
   * @param lastLane one past the last block
   */
  abstract void backward(
      Layer layer, Signals from, Signals to, int panel, int firstLane, int lastLane);

  /**
   * Descends: W ← W − η δ ⊗ a, summed over the batch, for a pair of panels and 16 inputs.
   *
   * @param from the level below, whose activations count
   * @param to the level above, whose δ count
   * @param pair which two panels of output units, as for {@link #forward}
   * @param inPanel which 16 inputs
   * @param examples B, the examples that are really there
   * @param rate η; the 1/B is in δ
   */
  abstract void descend(
      Layer layer, Signals from, Signals to, int pair, int inPanel, int examples, float rate);

  /** Descends along the biases of one panel: b ← b − η δ, summed over the batch. */
  abstract void descendBiases(Layer layer, Signals to, int panel, int examples, float rate);

  /**
   * Finishes a block of 16 units × 16 examples of the backward pass: applies ReLU′ to the sums that
   * the lanes hold, and writes the block as panels too.
   */
  static void maskBlock(Signals to, int panel, int lane) {
    int lanes = (lane * to.unitsP + panel * Panels.WIDTH) * Panels.WIDTH;
    int panels = (panel * to.capacity + lane * Panels.WIDTH) * Panels.WIDTH;
    float[] a = to.aPanels;
    float[] deltaPanels = to.deltaPanels;
    float[] deltaLanes = to.deltaLanes;
    for (int b = 0; b < Panels.WIDTH; b++) {
      for (int u = 0; u < Panels.WIDTH; u++) {
        int inLanes = lanes + u * Panels.WIDTH + b;
        int inPanels = panels + b * Panels.WIDTH + u;
        // ReLU′(z) from a = ReLU(z): a > 0 exactly where z > 0.
        float d = a[inPanels] > 0 ? deltaLanes[inLanes] : 0;
        deltaPanels[inPanels] = d;
        deltaLanes[inLanes] = d;
      }
    }
  }
}
