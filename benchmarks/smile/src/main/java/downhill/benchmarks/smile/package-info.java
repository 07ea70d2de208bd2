/** Smile as a contestant. */
@NullMarked
package downhill.benchmarks.smile;

import org.jspecify.annotations.NullMarked;
