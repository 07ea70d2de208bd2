package downhill.engine;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The inner loops of the engine. Two implementations, {@link ScalarKernels} and {@link
 * VectorKernels}, do the same arithmetic in the same order and so give the same bits. Stateless;
 * safe to share.
 */
public abstract class Kernels {
  /** What a JVM needs to load the vector kernels. */
  public static final String VECTOR_FLAG = "--add-modules jdk.incubator.vector";

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /** What this JVM was asked to do by kernels of our choice. */
  private static final ColdStart START = new ColdStart();

  /** Says once, and only where it is asked for, why the vector kernels are not there. */
  private static final class Vector {
    static final @Nullable Kernels KERNELS;
    static final @Nullable IllegalArgumentException REFUSED;

    static {
      Kernels kernels = null;
      IllegalArgumentException refused = null;
      try {
        kernels = load();
      } catch (IllegalArgumentException e) {
        refused = e; // kept, since a class that does not load says why only once
      }
      KERNELS = kernels;
      REFUSED = refused;
    }

    static @Nullable Kernels kernels() {
      if (REFUSED != null) {
        throw new IllegalArgumentException(REFUSED.getMessage(), REFUSED);
      }
      return KERNELS;
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
   * Returns the kernels that a user asked for, whatever the work.
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
      default ->
          throw new IllegalArgumentException(
              "kernels: expected AUTO, VECTOR or SCALAR, found " + choice);
    };
  }

  /**
   * Returns the kernels that a user asked for; for {@code AUTO} the scalar ones, as long as they
   * are done with the work before the vector kernels are compiled.
   *
   * @param choice as for {@link #choose(String)}
   * @param examples about how many examples they are for, over all epochs
   * @param flops what one of them takes
   * @throws IllegalArgumentException if the vector kernels are asked for and not there
   */
  public static Kernels choose(String choice, double examples, double flops) {
    Kernels asked = choose(choice);
    return choice.equals("AUTO") && !START.isOverWith(examples, flops)
        ? ScalarKernels.INSTANCE
        : asked;
  }

  /** Returns the scalar kernels. */
  public static Kernels scalar() {
    return ScalarKernels.INSTANCE;
  }

  /** Returns the vector kernels, where this JVM has the Vector API. */
  public static Optional<Kernels> vector() {
    return Optional.ofNullable(Vector.kernels());
  }

  /** Returns how many floats this machine's vectors hold; 16 where the Vector API is not there. */
  static int lanesOfMachine() {
    boolean there = ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
    Kernels vectors = there ? Vector.KERNELS : null;
    return vectors == null ? Rows.LINE : vectors.lanes();
  }

  /** Says what these kernels are, as in {@code vector, 512 bits}. */
  public abstract String description();

  /** Returns how many floats these kernels have in a vector, at most 16; of scalar ones, a line. */
  int lanes() {
    return Rows.LINE;
  }

  /** Returns a block of so many pages for these kernels. */
  abstract Block block(int pages);

  /**
   * Adds multiples of the rows m_i of a matrix, z ← z + Σ_i x_i m_i, in rising order of i, each
   * step one fused multiply-add, for those i that the mask has: what {@link Block#accumulate} does,
   * for a single row of factors, which is not worth a copy of the matrix.
   *
   * @param m row-major, the first element at {@code at}, rows {@code width} long
   * @param width a multiple of 16, at most {@link Block#WIDTH}
   * @param x the factors
   * @param masks which of them take part
   * @param z {@code width} of them from {@code to}
   */
  abstract void accumulate(
      float[] m, int at, int width, float[] x, long[] masks, float[] z, int to);

  /**
   * Scales bytes, 0..255, to v/255.
   *
   * @param source {@code n} bytes from {@code at}
   * @param a where to, from {@code to}
   */
  abstract void scale(byte[] source, int at, int n, float[] a, int to);

  /**
   * Loads one panel of the input: scales bytes, 0..255, to v/255, and notes which are not zero.
   *
   * @param to gets the activations and their masks
   * @param unit the first unit of the panel
   * @param first the first example
   * @param past the example past the last
   * @param source [past − first, units] from {@code offset} on, row-major
   */
  abstract void load(Signals to, int unit, int first, int past, byte[] source, int offset);

  /**
   * Notes which values are not zero; NaN is not.
   *
   * @param values {@code n} of them from {@code at}
   * @param n a multiple of 16
   * @param masks where to note it: a bit for each, from the lowest of {@code masks[maskAt]} on
   */
  abstract void mask(float[] values, int at, int n, long[] masks, int maskAt);

  /**
   * Applies the ReLU to logits of one example, and notes which are not zero after it.
   *
   * @param z logits, {@code n} of them from {@code at}; become activations
   * @param n a multiple of 16
   * @param masks where to note it, as for {@link #mask}
   */
  abstract void relu(float[] z, int at, int n, long[] masks, int maskAt);

  /**
   * Applies ReLU′: keeps the δ of one example where the activation is positive, sets the others to
   * 0, and notes which are not zero after it.
   *
   * @param a activations, {@code n} of them from {@code at}
   * @param delta δ, at the same places
   * @param n a multiple of 16
   * @param masks where to note it, as for {@link #mask}
   */
  abstract void reluDerivative(float[] a, float[] delta, int at, int n, long[] masks, int maskAt);

  /**
   * Replaces each of some numbers x by e^x, as {@link Exponential#exp} does.
   *
   * @param x {@code n} of them from {@code at}
   */
  abstract void exp(double[] x, int at, int n);
}
