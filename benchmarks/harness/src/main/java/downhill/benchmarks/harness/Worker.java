package downhill.benchmarks.harness;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The process of one contestant: it does what standard input asks for, a line at a time, and
 * answers with one line each, so that the contestants of a run can take turns. Seconds are those of
 * one pass over the data.
 *
 * <pre>
 *                 ready PyTorch 2.7.1 (DJL 0.36.0)
 *   epoch         seconds 1.234567
 *   accuracy      accuracy 0.8512
 *   (end)
 * </pre>
 *
 * <p>What a library prints goes to standard error. A failure is the line {@code failed}, with the
 * reason, and exit status 1.
 */
public final class Worker {
  /** Makes a contestant for a task. */
  @FunctionalInterface
  public interface Factory {
    /** Loads the data and prepares the network. */
    Contestant make(Task task) throws Exception;
  }

  private Worker() {}

  /**
   * Serves standard input to its end.
   *
   * @param arguments the task, as {@link Task#parse} reads it
   */
  public static void serve(String[] arguments, Factory factory) {
    PrintStream answers =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    int status = 0;
    try (Contestant contestant = factory.make(Task.parse(arguments))) {
      answers.println("ready " + contestant.version());
      obey(contestant, answers);
    } catch (Throwable e) {
      e.printStackTrace();
      answers.println("failed " + e);
      status = 1;
    }
    System.exit(status); // some libraries leave threads behind
  }

  private static void obey(Contestant contestant, PrintStream answers) throws Exception {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String command = commands.readLine(); command != null; command = commands.readLine()) {
      switch (command) {
        case "epoch" -> {
          long start = System.nanoTime();
          contestant.epoch();
          answers.println("seconds " + (System.nanoTime() - start) * 1e-9 / contestant.passes());
        }
        case "accuracy" -> answers.println("accuracy " + contestant.accuracy());
        default -> throw new IOException("expected epoch or accuracy, found " + command);
      }
    }
  }
}
