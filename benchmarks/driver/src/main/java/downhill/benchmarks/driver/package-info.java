/** Starts the contestants, lets them take turns, and writes what it saw. */
@NullMarked
package downhill.benchmarks.driver;

import org.jspecify.annotations.NullMarked;
