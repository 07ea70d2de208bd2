/**
 * Training: what a user configures, the trainer, and the events it tells.
 *
 * <p>A trained network is a function of three things: the initial network, the data and the {@link
 * downhill.training.TrainingConfiguration}. Where it was computed ({@link
 * downhill.network.Execution}) is not among them. Listeners of {@link
 * downhill.training.TrainingEvent} are told on the training thread and hold no training logic.
 *
 * <p>This room may use network, data, evaluation and engine. Configurations and events are
 * immutable and may be shared; a {@link downhill.training.Trainer} trains one network at a time.
 */
@NullMarked
package downhill.training;

import org.jspecify.annotations.NullMarked;
