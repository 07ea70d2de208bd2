package downhill.studio;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.JsonGenerator;

/**
 * The run folders, those of the command line too: which there are, and what their histories say.
 */
final class Runs {
  private static final String MODEL = "model.safetensors";

  /** What a run has told, a line each. */
  static final String HISTORY = "history.jsonl";

  private static final String CHECKPOINT = "checkpoint.safetensors";
  private static final String REPORT = "report.html";

  /** The most runs that are listed, the latest first. */
  private static final int MOST_RUNS = 200;

  /** The kinds of lines that a page wants: a history holds ten times as many of progress. */
  private static final List<String> KINDS =
      List.of("started", "resumed", "epoch", "went_back", "finished", "interrupted", "failed");

  private final Workshop workshop;
  private final Map<Path, Lines> read = new ConcurrentHashMap<>();

  Runs(Workshop workshop) {
    this.workshop = workshop;
  }

  /** Writes the list of runs, each with the lines of its history that say how it stands. */
  void write(JsonGenerator json) {
    json.writeArrayPropertyStart("runs");
    List<Path> folders = folders();
    read.keySet().retainAll(Set.copyOf(folders)); // others have gone
    for (Path folder : folders) {
      List<String> lines = lines(folder);
      json.writeStartObject();
      json.writeStringProperty("name", String.valueOf(folder.getFileName()));
      json.writeBooleanProperty("model", Files.isRegularFile(folder.resolve(MODEL)));
      json.writeBooleanProperty("report", Files.isRegularFile(folder.resolve(REPORT)));
      json.writeBooleanProperty("checkpoint", Files.isRegularFile(folder.resolve(CHECKPOINT)));
      Json.strings(
          json,
          "lines",
          List.of(first(lines), last(lines, "\"event\":\"epoch\""), last(lines, "")));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static String first(List<String> lines) {
    return lines.isEmpty() ? "" : lines.getFirst();
  }

  private static String last(List<String> lines, String with) {
    for (String line : lines.reversed()) {
      if (line.contains(with)) {
        return line;
      }
    }
    return "";
  }

  private List<Path> folders() {
    List<Path> folders = new ArrayList<>();
    if (!Files.isDirectory(workshop.runs())) {
      return folders;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(workshop.runs())) {
      for (Path entry : entries) {
        if (!Models.isName(String.valueOf(entry.getFileName()))) {
          continue; // it could not be asked for
        }
        if (Files.isRegularFile(entry.resolve(HISTORY))
            || Files.isRegularFile(entry.resolve(MODEL))) {
          folders.add(entry);
        }
      }
    } catch (IOException e) {
      throw new RefusedException(500, workshop.runs() + ": can't be read", "");
    }
    folders.sort(Comparator.comparingLong(Runs::changed).reversed());
    return folders.subList(0, Math.min(MOST_RUNS, folders.size()));
  }

  private static long changed(Path folder) {
    Path history = folder.resolve(HISTORY);
    return Files.exists(history)
        ? history.toFile().lastModified()
        : folder.resolve(MODEL).toFile().lastModified();
  }

  /** Writes the history of a run, without its progress within epochs. */
  void writeHistory(JsonGenerator json, Path folder) {
    Json.strings(json, "lines", lines(folder));
  }

  // Whatever lies there: a line is taken where it looks like one of ours, and the page parses it.
  private List<String> lines(Path folder) {
    return read.computeIfAbsent(folder, of -> new Lines(of.resolve(HISTORY), Runs::isWanted)).all();
  }

  private static boolean isWanted(String line) {
    return KINDS.stream().anyMatch(kind -> line.startsWith("{\"event\":\"" + kind + "\""));
  }

  /** A header takes no other letters. */
  private static String plain(String name) {
    return name.replaceAll("[^A-Za-z0-9._-]", "-");
  }

  /** Returns a file of a run to download or to look at. */
  Reply file(Path folder, String name) {
    Path file = folder.resolve(name);
    boolean report = name.equals(REPORT);
    if (!report && !name.equals(MODEL)) {
      throw new RefusedException(404, "run: expected model.safetensors or report.html", "");
    }
    try {
      byte[] bytes = Files.readAllBytes(file);
      String run = String.valueOf(folder.getFileName());
      return new Reply(
          200,
          report ? "text/html; charset=utf-8" : "application/octet-stream",
          bytes,
          report
              // It brings its own styles and pictures, and may do nothing else.
              ? Map.of(
                  "Content-Security-Policy",
                  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox")
              : Map.of(
                  "Content-Disposition",
                  "attachment; filename=\"downhill-run-" + plain(run) + ".safetensors\""));
    } catch (IOException e) {
      throw new RefusedException(404, name + ": this run has none yet", "");
    }
  }
}
