package downhill.app;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets models answer over HTTP. */
@Command(
    name = "serve",
    description = {
      "Lets models answer over HTTP, by the Open Inference Protocol (V2): raw values in, "
          + "probabilities and labels out, as JSON or as binary tensors.",
      "",
      "A model whose file changes is loaded again, and no request is lost by it. Prometheus finds "
          + "figures at /metrics. Ctrl-C lets the requests that have begun come to their end."
    },
    descriptionHeading = "%n",
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    abbreviateSynopsis = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  downhill serve runs/1",
      "  downhill serve fashion=runs/1 digits=mnist.safetensors --port 9000",
      "  downhill serve fashion=runs             every run is a version, the last answers",
      "  DOWNHILL_TOKEN=… downhill serve runs/1 --host 0.0.0.0 --tls-keystore key.p12",
      "",
      "  curl http://127.0.0.1:8080/v2/models/runs-1",
      "",
      "Environment:",
      "  DOWNHILL_TOKEN         what clients have to send: Authorization: Bearer …",
      "  DOWNHILL_TLS_PASSWORD  of the keystore",
      "",
      "Other machines are let in only with a token. docs/serving.md tells the rest."
    })
final class ServeCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      index = "0..*",
      arity = "1..*",
      paramLabel = "MODEL",
      description = {
        "A model file, a run folder, or a folder of numbered versions; NAME=PATH says what clients "
            + "call it."
      })
  private List<String> models = List.of();

  @Mixin private ServeOptions options = new ServeOptions();

  @Mixin private MachineOptions machine = new MachineOptions();

  @Option(names = "--json", description = "Write one JSON object a line for what happens.")
  private boolean json;

  ServeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  // The HTTP server's classes are loaded by the session, so that no other command waits for them.
  @Override
  public Integer call() {
    return new ServingSession(terminal, options, machine.execution(), json).run(models);
  }
}
