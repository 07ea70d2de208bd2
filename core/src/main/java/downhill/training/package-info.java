/**
 * Training: what a user configures, the trainer, and the events it tells.
 *
 * <p>A trained network is a function of three things: the initial network, the data and the {@link
 * downhill.training.TrainingConfiguration}. To the data belongs the validation set, where the
 * configuration looks at one: to stop early, to keep the best network, or to lower the rate on a
 * plateau. Where it has retries, the {@link downhill.training.Checkpoints} that training goes back
 * to count as well. Where the network was computed ({@link downhill.network.Execution}) does not.
 * Listeners of {@link downhill.training.TrainingEvent} are told on the training thread and hold no
 * training logic.
 *
 * <p>This room may use network, data, evaluation and engine. Configurations and events are
 * immutable and may be shared; a {@link downhill.training.Trainer} trains one network at a time.
 */
@NullMarked
package downhill.training;

import org.jspecify.annotations.NullMarked;
