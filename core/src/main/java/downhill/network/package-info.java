/** Architectures, networks and predictions. */
@NullMarked
package downhill.network;

import org.jspecify.annotations.NullMarked;
