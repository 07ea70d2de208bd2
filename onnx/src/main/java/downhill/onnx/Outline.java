package downhill.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * Counts the parts of a model before it is parsed. A part of two bytes becomes an object of a
 * hundred, so a file of some size could otherwise ask for fifty times as much memory.
 */
final class Outline {
  /** More than any network that fits has: a layer takes about ten. */
  static final int MAX_PARTS = 1 << 20;

  private static final int MAX_DEPTH = 100; // what the parser allows, too

  private int parts;

  private Outline() {}

  /**
   * Returns whether there are few enough.
   *
   * @throws InvalidProtocolBufferException if the bytes are no message at all, or hold a group,
   *     which ONNX has none of
   */
  static boolean isModest(CodedInputStream model) throws IOException {
    Outline outline = new Outline();
    outline.count(model, ModelProto.getDescriptor(), 0);
    return outline.parts <= MAX_PARTS;
  }

  private void count(CodedInputStream in, Descriptor type, int depth) throws IOException {
    while (parts <= MAX_PARTS) {
      int tag = in.readTag();
      if (tag == 0) {
        return;
      }
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      boolean numbers = field != null && field.getJavaType() != JavaType.MESSAGE;
      int kind = WireFormat.getTagWireType(tag);
      if (kind == WireFormat.WIRETYPE_START_GROUP) {
        // It would be passed over whole here, and the parser makes an object of each within it.
        throw new InvalidProtocolBufferException("expected no group, found one");
      }
      if (kind != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        parts += numbers ? 0 : 1; // an unknown number is kept as an object, a known one is not
        if (!in.skipField(tag)) {
          return; // the end of a group that never began; the parser will say so
        }
        continue;
      }
      parts++;
      if (field != null && field.getJavaType() == JavaType.MESSAGE && depth < MAX_DEPTH) {
        int limit = in.pushLimit(in.readRawVarint32());
        count(in, field.getMessageType(), depth + 1);
        in.popLimit(limit);
      } else {
        in.skipField(tag);
      }
    }
  }
}
