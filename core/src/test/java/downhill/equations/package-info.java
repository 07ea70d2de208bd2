/** Tests of the specification: by hand, against central differences, against the document. */
@NullMarked
package downhill.equations;

import org.jspecify.annotations.NullMarked;
