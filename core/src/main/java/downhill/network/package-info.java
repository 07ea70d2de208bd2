/**
 * Networks: {@link downhill.network.Architecture} (the widths), {@link downhill.network.Network}
 * (the weights, immutable), {@link downhill.network.Predictor} (many examples at a time) and {@link
 * downhill.network.Execution} (threads and kernels, which change no bit of an answer).
 *
 * <p>This room may use the engine, whose types stay private here: whatever comes out of a network
 * is a plain row-major array. All types but the predictor are immutable and may be shared between
 * threads.
 */
@NullMarked
package downhill.network;

import org.jspecify.annotations.NullMarked;
