/**
 * Models as ONNX files: {@link downhill.onnx.OnnxFile} writes ours, and reads ours and those of
 * other programs that hold a network of the same family; {@link downhill.onnx.InputScaling} and
 * {@link downhill.onnx.TableScaling} are what happens to raw inputs before the first layer.
 *
 * <p>May use {@code downhill.network}, {@code downhill.modelfile} and the schemas of {@code
 * downhill.data}, the published classes of the ONNX format and the Protocol Buffers that they are
 * made with. Files are read as if a stranger had made them. All methods may be called from any
 * thread.
 */
@NullMarked
package downhill.onnx;

import org.jspecify.annotations.NullMarked;
