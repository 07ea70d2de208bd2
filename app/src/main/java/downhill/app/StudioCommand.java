package downhill.app;

import downhill.app.Terminal.Style;
import downhill.studio.StudioServer;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Opens the studio. */
@Command(
    name = "studio",
    description = {
      "Opens a page on this machine where a network can be watched while it trains, asked why each "
          + "weight moves, and tried. Ends with Ctrl-C."
    },
    descriptionHeading = "%n",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  downhill studio",
      "  downhill studio --data kmnist/ --port 8080 --no-open",
      "",
      "The page is served to this machine alone (127.0.0.1), and only to whoever",
      "has the address that is printed: it holds a token that each start makes anew.",
      "Runs are kept in runs/, as those of downhill train are."
    })
final class StudioCommand implements Callable<Integer> {
  /**
   * Where the studio is found, where nobody says: as many as a picture of 28 × 28 has pixels, × 10.
   */
  private static final int USUAL_PORT = 7840;

  private static final int GREATEST_PORT = 65_535;

  private static final Path RUNS = Path.of("runs");

  private final Terminal terminal;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = {
        "The port to listen on; 0 for any that is free.",
        "Default: " + USUAL_PORT + ", or any that is free where that one is taken"
      })
  private @Nullable Integer port;

  @Option(names = "--no-open", description = "Only print the address; don't open a browser.")
  private boolean closed;

  @Mixin private DataOption data = new DataOption();

  @Mixin private MachineOptions machine = new MachineOptions();

  StudioCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (port != null && (port < 0 || port > GREATEST_PORT)) {
      throw CommandException.refused(
          "--port %d: expected 0 to %d".formatted(port, GREATEST_PORT),
          "leave it out for the usual one");
    }
    StudioWorkshop workshop =
        new StudioWorkshop(
            data.showing(ReadingView.on(terminal, false)), machine.execution(), RUNS);
    CountDownLatch end = new CountDownLatch(1);
    // The JVM may end when the interruption is closed: a training has written its checkpoint then.
    try (Interruption interruption = Interruption.watch(end::countDown)) {
      try (StudioServer server = start(workshop)) {
        terminal.line(terminal.paint(Style.BOLD, "The studio is open at"));
        terminal.line(server.url());
        terminal.line("Ctrl-C closes it; a training under way can be taken up again.");
        try (@Nullable Browser _ = closed ? null : Browser.open(server.url(), RUNS)) {
          end.await();
        }
      }
      workshop.awaitEnd();
      return interruption.requested() ? ExitStatus.INTERRUPTED : ExitStatus.OK;
    }
  }

  private StudioServer start(StudioWorkshop workshop) {
    try {
      try {
        return listen(port == null ? USUAL_PORT : port, workshop);
      } catch (BindException taken) {
        if (port != null) {
          throw taken;
        }
        return listen(0, workshop);
      }
    } catch (IOException e) {
      throw CommandException.refused(
          "port %d: can't listen there: %s"
              .formatted(port == null ? USUAL_PORT : port, Failure.describe(e)),
          "give --port another number, or 0 for any that is free");
    }
  }

  private StudioServer listen(int where, StudioWorkshop workshop) throws IOException {
    return StudioServer.start(
        where, workshop, failure -> terminal.error("downhill: " + Failure.of(failure).message()));
  }
}
