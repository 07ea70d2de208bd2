package downhill.benchmarks.serving;

import downhill.data.Dataset;
import downhill.fashionmnist.FashionMnist;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The clients of a server, on kept connections, each of which asks again as soon as it is answered;
 * does what standard input asks for, a line at a time.
 *
 * <pre>
 *                                         ready clients
 *   load URI CONNECTIONS SECONDS json     load REQUESTS/S P50 P99    (microseconds)
 *   load URI CONNECTIONS SECONDS binary   load REQUESTS/S P50 P99
 *   (end)
 * </pre>
 */
final class Load {
  /** Where the model that is asked lies. */
  static final String PATH = "/v2/models/m/infer";

  private Load() {}

  /** What one connection saw: nanoseconds of each request. */
  private static final class Times {
    private long[] nanos = new long[1 << 14];
    private int count;

    void add(long time) {
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = time;
    }
  }

  /** Serves standard input to its end. */
  public static void main(String[] arguments) throws Exception {
    Dataset images = FashionMnist.load().test();
    byte[][] json = Requests.of(images, PATH, false);
    byte[][] binary = Requests.of(images, PATH, true);
    System.out.println("ready clients");
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ", -1);
      byte[][] requests = words[4].equals("json") ? json : binary;
      System.out.println(
          load(
              URI.create(words[1]),
              Integer.parseInt(words[2]),
              Double.parseDouble(words[3]),
              requests));
    }
  }

  /**
   * Asks on several connections for a time; returns the line that tells what came of it.
   *
   * @param requests asked in turn; each connection begins with another
   */
  static String load(URI server, int connections, double seconds, byte[][] requests)
      throws InterruptedException {
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    List<Times> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      List<Future<Times>> running = new ArrayList<>();
      for (int c = 0; c < connections; c++) {
        int first = c * 97 % requests.length;
        running.add(threads.submit(() -> ask(server, requests, first, end)));
      }
      for (Future<Times> one : running) {
        all.add(one.get());
      }
    } catch (ExecutionException e) {
      return "failed " + e.getCause();
    }
    double took = (System.nanoTime() - start) * 1e-9;
    long[] nanos =
        all.stream().flatMapToLong(t -> Arrays.stream(t.nanos, 0, t.count)).sorted().toArray();
    return "load %s %s %s"
        .formatted(
            nanos.length / took,
            nanos[nanos.length / 2] * 1e-3,
            nanos[nanos.length * 99 / 100] * 1e-3);
  }

  private static Times ask(URI server, byte[][] requests, int first, long end) throws IOException {
    Times times = new Times();
    try (Client client = new Client(server)) {
      for (int i = first; System.nanoTime() < end; i = (i + 1) % requests.length) {
        long sent = System.nanoTime();
        client.ask(requests[i]);
        times.add(System.nanoTime() - sent);
      }
    }
    return times;
  }
}
