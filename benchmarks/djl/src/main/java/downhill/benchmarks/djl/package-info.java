/** PyTorch through the Deep Java Library, as a contestant. */
@NullMarked
package downhill.benchmarks.djl;

import org.jspecify.annotations.NullMarked;
