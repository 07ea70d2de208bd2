package downhill.app;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file {@code history.jsonl} of a run folder: a line for each event, whole at any moment. */
final class History implements AutoCloseable {
  private final Path file;
  private final BufferedWriter writer;

  private History(Path file, BufferedWriter writer) {
    this.file = file;
    this.writer = writer;
  }

  /** Begins a new history; refuses to go on with an old one. */
  static History create(Path file) {
    try {
      return new History(file, Files.newBufferedWriter(file, StandardOpenOption.CREATE_NEW));
    } catch (FileAlreadyExistsException e) {
      throw CommandException.refused(e, "another run has taken this folder; give --output another");
    } catch (IOException e) {
      throw CommandException.refused(e, "give --output a folder that can be written");
    }
  }

  /** Adds a line. */
  void add(String line) {
    try {
      writer.write(line);
      writer.write('\n');
      writer.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private CommandException failed(IOException e) {
    return CommandException.failed(
        file + ": " + Failure.describe(e), "make room on the disk, and train again", e);
  }
}
