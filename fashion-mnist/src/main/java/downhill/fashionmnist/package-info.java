/** Fashion-MNIST. */
@NullMarked
package downhill.fashionmnist;

import org.jspecify.annotations.NullMarked;
