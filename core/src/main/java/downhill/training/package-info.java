/** Training. */
@NullMarked
package downhill.training;

import org.jspecify.annotations.NullMarked;
