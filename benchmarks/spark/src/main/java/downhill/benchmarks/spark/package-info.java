/** Spark's multilayer perceptron as a contestant. */
@NullMarked
package downhill.benchmarks.spark;

import org.jspecify.annotations.NullMarked;
