package downhill.network;

/** Which kernels do the arithmetic. The choice changes the speed, never a bit of the answer. */
public enum Kernel {
  /**
   * The vector kernels where this JVM has the Vector API, the scalar ones elsewhere; and the scalar
   * ones for the first work of a JVM, where that is so little that they are done with it before the
   * others are compiled.
   */
  AUTO,
  /** The vector kernels; an error where this JVM was started without the Vector API. */
  VECTOR,
  /** The scalar kernels. */
  SCALAR
}
