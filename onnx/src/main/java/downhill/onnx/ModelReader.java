package downhill.onnx;

import static downhill.modelfile.ModelFileException.quoted;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import downhill.data.TableSchema;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFileException;
import downhill.modelfile.ModelMetadata;
import downhill.modelfile.SchemaJson;
import downhill.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads ONNX files: the message, its versions, its metadata, and the network in its graph. */
final class ModelReader {
  /** The oldest set of operators in which Gemm and Add mean what they mean now. */
  private static final int OLDEST_OPSET = 7;

  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;
  private static final String OURS = "downhill.";
  private static final String SCHEMA = "downhill.schema";

  private ModelReader() {}

  static Model read(Path path) throws IOException {
    String file = path.toString();
    ModelProto proto = parse(file, bytes(path));
    if (!proto.hasGraph()) {
      throw new ModelFileException(
          file, "expected an ONNX model, found no graph; is the file cut short, or another kind?");
    }
    long opset = opset(file, proto);
    Map<String, String> metadata = metadata(file, proto);
    // First of all: what a later version puts in its files, this one can't judge.
    ModelMetadata.checkVersion(file, metadata);
    @Nullable TableSchema schema = schema(file, metadata);
    Graph graph =
        new Graph(
            path,
            schema == null ? proto.getGraph() : TableStage.without(file, proto.getGraph(), schema));
    NetworkReader reader = new NetworkReader(graph, opset);
    Network network = reader.read();
    ModelMetadata read = ModelMetadata.read(file, metadata, network.architecture());
    Model model;
    try {
      model = new Model(network, read.classNames(), read.provenance(), read.schema());
    } catch (IllegalArgumentException unfit) {
      throw new ModelFileException(file, String.valueOf(unfit.getMessage()), unfit);
    }
    if (schema == null) {
      checkScaling(graph, reader, model, isOurs(metadata));
    } else if (!reader.stage().isNothing()) {
      throw graph.wrong("expected no scaling but that of the table's rows, found another");
    }
    return model;
  }

  /** Returns the files beside it that its tensors name, whether they are there or not. */
  static List<Path> external(Path path) throws IOException {
    GraphProto graph = parse(path.toString(), bytes(path)).getGraph();
    Stream<TensorProto> constants =
        graph.getNodeList().stream()
            .flatMap(node -> node.getAttributeList().stream())
            .map(AttributeProto::getT);
    return Stream.concat(graph.getInitializerList().stream(), constants)
        .flatMap(tensor -> tensor.getExternalDataList().stream())
        .filter(entry -> entry.getKey().equals(ExternalData.LOCATION))
        .map(StringStringEntryProto::getValue)
        .distinct()
        .flatMap(location -> ExternalData.within(path, location).stream())
        .toList();
  }

  private static @Nullable TableSchema schema(String file, Map<String, String> metadata)
      throws ModelFileException {
    @Nullable String text = metadata.get(SCHEMA);
    if (text == null) {
      return null;
    }
    try {
      return SchemaJson.read(text);
    } catch (IllegalArgumentException malformed) {
      throw new ModelFileException(file, String.valueOf(malformed.getMessage()), malformed);
    }
  }

  private static byte[] bytes(Path path) throws IOException {
    String file = path.toString();
    try {
      if (Files.exists(path) && !Files.isRegularFile(path)) {
        throw new ModelFileException(file, "expected a file, found a folder or a device");
      }
      long size = Files.size(path);
      if (size > MAX_BYTES) {
        throw new ModelFileException(
            file, "expected at most %d bytes, found %d".formatted(MAX_BYTES, size));
      }
      return Files.readAllBytes(path);
    } catch (NoSuchFileException missing) {
      throw new ModelFileException(file, "no such file; expected an ONNX file", missing);
    } catch (ModelFileException refused) {
      throw refused;
    } catch (IOException refused) {
      throw new ModelFileException(
          file, "cannot be read: " + ModelFileException.reason(refused), refused);
    }
  }

  private static ModelProto parse(String file, byte[] bytes) throws ModelFileException {
    ByteString content = UnsafeByteOperations.unsafeWrap(bytes);
    CodedInputStream in = content.newCodedInput();
    try {
      if (!Outline.isModest(in)) {
        throw new ModelFileException(
            file, "expected at most %d parts, found more".formatted(Outline.MAX_PARTS));
      }
      in = content.newCodedInput();
      in.enableAliasing(true); // weights stay where they are until they are asked for
      ModelProto proto = ModelProto.parseFrom(in);
      in.checkLastTagWas(0);
      return proto;
    } catch (InvalidProtocolBufferException malformed) {
      throw new ModelFileException(
          file,
          in.getTotalBytesRead(),
          "expected an ONNX model, found what is none; the file is cut short or of another kind");
    } catch (ModelFileException refused) {
      throw refused;
    } catch (IOException impossible) {
      throw new ModelFileException(file, String.valueOf(impossible.getMessage()), impossible);
    }
  }

  private static long opset(String file, ModelProto proto) throws ModelFileException {
    for (OperatorSetIdProto set : proto.getOpsetImportList()) {
      if (set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx")) {
        if (set.getVersion() < OLDEST_OPSET) {
          throw new ModelFileException(
              file,
              "expected operators of version %d or later, found %d; convert the model"
                  .formatted(OLDEST_OPSET, set.getVersion()));
        }
        return set.getVersion();
      }
    }
    throw new ModelFileException(
        file, "expected the version of ONNX's operators, found none; is the file cut short?");
  }

  private static Map<String, String> metadata(String file, ModelProto proto)
      throws ModelFileException {
    Map<String, String> metadata = new HashMap<>();
    for (StringStringEntryProto entry : proto.getMetadataPropsList()) {
      if (metadata.put(entry.getKey(), entry.getValue()) != null) {
        throw new ModelFileException(
            file, "metadata key " + quoted(entry.getKey()) + " appears twice");
      }
    }
    if (proto.getProducerName().equals(GraphWriter.PRODUCER) && !isOurs(metadata)) {
      throw new ModelFileException(
          file, "written by Downhill, but its metadata is missing; the file is cut short");
    }
    return metadata;
  }

  private static boolean isOurs(Map<String, String> metadata) {
    return metadata.keySet().stream().anyMatch(key -> key.startsWith(OURS));
  }

  // Ours must do what its metadata says. Another program's may leave the scaling to whoever feeds
  // it, as most do; but not where it takes bytes, since nobody can scale those first.
  private static void checkScaling(Graph graph, NetworkReader reader, Model model, boolean ours)
      throws ModelFileException {
    InputStage stage = reader.stage();
    InputScaling expected = InputScaling.of(model);
    if (stage.is(expected)) {
      return;
    }
    if (ours || !stage.isNothing()) {
      throw stage.refusal(graph, expected);
    }
    reader.value().checkFractions(graph);
  }
}
