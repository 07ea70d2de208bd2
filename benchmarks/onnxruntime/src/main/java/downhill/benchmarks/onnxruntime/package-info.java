/** ONNX Runtime as a contestant in inference. */
@NullMarked
package downhill.benchmarks.onnxruntime;

import org.jspecify.annotations.NullMarked;
