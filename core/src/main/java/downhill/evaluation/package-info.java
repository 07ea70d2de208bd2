/** How well a network does. */
@NullMarked
package downhill.evaluation;

import org.jspecify.annotations.NullMarked;
