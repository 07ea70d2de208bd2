package downhill.modelfile;

import static downhill.modelfile.ModelFileException.quoted;

import downhill.data.Column;
import downhill.data.Dataset;
import downhill.data.Missing;
import downhill.data.TableSchema;
import downhill.network.Network;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a model file holds. Immutable; safe to share.
 *
 * @param network the weights
 * @param classNames a name for each class, in one line, no two alike; "0", "1", … where the file
 *     has none
 * @param provenance what the weights are a function of, by name (seed, batch_size, data_sha256, …):
 *     names of a–z, 0–9, _ and dots, values in one line; copied, in the natural order of the names;
 *     empty for a file made elsewhere
 * @param schema how the raw rows of a table become inputs; null for a network that takes bytes,
 *     each divided by 255
 */
public record Model(
    Network network,
    List<String> classNames,
    SortedMap<String, String> provenance,
    @Nullable TableSchema schema) {
  private static final Pattern KEY = Pattern.compile("[a-z0-9_.]{1,100}");

  /**
   * Checks the model.
   *
   * @throws IllegalArgumentException if the names do not fit the network's classes, are blank or
   *     repeated, if the schema does not fit its inputs, or if something cannot be written to a
   *     file
   */
  public Model {
    Objects.requireNonNull(network, "network");
    classNames = List.copyOf(classNames);
    int classes = network.architecture().classes();
    if (classNames.size() != classes) {
      throw new IllegalArgumentException(
          "class names: expected %d, one for each class of %s, found %d"
              .formatted(classes, network.architecture(), classNames.size()));
    }
    Set<String> seen = new HashSet<>();
    for (String name : classNames) {
      if (name.isBlank() || !isOneLine(name)) {
        throw new IllegalArgumentException(
            "class names: expected text in one line, found " + quoted(name));
      }
      if (!seen.add(name)) {
        throw new IllegalArgumentException(
            "class names: expected no two alike, found " + quoted(name) + " twice");
      }
    }
    SortedMap<String, String> copy = new TreeMap<>();
    provenance.forEach((key, value) -> copy.put(checkedKey(key), checkedValue(key, value)));
    provenance = Collections.unmodifiableSortedMap(copy);
    if (schema != null) {
      check(schema, network);
    }
  }

  /**
   * Returns a model of what a network learned from: its classes, and how raw values become its
   * inputs. Examples of floats count as rows of a table with columns called 1, 2, … that are taken
   * as they are, so that nobody divides them by 255.
   *
   * @param data what it learned from, or a part of it
   * @throws IllegalArgumentException if the network does not fit it
   */
  public static Model of(Network network, Dataset data) {
    @Nullable TableSchema schema = data.schema();
    if (schema == null && !data.hasBytes()) {
      List<Column> columns = new ArrayList<>();
      for (int j = 1; j <= data.features(); j++) {
        columns.add(new Column.Numeric(Integer.toString(j), 0, 1));
      }
      schema = new TableSchema(columns, "label", Missing.ERROR);
    } else if (schema == null && data.features() != network.architecture().inputs()) {
      throw new IllegalArgumentException(
          "data: expected examples of %d values, as %s takes them, found %d"
              .formatted(network.architecture().inputs(), network.architecture(), data.features()));
    }
    return new Model(network, data.classNames(), new TreeMap<>(), schema);
  }

  /**
   * Makes a model that takes bytes, each divided by 255. What learned from a table or from floats
   * needs a schema: see {@link #of}.
   */
  public Model(Network network, List<String> classNames, SortedMap<String, String> provenance) {
    this(network, classNames, provenance, null);
  }

  private static void check(TableSchema schema, Network network) {
    int inputs = network.architecture().inputs();
    if (schema.inputs() != inputs) {
      throw new IllegalArgumentException(
          "schema: expected columns that fill the %d inputs of %s, found %d"
              .formatted(inputs, network.architecture(), schema.inputs()));
    }
    if (!SchemaJson.isWellFormed(schema)) {
      throw new IllegalArgumentException(
          "schema: expected names and levels of text, found unpaired surrogates");
    }
  }

  private static String checkedKey(String key) {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException(
          "provenance: expected names of a–z, 0–9, '_' and '.', found " + quoted(key));
    }
    if (ModelMetadata.RESERVED.contains(key)) {
      throw new IllegalArgumentException(
          "provenance: the name '" + key + "' is taken by the file itself; choose another");
    }
    return key;
  }

  private static String checkedValue(String key, String value) {
    if (!isOneLine(value)) {
      throw new IllegalArgumentException(
          "provenance: expected text in one line for '" + key + "', found " + quoted(value));
    }
    return value;
  }

  // Names and values end up on terminals and in reports: nothing in them may steer those.
  private static boolean isOneLine(String text) {
    return Json.isWellFormed(text)
        && text.codePoints()
            .noneMatch(c -> Character.isISOControl(c) || c == '\u2028' || c == '\u2029');
  }
}
