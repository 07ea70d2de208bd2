package downhill.benchmarks.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program that can be started as a {@link Session}: a command line and its environment.
 *
 * @param name what tables call it
 * @param missing what it needs and this machine has not; empty if it can be started
 */
record Contender(
    String name, List<String> command, Map<String, String> environment, String missing) {
  /** Makes one that has all it needs. */
  Contender(String name, List<String> command, Map<String, String> environment) {
    this(name, command, environment, "");
  }

  /** Returns this one with more arguments, under another name. */
  Contender with(String newName, String... arguments) {
    List<String> longer = new ArrayList<>(command);
    longer.addAll(List.of(arguments));
    return new Contender(newName, longer, environment, missing);
  }

  /** Returns one that trains a task at a constant rate. */
  Contender training(String network, int batch, double rate, int threads, long seed) {
    return training(network, batch, rate, 1, threads, seed);
  }

  /** Returns one that trains a task, and multiplies the rate after each epoch. */
  Contender training(String network, int batch, double rate, double decay, int threads, long seed) {
    return with(
        name,
        "network=" + network,
        "batch=" + batch,
        "rate=" + rate,
        "decay=" + decay,
        "threads=" + threads,
        "seed=" + seed);
  }

  /**
   * Returns the module in a folder of the benchmarks, which says how it is started: {@code
   * jvm.options}, {@code main} and perhaps {@code environment}.
   *
   * @param options more options for the JVM
   */
  static Contender module(Path benchmarks, String module, int threads, String... options)
      throws IOException {
    Path folder = benchmarks.resolve(module);
    return jvm(
        module,
        folder,
        Files.readString(folder.resolve("main")).strip(),
        lines(folder.resolve("jvm.options"), threads),
        lines(folder.resolve("environment"), threads),
        options);
  }

  /** As {@link #module}, but another class of the same module. */
  static Contender main(Path benchmarks, String module, String mainClass, int threads)
      throws IOException {
    Path folder = benchmarks.resolve(module);
    List<String> options = lines(folder.resolve("jvm.options"), threads);
    return jvm(module, folder, mainClass, options, List.of());
  }

  private static Contender jvm(
      String name,
      Path folder,
      String mainClass,
      List<String> options,
      List<String> environment,
      String... more) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of(more));
    command.addAll(List.of("-cp", folder.resolve("target/jars") + "/*", mainClass));
    Map<String, String> variables = new LinkedHashMap<>();
    for (String line : environment) {
      int equals = line.indexOf('=');
      variables.put(line.substring(0, equals), line.substring(equals + 1));
    }
    return new Contender(name, command, variables);
  }

  private static List<String> lines(Path file, int threads) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    return Files.readAllLines(file).stream()
        .map(line -> line.replace("${threads}", Integer.toString(threads)))
        .filter(line -> !line.isBlank())
        .toList();
  }

  /**
   * Returns a Python script that trains; {@code python} is the interpreter that has its library.
   * Threads of OpenMP wait passively: PyTorch has two pools, and while those of the one spin, the
   * other, OpenBLAS's, gets no core.
   */
  static Contender python(Path benchmarks, String python, String script, Path data, int threads) {
    return new Contender(
        script,
        List.of(
            python,
            benchmarks.resolve("python").resolve(script + ".py").toString(),
            "data=" + data),
        Map.of(
            "OMP_NUM_THREADS",
            Integer.toString(threads),
            "OPENBLAS_NUM_THREADS",
            Integer.toString(threads),
            "OMP_WAIT_POLICY",
            "PASSIVE"));
  }
}
