/**
 * The equations with the numbers of one example and one weight in their places, factor by factor,
 * beside what a wiggle of the weight really does: what {@code downhill explain} prints and the
 * studio shows.
 *
 * <p>May use equations, network, training, model files, and nothing of the command line, which uses
 * it. All is immutable and may be shared between threads.
 */
@NullMarked
package downhill.explanation;

import org.jspecify.annotations.NullMarked;
