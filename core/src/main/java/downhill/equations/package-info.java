/** The derivation's numbered equations as code, in double precision and plain loops: the specification. */
@NullMarked
package downhill.equations;

import org.jspecify.annotations.NullMarked;
