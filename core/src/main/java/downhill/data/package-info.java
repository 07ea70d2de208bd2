/** Labelled examples and the files they come from. */
@NullMarked
package downhill.data;

import org.jspecify.annotations.NullMarked;
