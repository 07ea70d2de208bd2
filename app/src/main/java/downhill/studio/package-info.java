/**
 * The studio: a web page on this machine where a person trains a network, sees every number of the
 * derivation on real images, and tries the trained model.
 *
 * <p>{@link downhill.studio.StudioServer} answers the page's requests; {@link
 * downhill.studio.Workshop} is what it asks for trainings and data, and the command line keeps one.
 * There is no training logic in here: a training is held and stopped through the trainer's own
 * {@link downhill.training.Pace}, and what is shown of it are its events. May use every room of the
 * library but the engine, and explanation; nothing of the command line, which calls it. The page
 * itself lies beside this package, in plain modules, and asks nobody else for anything.
 *
 * <p>Each request has a virtual thread of its own. What they share may be shared between threads.
 */
@NullMarked
package downhill.studio;

import org.jspecify.annotations.NullMarked;
