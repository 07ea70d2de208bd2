/**
 * How well a network does: accuracy, mean loss, confusion matrix, scores for each class,
 * calibration, and the answer to each example.
 *
 * <p>Uses {@code downhill.network} and {@code downhill.data}. Everything here is immutable and safe
 * to share between threads.
 */
@NullMarked
package downhill.evaluation;

import org.jspecify.annotations.NullMarked;
