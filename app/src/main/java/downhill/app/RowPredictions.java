package downhill.app;

import downhill.data.CsvFile;
import downhill.data.CsvFormat;
import downhill.data.TableSchema;
import downhill.data.UnknownCategories;
import downhill.modelfile.Model;
import downhill.network.Execution;
import downhill.network.Predictions;
import downhill.network.Predictor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a model says of the rows of tables, in memory that does not grow with them.
 *
 * @param model the model
 * @param schema its schema
 * @param format how to read the files
 * @param notes gets what is to be noted of a file
 * @param answer what becomes of each answer
 */
record RowPredictions(
    Model model, TableSchema schema, CsvFormat format, Consumer<String> notes, Answer answer) {
  /** Rows to a forward pass. */
  private static final int CHUNK = 1000;

  /** Values to a forward pass, at most, unless a single row has more. */
  private static final int CHUNK_VALUES = 1 << 22;

  /** Takes the answers that are only looked for. */
  private static final Answer NOBODY = (file, line, predictions, i) -> {};

  /** Takes answers. */
  interface Answer {
    /**
     * Takes one.
     *
     * @param line the line of the file that the row begins in, from 1
     * @param i which of the predictions is the row's
     */
    void accept(Path file, long line, Predictions predictions, int i);
  }

  /** Predicts all rows of some files; refuses all of them where one can't be read or answered. */
  void of(List<Path> files) {
    // Twice: half an answer is easily taken for a whole one.
    files.forEach(RowPredictions::check);
    try (Predictor predictor = new Predictor(model.network(), Execution.defaults(), rows(files))) {
      for (Path file : files) {
        Chunk first = read(file, new Chunk(file, predictor, NOBODY));
        first.unknown.values().forEach(unknown -> notes.accept(TableReading.note(file, unknown)));
      }
      for (Path file : files) {
        read(file, new Chunk(file, predictor, answer));
      }
    }
  }

  /** Returns about how many rows there are, all read twice, if a field takes two bytes. */
  private long rows(List<Path> files) {
    return files.stream().mapToLong(file -> file.toFile().length() / schema.columns().size()).sum();
  }

  private static void check(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
      throw CommandException.refused(
          file + ": expected a file, which predict reads twice, found a pipe or a device",
          "write the rows into a file first");
    }
  }

  private Chunk read(Path file, Chunk rows) {
    try {
      CsvFile.forEachRow(file, format, schema, rows);
      rows.flush();
      return rows;
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.refused(
          e,
          String.valueOf(e.getMessage()).contains("takes no missing values")
              ? TableReading.MODEL_MISSING_HINT
              : "give rows of %d columns as training had (see inspect); with --no-header the first line is one, --separator says what stands between fields, --decimal before decimals; --unknown mean takes other categories"
                  .formatted(schema.columns().size()));
    }
  }

  private final class Chunk implements CsvFile.RowConsumer {
    private final Path file;
    private final Predictor predictor;
    private final Answer to;
    private final int inputs = schema.inputs();
    private final int most = Math.clamp(CHUNK_VALUES / inputs, 1, CHUNK);
    private final float[] values = new float[most * inputs];
    private final long[] lines = new long[most];
    private final Map<String, UnknownCategories> unknown = new LinkedHashMap<>(); // by column
    private int count;

    Chunk(Path file, Predictor predictor, Answer to) {
      this.file = file;
      this.predictor = predictor;
      this.to = to;
    }

    @Override
    public void unknown(long line, String column, String category) {
      unknown.merge(
          column,
          new UnknownCategories(column, 1, category, line),
          (all, one) ->
              new UnknownCategories(column, all.rows() + one.rows(), all.first(), all.line()));
    }

    @Override
    public void accept(long line, float[] row) {
      System.arraycopy(row, 0, values, count * inputs, inputs);
      lines[count++] = line;
      if (count == most) {
        flush();
      }
    }

    void flush() {
      Predictions predictions = predictor.predict(values, 0, count);
      for (int i = 0; i < count; i++) {
        if (!predictions.hasAnswer(i)) {
          throw CommandException.refused(
              "%s: line %d: expected values near those that the model learned from, found some so far from them that it has no answer"
                  .formatted(file, lines[i]),
              "mend the row, or leave it out");
        }
        to.accept(file, lines[i], predictions, i);
      }
      count = 0;
    }
  }
}
