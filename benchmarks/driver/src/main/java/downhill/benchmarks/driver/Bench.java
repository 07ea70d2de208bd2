package downhill.benchmarks.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What all sections of a run share: where things are, how thorough to be, who takes part. */
final class Bench {
  /** PyTorch through DJL, which targets are about. */
  static final String PYTORCH = "PyTorch, DJL";

  static final String PYTORCH_ON_ONE = PYTORCH + ", 1 thread";

  static final String PEAK_OF_ONE = "Peak of one core";
  static final String PEAK_OF_ALL = "Peak of all cores";

  /**
   * Some libraries let their threads spin for a while after their work; nobody shall pay for it.
   */
  private static final long PAUSE_MILLIS = 300;

  final Path root;
  final Path benchmarks;
  final boolean quick;
  final int threads = Runtime.getRuntime().availableProcessors();

  Bench(Path root, boolean quick) {
    this.root = root;
    this.benchmarks = root.resolve("benchmarks");
    this.quick = quick;
  }

  /** Returns ourselves. */
  Contender own(String name, int members, String... options) throws IOException {
    return Contender.module(benchmarks, "own", members, options).with(name);
  }

  /** Returns a peer that runs on the JVM. */
  Contender peer(String name, String module) throws IOException {
    return Contender.module(benchmarks, module, threads).with(name);
  }

  /** Returns PyTorch through DJL with one thread, which is its better number for few units. */
  Contender pytorchOnOneThread() throws IOException {
    return Contender.module(benchmarks, "djl", 1).with(PYTORCH_ON_ONE);
  }

  /** Returns a peer in Python; where no interpreter has its library, it fails and says so. */
  Contender python(String name, String library, String script) throws InterruptedException {
    Path data = root.resolve("fashion-mnist/src/main/resources/downhill/fashionmnist");
    return interpreter(library)
        .map(python -> Contender.python(benchmarks, python, script, data, threads).with(name))
        .orElseGet(() -> new Contender(name, List.of(), Map.of(), noPython(library)));
  }

  private static String noPython(String library) {
    return "no python3 with numpy and %s (Debian: python3-%s)".formatted(library, library);
  }

  private static Optional<String> interpreter(String library) throws InterruptedException {
    for (String python : List.of("python3", "/usr/bin/python3")) {
      try {
        Process process =
            new ProcessBuilder(python, "-c", "import numpy, " + library)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() == 0) {
          return Optional.of(python);
        }
      } catch (IOException e) {
        // No such interpreter.
      }
    }
    return Optional.empty();
  }

  /** Runs a program to its end; returns the rest of each line that begins with {@code word}. */
  static List<String> text(Contender program, String word, int seconds)
      throws IOException, InterruptedException, Session.Failed {
    List<String> found = new ArrayList<>();
    try (Session session = new Session(program)) {
      for (Optional<String> line = session.next(seconds);
          line.isPresent();
          line = session.next(seconds)) {
        if (line.get().startsWith(word)) {
          found.add(line.get().substring(word.length()));
        }
      }
      session.end(seconds); // half of what it has to say is not a result
    }
    if (found.isEmpty()) {
      throw new Session.Failed(program.name() + " printed nothing that begins with " + word);
    }
    return found;
  }

  /** Returns what so many threads reach on registers alone, as a contestant of any task. */
  Contender peak(int members) throws IOException {
    return Contender.main(benchmarks, "kernels", "downhill.benchmarks.kernels.Peak", members)
        .with(members == 1 ? PEAK_OF_ONE : PEAK_OF_ALL);
  }

  /** Returns a new folder that is deleted when this program ends. */
  static Path temporary() throws IOException {
    Path folder = Files.createTempDirectory("downhill-benchmark");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
    return folder;
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    } catch (IOException e) {
      say("left behind: " + folder);
    }
  }

  static void pause() throws InterruptedException {
    Thread.sleep(PAUSE_MILLIS);
  }

  /** Tells whoever waits at the terminal. */
  static void say(String text) {
    System.err.println(text);
  }

  /** Returns an ordered map of name, value, name, value, … */
  static Map<String, Object> row(Object... fields) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < fields.length; i += 2) {
      row.put((String) fields[i], fields[i + 1]);
    }
    return row;
  }
}
