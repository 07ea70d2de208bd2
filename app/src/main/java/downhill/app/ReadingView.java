package downhill.app;

import downhill.app.Terminal.Style;
import downhill.data.ReadingListener;
import downhill.data.UnreadableImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far the reading of images has come, on a terminal, and notes what is left out. Notes go
 * to standard error, so that they spoil no JSON.
 */
final class ReadingView implements ReadingListener {
  /** Shows and notes nothing. */
  static final ReadingView SILENT = new ReadingView(null, false);

  private static final int NOTED = 5;
  private static final int WIDEST = 30;

  private final @Nullable Terminal terminal;
  private final boolean drawn;
  private long begun;
  private int columns;

  private ReadingView(@Nullable Terminal terminal, boolean drawn) {
    this.terminal = terminal;
    this.drawn = drawn;
  }

  /**
   * Returns a view on a terminal.
   *
   * @param json whether standard output is for programs, so that nothing is drawn there
   */
  static ReadingView on(Terminal terminal, boolean json) {
    return new ReadingView(terminal, terminal.interactive() && !json);
  }

  @Override
  public void read(int done, int total) {
    if (terminal == null || !drawn) {
      return;
    }
    if (done == total) {
      clear();
      return;
    }
    long now = System.nanoTime();
    if (begun == 0) {
      begun = now;
      columns = terminal.columns();
    }
    double seconds = (now - begun) / 1e9;
    String rate = seconds > 0 ? Text.count(Math.round(done / seconds)) + " images/s" : "";
    String head = "Reading  ";
    String tail = "  %s of %s  %s".formatted(Text.count(done), Text.count(total), rate);
    int width = Math.min(WIDEST, columns - 1 - head.length() - Text.width(tail));
    int full = (int) Math.round((double) done / total * Math.max(0, width));
    String bar =
        width < 1
            ? ""
            : terminal.paint(Style.CYAN, "━".repeat(full))
                + terminal.paint(Style.DIM, "─".repeat(width - full));
    terminal.redraw(
        width < 1 ? Text.clip(head + tail, Math.max(1, columns - 1)) : head + bar + tail);
  }

  /** Clears what is drawn, also where reading came to no end. */
  void clear() {
    if (terminal != null && begun != 0) {
      terminal.clearLine();
      begun = 0;
    }
  }

  /** Notes something. */
  void note(String text) {
    if (terminal != null) {
      terminal.error("note: " + Text.clean(text));
    }
  }

  /**
   * Notes which images could not be read.
   *
   * @param total of how many
   * @param again how to call the data on the command line
   */
  void unreadable(List<UnreadableImage> images, int total, String again) {
    if (terminal == null || images.isEmpty()) {
      return;
    }
    note(
        "%s of %s can't be read and are left out"
            .formatted(Text.count(images.size()), Text.count(total, "image")));
    for (UnreadableImage image : images.subList(0, Math.min(NOTED, images.size()))) {
      terminal.error("  " + Text.clean(image.reason()));
    }
    if (images.size() > NOTED) {
      terminal.error(
          "  and %s more: downhill data %s lists them all"
              .formatted(Text.count(images.size() - NOTED), again));
    }
  }

  /** Notes all images that could not be read, where there is nothing else to show. */
  void allUnreadable(List<UnreadableImage> images, int total) {
    if (terminal == null) {
      return;
    }
    clear();
    note("%s of %s can't be read".formatted(Text.count(images.size()), Text.count(total, "image")));
    for (UnreadableImage image : images) {
      terminal.error("  " + Text.clean(image.reason()));
    }
  }

  /** Notes what else is there and taken for nothing. */
  void others(List<String> others, String where) {
    if (!others.isEmpty()) {
      note(
          "%s: left out because they are no images of a class: %s%s"
              .formatted(
                  where,
                  String.join(", ", others.subList(0, Math.min(NOTED, others.size()))),
                  others.size() > NOTED
                      ? " and " + Text.count(others.size() - NOTED) + " more"
                      : ""));
    }
  }
}
