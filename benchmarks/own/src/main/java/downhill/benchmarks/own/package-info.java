/** Ourselves as a contestant, and what only we are asked. */
@NullMarked
package downhill.benchmarks.own;

import org.jspecify.annotations.NullMarked;
