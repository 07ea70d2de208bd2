/** The command line. */
@NullMarked
package downhill.app;

import org.jspecify.annotations.NullMarked;
