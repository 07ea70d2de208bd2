package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs of the tests in a JVM of their own, without modules. */
public final class OwnJvm {
  private static final int AT_A_TIME = 100;
  private static final long NANOS = 60_000_000_000L;
  private static final String BYTES = "bytes: ";

  private OwnJvm() {}

  /** Runs a class of the tests with these options of Java and returns the lines it printed. */
  public static List<String> run(Class<?> main, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", classPath(), main.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.lines().toList();
  }

  /** The folders that the tests' classes and the engine's come from. */
  private static String classPath() {
    return folder("classes", Kernels.class)
        + System.getProperty("path.separator")
        + folder("test-classes", OwnJvm.class);
  }

  private static String folder(String name, Class<?> type) {
    // Under the module path, test classes are patched in: look where the file really lies.
    Path folder = Path.of("target", name);
    assertThat(folder.resolve(type.getName().replace('.', '/') + ".class")).exists();
    return folder.toAbsolutePath().toString();
  }

  /**
   * Runs a class that calls {@link #printBytes} or {@link #printMoreBytes}, and returns what it
   * found.
   *
   * @param limit how few bytes are good enough
   */
  public static long bytes(Class<?> main, long limit, String... options)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(
        List.of(
            "--add-modules",
            "jdk.incubator.vector",
            // Nothing is collected, so what is in use only grows, by what is allocated.
            "-XX:+UnlockExperimentalVMOptions",
            "-XX:+UseEpsilonGC",
            "-XX:-UseTLAB",
            "-Xmx2g",
            "-Ddownhill.limit=" + limit));
    return run(main, all.toArray(new String[0])).stream()
        .filter(line -> line.startsWith(BYTES))
        .mapToLong(line -> Long.parseLong(line.substring(BYTES.length())))
        .findFirst()
        .orElseThrow();
  }

  /** Repeats a step until a hundred of them allocate little, or for long enough. */
  public static void printBytes(Runnable step) {
    long limit = Long.getLong("downhill.limit");
    long start = System.nanoTime();
    long bytes;
    do {
      long before = allocated();
      for (int s = 0; s < AT_A_TIME; s++) {
        step.run();
      }
      bytes = (allocated() - before) / AT_A_TIME;
    } while (bytes > limit && System.nanoTime() - start < NANOS);
    System.out.println(BYTES + bytes);
  }

  /**
   * Repeats two programs until one allocates about so many bytes more than the other, or for long
   * enough, and prints how many it is off.
   *
   * @param much the one that does more; it comes first, because code that is not compiled yet
   *     allocates more, which must not make up for what this looks for
   * @param expected how many bytes more
   */
  public static void printMoreBytes(Runnable much, Runnable little, long expected) {
    long limit = Long.getLong("downhill.limit");
    long start = System.nanoTime();
    long off;
    do {
      long before = allocated();
      much.run();
      long between = allocated();
      little.run();
      long after = allocated();
      off = Math.abs((between - before) - (after - between) - expected);
    } while (off > limit && System.nanoTime() - start < NANOS);
    System.out.println(BYTES + off);
  }

  private static long allocated() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
