/**
 * The inference server: models answer requests over HTTP, by the Open Inference Protocol (V2, REST)
 * with its binary tensor extension.
 *
 * <p>{@link downhill.serving.InferenceServer} listens, {@link downhill.serving.ModelRepository}
 * holds the models and loads them again when their files change. A request passes through {@code
 * ProtocolHandler} (routes, token, limits), {@code RequestReader} (JSON and binary tensors), {@code
 * RawInputs} (the one place where raw values become a network's inputs), {@code Batcher} (requests
 * that wait are answered together) and {@code ResponseWriter}.
 *
 * <p>May use the library's rooms, the JSON streaming library and the HTTP server's, which only the
 * studio touches besides, and nothing of the command line. Every request has a virtual thread of
 * its own; what is shared says how it is guarded.
 */
@NullMarked
package downhill.serving;

import org.jspecify.annotations.NullMarked;
