/** The command line, and the inference server, which others may put into their programs. */
module downhill.app {
  requires transitive downhill.core;
  requires downhill.fashionmnist;
  requires downhill.onnx;
  requires static org.jspecify;
  requires info.picocli;
  requires java.compiler;
  requires java.management;
  requires org.commonmark;
  requires org.commonmark.ext.gfm.tables;
  requires org.eclipse.jetty.http;
  requires org.eclipse.jetty.io;
  requires org.eclipse.jetty.server;
  requires org.eclipse.jetty.util;
  requires tools.jackson.core;

  exports downhill.serving;

  opens downhill.app to
      info.picocli;
}
