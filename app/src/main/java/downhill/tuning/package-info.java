/**
 * The search for good settings: random draws, of which successive halving trains the best on.
 *
 * <p>A trial is a function of the plan and of its number alone, so a search gives the same results
 * on every machine, in any order, stopped and resumed or not. Settings are text here, by the names
 * of the command line's options; what the text means is told by a {@link downhill.tuning.Meaning}.
 *
 * <p>Uses the library's rooms and the JSON streaming library, and nothing of the command line.
 * Plans, results and events are immutable and may be shared; a {@link downhill.tuning.Tuner} works
 * on one thread, and only {@link downhill.tuning.Tuner#stop} may be called from another.
 */
@NullMarked
package downhill.tuning;

import org.jspecify.annotations.NullMarked;
