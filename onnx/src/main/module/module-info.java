/** Models as ONNX files, out and in. */
module downhill.onnx {
  requires transitive downhill.core;
  requires static org.jspecify;
  requires com.google.protobuf;
  requires org.tribuo.util.onnx;

  exports downhill.onnx;
}
