/** The command line. */
module downhill.app {
  requires downhill.core;
  requires downhill.fashionmnist;
  requires static org.jspecify;
  requires info.picocli;
  requires tools.jackson.core;

  opens downhill.app to
      info.picocli;
}
