/** Model files. */
@NullMarked
package downhill.modelfile;

import org.jspecify.annotations.NullMarked;
