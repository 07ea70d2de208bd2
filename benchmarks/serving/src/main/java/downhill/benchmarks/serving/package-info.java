/**
 * The inference server under load: the same server with Downhill's engine and with ONNX Runtime
 * behind it, a client that counts and times, and a soak.
 */
@NullMarked
package downhill.benchmarks.serving;

import org.jspecify.annotations.NullMarked;
