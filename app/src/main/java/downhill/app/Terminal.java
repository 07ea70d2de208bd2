package downhill.app;

import java.io.Console;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Standard output and standard error, and what the place they go to can show. */
final class Terminal {
  private static final int DEFAULT_COLUMNS = 80;
  private static final Pattern STTY_SIZE = Pattern.compile("\\d{1,5} (\\d{1,5})\\s*");

  /** What text can look like; plain where there are no colours. */
  enum Style {
    PLAIN(""),
    BOLD("1"),
    DIM("2"),
    RED("31"),
    GREEN("32"),
    CYAN("36");

    private final String code;

    Style(String code) {
      this.code = code;
    }
  }

  private final PrintStream out;
  private final PrintStream err;
  private final boolean interactive;
  private final boolean colours;
  private final IntSupplier askColumns;

  /**
   * Makes a terminal.
   *
   * @param interactive whether a person watches, so that a line may be drawn anew
   * @param colours whether text may be coloured
   * @param columns asked for the present width; 0 where nobody knows
   */
  Terminal(
      PrintStream out, PrintStream err, boolean interactive, boolean colours, IntSupplier columns) {
    this.out = out;
    this.err = err;
    this.interactive = interactive;
    this.colours = colours;
    this.askColumns = columns;
  }

  /** Returns the process's own. */
  @SuppressWarnings("SystemConsoleNull") // from 25 on it is null again where nobody watches
  static Terminal system() {
    @Nullable Console console = System.console();
    boolean interactive =
        console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
    @Nullable String noColor = System.getenv("NO_COLOR");
    boolean colours = interactive && (noColor == null || noColor.isEmpty());
    return new Terminal(
        new PrintStream(
            new StandardOutput(new FileOutputStream(FileDescriptor.out)), false, charset()),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, charset()),
        interactive,
        colours,
        interactive ? Terminal::systemColumns : () -> 0);
  }

  // Terminals read UTF-8 whatever LANG says, and containers often say nothing; Windows is
  // different.
  private static Charset charset() {
    boolean windows = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("win");
    return windows ? System.out.charset() : StandardCharsets.UTF_8;
  }

  private static int systemColumns() {
    OptionalInt asked = sttyColumns();
    if (asked.isPresent()) {
      return asked.getAsInt();
    }
    @Nullable String columns = System.getenv("COLUMNS");
    return columns != null && columns.matches("[1-9]\\d{0,4}") ? Integer.parseInt(columns) : 0;
  }

  private static OptionalInt sttyColumns() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(Redirect.DISCARD)
              .start();
      if (!stty.waitFor(1, TimeUnit.SECONDS)) {
        stty.destroyForcibly();
        return OptionalInt.empty();
      }
      String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      Matcher size = STTY_SIZE.matcher(answer);
      return size.matches() ? OptionalInt.of(Integer.parseInt(size.group(1))) : OptionalInt.empty();
    } catch (IOException e) {
      return OptionalInt.empty(); // no stty here, or no terminal
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalInt.empty();
    }
  }

  /** Returns the present number of columns; asks the terminal, so not for every line. */
  int columns() {
    int columns = askColumns.getAsInt();
    return columns > 0 ? columns : DEFAULT_COLUMNS;
  }

  boolean interactive() {
    return interactive;
  }

  boolean colours() {
    return colours;
  }

  PrintStream out() {
    return out;
  }

  PrintStream err() {
    return err;
  }

  /** Writes a line to standard output. */
  void line(String text) {
    out.print(text + "\n");
    out.flush();
  }

  /** Writes an empty line to standard output. */
  void line() {
    line("");
  }

  /** Writes a sentence to standard output, in as many lines as it takes. */
  void paragraph(String text, int columns) {
    Text.wrap(text, columns).forEach(this::line);
  }

  /** Writes a line to standard error. */
  void error(String text) {
    err.print(text + "\n");
    err.flush();
  }

  /** Returns text in a style, where colours are shown. */
  String paint(Style style, String text) {
    return colours && style != Style.PLAIN && !text.isBlank()
        ? "\033[" + style.code + "m" + text + "\033[0m"
        : text;
  }

  /** Draws the current line anew, in place. Only for a person. */
  void redraw(String text) {
    out.print("\r" + text + "\033[K");
    out.flush();
  }

  /** Clears the current line. Only for a person. */
  void clearLine() {
    redraw("");
  }
}
