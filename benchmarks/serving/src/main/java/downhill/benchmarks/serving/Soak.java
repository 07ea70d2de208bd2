package downhill.benchmarks.serving;

import downhill.data.Dataset;
import downhill.fashionmnist.FashionMnist;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Architecture;
import downhill.network.Network;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks the real server, a process of its own with a small heap, for a long time: single images as
 * bytes and as JSON, batches, nonsense, connections that end within a request, and a model that
 * changes. Its memory must stay flat and every good request must be answered.
 *
 * <pre>
 * --seconds N (default 3600) --connections N (default 8) --heap MB (default 128)
 * --pause MILLIS (between two requests of a connection; default 0)
 * </pre>
 */
final class Soak {
  private static final Pattern LISTENING = Pattern.compile("\"url\":\"([^\"]+)\"");
  private static final Pattern HEAP = Pattern.compile("(?m)^downhill_heap_used_bytes (\\d+)$");
  private static final String PATH = "/v2/models/m/infer";
  private static final int SAMPLES = 30;

  /** Samples that are not judged: the heap is still growing to its size. */
  private static final int WARM_UP = SAMPLES / 3;

  /** What the later half of the samples may lie above the earlier half: a share, and MB. */
  private static final double SLACK = 1.05;

  private static final double SLACK_MB = 4;

  private final long seconds;
  private final int connections;
  private final int heap;
  private final int pause;
  private final AtomicLong answered = new AtomicLong();
  private volatile @Nullable Throwable failure;

  private Soak(long seconds, int connections, int heap, int pause) {
    this.seconds = seconds;
    this.connections = connections;
    this.heap = heap;
    this.pause = pause;
  }

  /** Runs; the exit status is 0 where memory was flat and nothing was lost. */
  public static void main(String[] arguments) throws Exception {
    long seconds = 3600;
    int connections = 8;
    int heap = 128;
    int pause = 0;
    if (arguments.length % 2 == 1) {
      throw new IllegalArgumentException(arguments[arguments.length - 1] + " needs a value");
    }
    for (int i = 0; i < arguments.length; i += 2) {
      int value = Integer.parseInt(arguments[i + 1]);
      switch (arguments[i]) {
        case "--seconds" -> seconds = value;
        case "--connections" -> connections = value;
        case "--heap" -> heap = value;
        case "--pause" -> pause = value;
        default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
      }
    }
    System.exit(new Soak(seconds, connections, heap, pause).run() ? 0 : 1);
  }

  private boolean run() throws Exception {
    Path folder = Files.createTempDirectory("downhill-soak");
    try {
      Path file = folder.resolve("m.safetensors");
      save(file, 1);
      return run(folder, file);
    } finally {
      delete(folder);
    }
  }

  private boolean run(Path folder, Path file) throws Exception {
    Process server = start(folder, file);
    List<Thread> clients = new ArrayList<>();
    boolean good = false;
    try {
      BufferedReader out = server.inputReader(StandardCharsets.UTF_8);
      URI uri = listening(out);
      Thread.ofPlatform().daemon().start(() -> skip(out));
      long end = System.nanoTime() + seconds * 1_000_000_000L;
      byte[][][] kinds = requests();
      for (int c = 0; c < connections; c++) {
        byte[][] requests = kinds[c % kinds.length];
        clients.add(Thread.ofPlatform().start(() -> ask(uri, requests, end)));
      }
      clients.add(Thread.ofPlatform().start(() -> misbehave(uri, end)));
      clients.add(Thread.ofPlatform().start(() -> change(file, end)));
      boolean flat = watch(uri, server, end);
      for (int c = 0; c < clients.size() && failure == null; c++) {
        clients.get(c).join();
      }
      good = flat && failure == null && server.isAlive();
      return good;
    } finally {
      // After a failure nobody goes on until the time is over.
      clients.forEach(Thread::interrupt);
      server.destroy();
      server.waitFor();
      for (Thread client : clients) {
        client.join();
      }
      if (failure != null) {
        failure.printStackTrace();
      }
      if (!good) {
        System.err.print(Files.readString(folder.resolve("stderr"))); // what the server said of it
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }

  private static void save(Path file, long seed) throws IOException {
    Network network = Network.initial(Architecture.parse("784-512-128-64-10"), seed);
    ModelFile.save(new Model(network, FashionMnist.classNames(), new TreeMap<>()), file);
  }

  private Process start(Path folder, Path file) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector",
            "-XX:+UseSerialGC",
            "-Xmx" + heap + "m",
            "-cp",
            System.getProperty("java.class.path"),
            "downhill.app.Main",
            "serve",
            "m=" + file,
            "--port",
            "0",
            "--json")
        .redirectError(folder.resolve("stderr").toFile())
        .start();
  }

  private static URI listening(BufferedReader out) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher url = LISTENING.matcher(line);
      if (url.find()) {
        return URI.create(url.group(1));
      }
    }
    throw new IOException("the server ended before it listened");
  }

  /**
   * Reads on, so that the server never waits for its output to be taken; closes it at its end,
   * since nobody else can while this reads.
   */
  private static void skip(BufferedReader out) {
    try (out) {
      while (out.readLine() != null) {
        // not of interest
      }
    } catch (IOException e) {
      // The run is over.
    }
  }

  private static byte[][][] requests() throws IOException {
    Dataset images = FashionMnist.load().test();
    return new byte[][][] {
      Requests.of(images, PATH, true), Requests.of(images, PATH, false),
    };
  }

  private void ask(URI server, byte[][] requests, long end) {
    try (Client client = new Client(server)) {
      for (int i = 0; System.nanoTime() < end; i = (i + 1) % requests.length) {
        client.ask(requests[i]);
        answered.incrementAndGet();
        Thread.sleep(pause);
      }
    } catch (IOException | RuntimeException e) { // an answer that can't be read is a failure too
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends what nobody should send; how it is answered is for the tests. */
  private void misbehave(URI server, long end) {
    byte[] nonsense = Client.request(PATH, "[[[[{".getBytes(StandardCharsets.UTF_8), 0);
    byte[] cut =
        "POST /v2/models/m/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n{"
            .getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; System.nanoTime() < end; i++) {
      try (java.net.Socket socket = new java.net.Socket(server.getHost(), server.getPort())) {
        socket.getOutputStream().write(i % 2 == 0 ? nonsense : cut);
        Thread.sleep(50);
      } catch (IOException e) {
        failure = e;
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void change(Path file, long end) {
    try {
      for (long seed = 2; System.nanoTime() < end; seed++) {
        Thread.sleep(5_000);
        save(file, seed % 2);
      }
    } catch (IOException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Samples the memory; returns whether it was flat. */
  private boolean watch(URI server, Process process, long end) throws Exception {
    long start = System.nanoTime();
    long pause = (end - start) / SAMPLES;
    List<Double> heaps = new ArrayList<>();
    List<Double> residents = new ArrayList<>();
    System.out.println("  seconds    requests  live MB  resident MB");
    for (int sample = 0; sample < SAMPLES; sample++) {
      long next = start + (sample + 1) * pause;
      Thread.sleep(Math.max(0, (next - System.nanoTime()) / 1_000_000));
      if (failure != null) {
        return false;
      }
      double used = liveHeap(server, process.pid());
      double resident = resident(process);
      System.out.printf(
          Locale.ROOT,
          "%9d %11d %8.1f %12.1f%n",
          (System.nanoTime() - start) / 1_000_000_000L,
          answered.get(),
          used,
          resident);
      if (sample >= WARM_UP) {
        heaps.add(used);
        residents.add(resident);
      }
    }
    boolean heapIsFlat = isFlat("live, least", heaps);
    boolean residentIsFlat = isFlat("resident, least", residents);
    boolean flat = heapIsFlat && residentIsFlat;
    System.out.println(flat ? "flat" : "NOT FLAT");
    return flat;
  }

  /** Returns what the heap holds after a full collection: between two of them it only rises. */
  static double liveHeap(URI server, long process) throws Exception {
    Process collection =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process),
                "GC.run")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (collection.waitFor() != 0) {
      throw new IOException("jcmd GC.run: expected status 0, found " + collection.exitValue());
    }
    HttpURLConnection connection =
        (HttpURLConnection) server.resolve("/metrics").toURL().openConnection();
    String text = new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher heap = HEAP.matcher(text);
    if (!heap.find()) {
      throw new IOException("no heap in /metrics");
    }
    return Double.parseDouble(heap.group(1)) / (1 << 20);
  }

  private static double resident(Process process) throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    if (!Files.exists(status)) {
      return Double.NaN; // only Linux tells
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmRSS:")) {
        return Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
      }
    }
    return Double.NaN;
  }

  /** Compares the least of both halves, since a request under way is live as well. */
  static boolean isFlat(String what, List<Double> values) {
    int half = values.size() / 2;
    double before = Collections.min(values.subList(0, half));
    double after = Collections.min(values.subList(half, values.size()));
    System.out.printf(
        Locale.ROOT, "%s: %.1f MB in the earlier half, %.1f in the later%n", what, before, after);
    return !(after > before * SLACK + SLACK_MB);
  }
}
