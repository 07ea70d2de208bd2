package downhill.app;

/** What the process tells its parent when it ends. */
final class ExitStatus {
  /** All went well. */
  static final int OK = 0;

  /** Something failed while running. */
  static final int FAILED = 1;

  /** The command or one of its files has to be mended first; nothing was changed. */
  static final int REFUSED = 2;

  /** Stopped by Ctrl-C: 128 + SIGINT. */
  static final int INTERRUPTED = 130;

  /** Whoever read the output has gone: 128 + SIGPIPE, which is what a shell would see. */
  static final int OUTPUT_CLOSED = 141;

  private ExitStatus() {}
}
