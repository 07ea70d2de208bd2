package downhill.equations;

/** The derivation's numbered equations, one method each, in double precision and plain loops. */
public final class Equations {
  private Equations() {}
}
