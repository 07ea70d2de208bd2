/** The Fashion-MNIST data, as a dependency. */
module downhill.fashionmnist {
  requires transitive downhill.core;
  requires static org.jspecify;

  exports downhill.fashionmnist;
}
