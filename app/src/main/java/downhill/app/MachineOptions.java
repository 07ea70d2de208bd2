package downhill.app;

import downhill.network.Execution;
import downhill.network.Kernel;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options for the machine. None of them changes a bit of any result. */
final class MachineOptions {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = {
        "How many threads share the work.",
        "Default: as many as the processors that this process may use (containers and affinity "
            + "count), here ${DEFAULT-VALUE}"
      })
  private int threads = Execution.defaults().threads();

  @Option(
      names = "--kernel",
      paramLabel = "auto|vector|scalar",
      converter = KernelName.class,
      description = {
        "What does the arithmetic: the vector kernels, the scalar ones, or (auto) the vector kernels "
            + "where this Java has them and the work is worth compiling them for, else the scalar ones.",
        "Default: auto"
      })
  private Kernel kernel = Execution.defaults().kernel();

  /** Returns the settings, checked. */
  Execution execution() {
    try {
      return new Execution(threads, kernel);
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(e, "give --threads a number that this machine has cores for");
    }
  }

  private static final class KernelName implements ITypeConverter<Kernel> {
    @Override
    public Kernel convert(String value) {
      return switch (value.toLowerCase(Locale.ROOT)) {
        case "auto" -> Kernel.AUTO;
        case "vector" -> Kernel.VECTOR;
        case "scalar" -> Kernel.SCALAR;
        default ->
            throw new TypeConversionException(
                "expected auto, vector or scalar, found '" + value + "'");
      };
    }
  }
}
