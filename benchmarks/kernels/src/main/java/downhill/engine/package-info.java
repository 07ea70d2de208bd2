/** Benchmarks of the engine's inner loops, in its room because these are nobody else's business. */
@NullMarked
package downhill.engine;

import org.jspecify.annotations.NullMarked;
