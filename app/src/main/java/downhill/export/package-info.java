/**
 * Models as programs: {@link downhill.export.JavaSource} writes a Java class that classifies
 * without any library.
 *
 * <p>May use {@code downhill.network}, {@code downhill.modelfile}, the schemas of {@code
 * downhill.data} and what {@code downhill.onnx} says of the scaling of inputs, and nothing of the
 * command line, which calls it. The same model gives the same files, byte for byte. Everything may
 * be called from any thread.
 */
@NullMarked
package downhill.export;

import org.jspecify.annotations.NullMarked;
