/** Deeplearning4j as a contestant. */
@NullMarked
package downhill.benchmarks.deeplearning4j;

import org.jspecify.annotations.NullMarked;
