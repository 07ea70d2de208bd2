/**
 * Event files, which TensorBoard draws: numbers over steps, and text.
 *
 * <p>Written from the format's description, without TensorFlow or protocol buffers' library. Uses
 * nothing else of Downhill. An {@link downhill.tensorboard.EventFile} belongs to one thread; what
 * goes wrong with it is an {@link java.io.IOException} that names the file.
 */
@NullMarked
package downhill.tensorboard;

import org.jspecify.annotations.NullMarked;
