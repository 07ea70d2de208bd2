/**
 * The command line: one class per command, and what they share.
 *
 * <p>Nothing here computes what a network learns. The commands read arguments and files, call the
 * library, and show what it says; training is watched through {@link
 * downhill.training.TrainingEvent}s alone. May use every room of the library. Commands run on the
 * main thread; {@link downhill.app.Interruption}, {@code ServingView} and what answers the studio
 * are touched by others too.
 */
@NullMarked
package downhill.app;

import org.jspecify.annotations.NullMarked;
