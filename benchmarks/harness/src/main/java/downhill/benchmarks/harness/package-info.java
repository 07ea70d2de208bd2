/**
 * What a contestant of the benchmark has to do, and the process it does it in. Depends on the data
 * alone; every contestant that runs on the JVM depends on it.
 */
@NullMarked
package downhill.benchmarks.harness;

import org.jspecify.annotations.NullMarked;
