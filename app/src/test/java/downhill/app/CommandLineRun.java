package downhill.app;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A run of the command line within this process, and what came of it.
 *
 * @param status the exit status
 * @param out all of standard output
 * @param err all of standard error
 */
record CommandLineRun(int status, String out, String err) {
  /** Runs it as if its output went to a file. */
  static CommandLineRun of(Object... args) {
    return on(false, false, 0, args);
  }

  /** Runs it as if on a terminal. */
  static CommandLineRun on(boolean interactive, boolean colours, int columns, Object... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            interactive,
            colours,
            () -> columns);
    String[] words = List.of(args).stream().map(Object::toString).toArray(String[]::new);
    int status = Main.run(terminal, words);
    return new CommandLineRun(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The lines of standard output. */
  List<String> lines() {
    return out.lines().toList();
  }

  /** Reads JSON; fails where it is not one value and nothing else. Objects become maps. */
  static Object json(String text) {
    try (JsonParser parser =
        JsonFactory.builder().build().createParser(ObjectReadContext.empty(), text)) {
      parser.nextToken();
      Object value = JsonValues.read(parser);
      if (parser.nextToken() != null) {
        throw new AssertionError("more than one value: " + text);
      }
      return value;
    }
  }
}
