package downhill.modelfile;

import static downhill.modelfile.ModelFileException.quoted;

import downhill.data.TableSchema;
import downhill.network.Architecture;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What stands beside the tensors, as the {@code __metadata__} of safetensors: strings by name. Ours
 * begin with {@code downhill.}; others are for other programs. Other formats that hold strings by
 * name hold the same ones.
 *
 * @param classNames one for each class
 * @param provenance what the weights are a function of; empty for a file made elsewhere
 * @param schema how a table's rows become inputs; null for bytes
 */
public record ModelMetadata(
    List<String> classNames, SortedMap<String, String> provenance, @Nullable TableSchema schema) {
  private static final String PREFIX = "downhill.";
  private static final String VERSION = "version";
  private static final String ARCHITECTURE = "architecture";
  private static final String INPUT_SCALING = "input_scaling";
  private static final String CLASS_NAMES = "class_names";
  private static final String SCHEMA = "schema";

  /** What a checkpoint has in place of the version. */
  private static final String CHECKPOINT = "checkpoint";

  /** The names under {@code downhill.} that are not provenance. */
  static final Set<String> RESERVED =
      Set.of(VERSION, ARCHITECTURE, INPUT_SCALING, CLASS_NAMES, SCHEMA);

  /** The version of the format that this class writes, and the highest that it reads. */
  private static final int FORMAT = 1;

  /** Unsigned bytes to 0..1. */
  private static final String BYTES = "x/255";

  /** Rows of a table, as the schema says. */
  private static final String TABLE = "schema";

  /** Returns the metadata of a model's file, in the natural order of the keys. */
  public static SortedMap<String, String> write(Model model) {
    SortedMap<String, String> metadata = new TreeMap<>();
    model.provenance().forEach((key, value) -> metadata.put(PREFIX + key, value));
    metadata.put(PREFIX + VERSION, Integer.toString(FORMAT));
    metadata.put(PREFIX + ARCHITECTURE, model.network().architecture().toString());
    TableSchema schema = model.schema();
    metadata.put(PREFIX + INPUT_SCALING, schema == null ? BYTES : TABLE);
    if (schema != null) {
      metadata.put(PREFIX + SCHEMA, SchemaJson.write(schema));
    }
    metadata.put(PREFIX + CLASS_NAMES, Json.writeStrings(model.classNames()));
    metadata.put("format", "pt"); // Hugging Face's loaders ask which framework the names are of
    return metadata;
  }

  /**
   * Checks that a file is of a version that this class reads, or not ours.
   *
   * @param file the file's name, for messages
   * @throws ModelFileException if it is of a later version, does not say, or is a checkpoint
   */
  public static void checkVersion(String file, Map<String, String> metadata)
      throws ModelFileException {
    SortedMap<String, String> ours = ours(metadata);
    if (ours.isEmpty()) {
      return;
    }
    if (!ours.containsKey(VERSION) && ours.containsKey(CHECKPOINT)) {
      throw new ModelFileException(
          file,
          "expected a model, found a checkpoint, from which train --resume goes on with its run; the model is %s in the run folder, once the training has ended"
              .formatted(ModelFile.NAME));
    }
    String version = take(file, ours, VERSION);
    if (!version.matches("[1-9]\\d{0,8}")) {
      throw wrong(file, VERSION, "a whole number from 1", version);
    }
    if (Integer.parseInt(version) > FORMAT) {
      throw new ModelFileException(
          file,
          "written in version %s of the format, and this Downhill reads up to %d; update Downhill"
              .formatted(version, FORMAT));
    }
  }

  /**
   * Reads the metadata of a file whose version has been checked.
   *
   * @param file the file's name, for messages
   * @param architecture what the tensors say; ours must agree
   * @throws ModelFileException if a key is missing, malformed, or contradicts the tensors
   */
  public static ModelMetadata read(
      String file, Map<String, String> metadata, Architecture architecture)
      throws ModelFileException {
    SortedMap<String, String> ours = ours(metadata);
    if (ours.isEmpty()) {
      return new ModelMetadata(
          numbered(architecture.classes()), Collections.emptySortedMap(), null);
    }
    ours.remove(VERSION);
    String written = take(file, ours, ARCHITECTURE);
    if (!written.equals(architecture.toString())) {
      throw wrong(file, ARCHITECTURE, architecture + ", as the tensors have it", written);
    }
    String scaling = take(file, ours, INPUT_SCALING);
    if (!scaling.equals(BYTES) && !scaling.equals(TABLE)) {
      throw wrong(file, INPUT_SCALING, BYTES + " or " + TABLE, scaling);
    }
    TableSchema schema =
        scaling.equals(TABLE) ? schema(file, take(file, ours, SCHEMA), architecture) : null;
    String stray = ours.get(SCHEMA);
    if (stray != null) {
      throw wrong(file, SCHEMA, "none, as the scaling is " + BYTES, stray);
    }
    String names = take(file, ours, CLASS_NAMES);
    List<String> classNames = Json.readStrings(names);
    if (classNames == null) {
      throw wrong(file, CLASS_NAMES, "a JSON array of strings", names);
    }
    return new ModelMetadata(classNames, ours, schema);
  }

  private static TableSchema schema(String file, String json, Architecture architecture)
      throws ModelFileException {
    TableSchema schema;
    try {
      schema = SchemaJson.read(json);
    } catch (IllegalArgumentException e) {
      throw wrong(file, SCHEMA, "the columns of a table", e.getMessage() + ": " + json);
    }
    if (schema.inputs() != architecture.inputs()) {
      throw wrong(
          file,
          SCHEMA,
          "columns that fill %d inputs".formatted(architecture.inputs()),
          "%d: %s".formatted(schema.inputs(), json));
    }
    return schema;
  }

  private static SortedMap<String, String> ours(Map<String, String> metadata) {
    SortedMap<String, String> ours = new TreeMap<>();
    metadata.forEach((key, value) -> {
      if (key.startsWith(PREFIX)) {
        ours.put(key.substring(PREFIX.length()), value);
      }
    });
    return ours;
  }

  private static String take(String file, Map<String, String> ours, String key)
      throws ModelFileException {
    String value = ours.remove(key);
    if (value == null) {
      throw new ModelFileException(
          file,
          "metadata key '%s%s' is missing; a file with any %s* key must have it"
              .formatted(PREFIX, key, PREFIX));
    }
    return value;
  }

  private static ModelFileException wrong(String file, String key, String expected, String found) {
    return new ModelFileException(
        file,
        "metadata key '%s%s': expected %s, found %s"
            .formatted(PREFIX, key, expected, quoted(found)));
  }

  /** Returns "0", "1", …. */
  private static List<String> numbered(int classes) {
    return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }
}
