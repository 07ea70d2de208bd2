package downhill.equations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which numbered equations of {@code docs/derivation.md} a method computes: with a 6 it is
 * equation (6). A test reads both sides, so that no equation loses its method and no method its
 * equation.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Implements {
  /** The equations' numbers; more than one where the derivation says the same of several layers. */
  int[] value();
}
