package downhill.app;

import picocli.CommandLine.Option;

/** The options that every command has. */
@SuppressWarnings("UnusedVariable") // picocli acts on them itself
final class CommonOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  // Main looks for it as well: it matters most when nothing can be parsed.
  @Option(names = "--debug", description = "Show the stack trace of a failure.")
  private boolean debug;
}
