package downhill.benchmarks.driver;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A running {@link Contender}, asked a line at a time. One that answers {@code failed}, ends or
 * does not answer in time is a {@link Failed} with the reason, and is killed.
 */
final class Session implements AutoCloseable {
  /** Why a contender has no number; said in the results. */
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1;

    Failed(String reason) {
      super(reason);
    }
  }

  /** So long is waited for the rest of standard error: a child may keep it open. */
  private static final long COMPLAINTS_MILLIS = 1000;

  /** What a shell may say of threads and of JVMs; each contender has its own settings. */
  private static final Pattern TUNING =
      Pattern.compile(
          "(OMP|GOMP|KMP|MKL|DNNL|OPENBLAS|BLIS)_.*"
              + "|(JAVA_TOOL|JDK_JAVA|_JAVA|DOWNHILL_JAVA)_OPTIONS");

  private final Process process;
  private final BufferedWriter commands;
  private final LinkedBlockingQueue<Optional<String>> answers = new LinkedBlockingQueue<>();
  private final Thread complaints;

  /** The last line of standard error that is not indented, as the places in a stack trace are. */
  private volatile String complaint = "";

  /** When the process was started, in {@link System#nanoTime}. */
  final long started = System.nanoTime();

  /**
   * Starts a contender.
   *
   * @throws Failed if there is no such program, or something that it needs is missing
   */
  Session(Contender contender) throws Failed {
    if (!contender.missing().isEmpty()) {
      throw new Failed(contender.missing());
    }
    ProcessBuilder builder = new ProcessBuilder(contender.command());
    prepare(builder.environment(), contender);
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new Failed("does not start: " + e.getMessage());
    }
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    commands =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    Thread.ofPlatform().daemon().start(this::read);
    complaints = Thread.ofPlatform().daemon().start(this::readComplaints);
  }

  /** Makes the environment of a contender of ours: with its settings alone. */
  static void prepare(Map<String, String> environment, Contender contender) {
    environment.keySet().removeIf(name -> TUNING.matcher(name).matches());
    environment.putAll(contender.environment());
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      lines.lines().map(Optional::of).forEach(answers::add);
    } catch (IOException | UncheckedIOException e) {
      // The process was killed; its end says so.
    }
    answers.add(Optional.empty());
  }

  /** Reads on, so that the process never waits for its standard error to be taken. */
  private void readComplaints() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        boolean begins = !line.isBlank() && !Character.isWhitespace(line.charAt(0));
        if (begins && !line.startsWith("WARNING:")) { // what the JVM says of every start
          complaint = line;
        }
      }
    } catch (IOException e) {
      // The process was killed; its end says so.
    }
  }

  /** Returns the failure of a process that has ended: what happened, and what it said of it. */
  private Failed ended(String what) throws InterruptedException {
    complaints.join(COMPLAINTS_MILLIS); // before it is killed, which throws away what is not read
    close();
    return new Failed(complaint.isEmpty() ? what : what + ": " + complaint);
  }

  /** Waits for the next line, whatever it is; empty at the end. */
  Optional<String> next(int seconds) throws Failed, InterruptedException {
    Optional<String> line = answers.poll(seconds, TimeUnit.SECONDS);
    if (line == null) {
      close();
      throw new Failed("no answer within " + seconds + " s");
    }
    return line;
  }

  /**
   * Waits for a line that begins with {@code word} and returns the words after it.
   *
   * @param seconds how long at most
   */
  List<String> expect(String word, int seconds) throws Failed, InterruptedException {
    Optional<String> line = next(seconds);
    if (line.isEmpty()) {
      throw ended("ended without an answer");
    }
    String text = line.get();
    if (!text.startsWith(word + " ")) {
      close();
      throw new Failed(text);
    }
    return List.of(text.substring(word.length() + 1).split(" ", -1));
  }

  /** Sends a command and waits for its answer. */
  List<String> ask(String command, String word, int seconds) throws Failed, InterruptedException {
    try {
      commands.write(command + "\n");
      commands.flush();
    } catch (IOException e) {
      throw ended("ended before '" + command + "'");
    }
    return expect(word, seconds);
  }

  /** Asks for one number. */
  double number(String command, String word, int seconds) throws Failed, InterruptedException {
    return Double.parseDouble(ask(command, word, seconds).getFirst());
  }

  /** Returns the processor time the process has used so far; NaN where that is not known. */
  double cpuSeconds() {
    return process.info().totalCpuDuration().map(used -> used.toNanos() * 1e-9).orElse(Double.NaN);
  }

  /** Waits for the end of a program that has said all; one that failed is no result. */
  void end(int seconds) throws Failed, InterruptedException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      close();
      throw new Failed("no end within " + seconds + " s");
    }
    if (process.exitValue() != 0) {
      throw ended("ended with status " + process.exitValue());
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
