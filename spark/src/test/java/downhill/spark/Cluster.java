package downhill.spark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/**
 * A standalone cluster of processes on this machine: a master, and workers with one core each,
 * which start executors. All of it comes from a folder of jars that the build has filled.
 */
final class Cluster implements AutoCloseable {
  private static final Path HOME = Path.of("target/spark-home").toAbsolutePath();
  private static final long START_SECONDS = 90;

  private final Path folder;
  private final List<Process> processes = new ArrayList<>();
  private final String url;

  /**
   * Starts a cluster.
   *
   * @param folder where its files go
   * @param memory of each worker, for its executors
   */
  Cluster(Path folder, int workers, String memory) {
    this.folder = folder;
    int port = freePort();
    url = "spark://127.0.0.1:" + port;
    start(
        "master",
        "org.apache.spark.deploy.master.Master",
        "--host",
        "127.0.0.1",
        "--port",
        Integer.toString(port),
        "--webui-port",
        "0");
    awaitLog("master", "I have been elected leader");
    for (int w = 0; w < workers; w++) {
      start(
          "worker" + w,
          "org.apache.spark.deploy.worker.Worker",
          "--host",
          "127.0.0." + (1 + w), // another host each, since speculation wants another host
          "--cores",
          "1",
          "--memory",
          memory,
          "--webui-port",
          "0",
          "--work-dir",
          folder.resolve("work" + w).toString(),
          url);
    }
    for (int w = 0; w < workers; w++) {
      awaitLog("worker" + w, "Successfully registered with master");
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the options of this JVM that open what Spark needs. */
  private static List<String> opening() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option ->
            option.startsWith("--add-")
                || option.startsWith("--enable-native")
                || option.startsWith("-Djdk.reflect"))
        .toList();
  }

  private void start(String name, String main, String... arguments) {
    List<String> command = new ArrayList<>(java("-Xmx256m", main));
    command.addAll(Arrays.asList(arguments));
    try {
      processes.add(
          spark(folder, command)
              .redirectErrorStream(true)
              .redirectOutput(log(name).toFile())
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the beginning of a command that runs a program of Spark's. */
  static List<String> java(String memory, String main) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(opening());
    command.addAll(List.of(memory, "-cp", HOME.resolve("jars") + "/*", main));
    return command;
  }

  /** Returns a process as Spark's own scripts start one. */
  static ProcessBuilder spark(Path folder, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("SPARK_HOME", HOME.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    // Or else the launcher takes this for a checkout of Spark and looks for what is built there.
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    return builder;
  }

  private Path log(String name) {
    return folder.resolve(name + ".log");
  }

  private void awaitLog(String name, String text) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    try {
      while (!Files.readString(log(name)).contains(text)) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException(name + " did not start:\n" + Files.readString(log(name)));
        }
        Thread.sleep(50);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  String url() {
    return url;
  }

  /** Returns the classes that executors need beside Spark's own: ours, and our library. */
  static String classes() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry ->
            entry.contains("downhill")
                || Path.of(entry).toAbsolutePath().toString().contains("target/")
                || entry.contains("tools"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Returns a session on this cluster. */
  static SparkSession.Builder session(String master) {
    String options = String.join(" ", opening());
    return SparkSession.builder()
        .master(master)
        .config("spark.ui.enabled", false)
        .config("spark.log.level", "ERROR")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.executor.memory", "512m")
        .config("spark.executor.cores", 1)
        .config("spark.executor.extraJavaOptions", options)
        .config("spark.executor.extraClassPath", classes())
        .config("spark.task.maxFailures", 8)
        .config("spark.scheduler.minRegisteredResourcesRatio", 1.0);
  }

  /** Returns the processes of an application's executors that run now. */
  List<ProcessHandle> executors(String application) {
    return processes.stream()
        .flatMap(Process::descendants)
        .filter(process -> {
          String command = process.info().commandLine().orElse("");
          return command.contains("CoarseGrainedExecutorBackend") && command.contains(application);
        })
        .toList();
  }

  @Override
  public void close() {
    for (Process process : processes.reversed()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
