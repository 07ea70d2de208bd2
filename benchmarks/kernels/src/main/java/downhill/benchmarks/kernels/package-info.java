/** What the processor can do. */
@NullMarked
package downhill.benchmarks.kernels;

import org.jspecify.annotations.NullMarked;
