/**
 * The fast engine: float kernels that skip zeros, and what feeds them.
 *
 * <p>Its contract is one answer. The order of every sum is written in the code and each of its
 * steps is one fused multiply-add, so the number of threads, the width of the vectors and the
 * choice between vector and scalar kernels change no bit of any result:
 *
 * <ul>
 *   <li>a logit starts from its bias and adds inputs in rising order;
 *   <li>a weight's gradient adds examples in rising order;
 *   <li>a δ adds the units of the layer above in rising order;
 *   <li>threads divide outputs, never a sum; vectors run across outputs, never along a sum;
 *   <li>besides fma there are only + − × ÷ √ and comparisons, which are exact too, {@link
 *       downhill.engine.Exponential} and {@code StrictMath}.
 * </ul>
 *
 * <p>This room uses no other and is not exported. Only {@link downhill.engine.VectorKernels} and
 * {@link downhill.engine.VectorBlock} touch {@code jdk.incubator.vector}; they are loaded by name
 * where that module is there. Kernels are stateless and may be shared; buffers ({@link
 * downhill.engine.Signals}) belong to one team.
 */
@NullMarked
package downhill.engine;

import org.jspecify.annotations.NullMarked;
