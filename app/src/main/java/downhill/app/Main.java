package downhill.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Where the program begins, and where every failure becomes an exit status. */
public final class Main {
  private static final int NARROWEST_HELP = 55; // picocli's own least width
  private static final int WIDEST_HELP = 100;

  private Main() {}

  /** Runs the command line and ends the JVM. */
  public static void main(String[] args) {
    // Digits of another script have no place in addresses, pictures and what programs read.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    int status = run(Terminal.system(), args);
    // After a signal the JVM is ending already, with the signal's own status.
    if (status != ExitStatus.INTERRUPTED) {
      System.exit(status);
    }
  }

  /** Runs the command line and returns its exit status. */
  static int run(Terminal terminal, String... args) {
    boolean debug = Arrays.asList(args).contains("--debug");
    StringWriter help = new StringWriter();
    try {
      int status = commandLine(terminal, new PrintWriter(help), debug).execute(args);
      terminal.out().print(help);
      terminal.out().flush();
      return status;
    } catch (Exception | OutOfMemoryError e) {
      return report(terminal, e, debug);
    }
  }

  // Help goes by way of a string: picocli would report output that can't be written as it likes.
  private static CommandLine commandLine(Terminal terminal, PrintWriter help, boolean debug) {
    CommandLine root = DownhillCommand.commandLine(terminal);
    root.setOut(help);
    root.setColorScheme(Help.defaultColorScheme(terminal.colours() ? Ansi.ON : Ansi.OFF));
    root.setUsageHelpWidth(Math.clamp(terminal.columns(), NARROWEST_HELP, WIDEST_HELP));
    root.setAllowOptionsAsOptionParameters(false);
    root.setExpandAtFiles(false); // a file may be called so
    root.setParameterExceptionHandler((e, arguments) -> {
      if (debug) {
        e.printStackTrace(terminal.err());
      }
      return report(terminal, failure(e));
    });
    root.setExecutionExceptionHandler((e, command, parsed) -> report(terminal, e, debug));
    return root;
  }

  private static Failure failure(ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    String hint = "see " + command + " --help";
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> similar = unmatched.getSuggestions();
      if (!similar.isEmpty()) {
        hint = "did you mean " + similar.getFirst() + "? " + hint;
      }
    }
    return new Failure(ExitStatus.REFUSED, Failure.describe(e), hint);
  }

  private static int report(Terminal terminal, Throwable e, boolean debug) {
    if (e instanceof StandardOutput.ClosedException) {
      return ExitStatus.OUTPUT_CLOSED;
    }
    if (debug) {
      e.printStackTrace(terminal.err());
    }
    return report(terminal, Failure.of(e));
  }

  private static int report(Terminal terminal, Failure failure) {
    terminal.error("downhill: " + failure.message());
    terminal.error("hint: " + failure.hint());
    return failure.status();
  }
}
