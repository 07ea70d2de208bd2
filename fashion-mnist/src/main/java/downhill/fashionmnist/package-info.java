/**
 * Fashion-MNIST as a dependency: the four official files, and a class that reads them. Uses {@code
 * downhill.data}; safe to use from any thread.
 */
@NullMarked
package downhill.fashionmnist;

import org.jspecify.annotations.NullMarked;
