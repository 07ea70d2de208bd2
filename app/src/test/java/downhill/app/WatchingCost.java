package downhill.app;

import downhill.data.Preparation;
import downhill.evaluation.Evaluation;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.studio.StudioServer;
import downhill.studio.Workshop;
import downhill.training.Pace;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Started;
import downhill.training.TrainingEvent.WentBack;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Measures what watching costs a training: no test, but a program. One training in one process is
 * by turns watched by nobody, and by two readers of the page's events and a third that hardly
 * reads. What counts is the time on the clock from epoch to epoch, with all that happens between.
 *
 * <pre>WatchingCost NETWORK VALIDATION ROUNDS, for example 784-512-128-64-10 0 40</pre>
 *
 * A turn takes {@value #TURN_SECONDS} s; which comes first changes every round; readers come and go
 * outside of turns. Printed is the median over rounds of watched / alone, and how they spread.
 */
final class WatchingCost {
  private static final double TURN_SECONDS = 1.5;
  private static final int READERS = 2;
  private static final int WARM_UP = 2;

  /** What the slow reader takes, and how long it then rests. */
  private static final int SIP = 256;

  private static final long REST_MILLIS = 500;

  private final int rounds;
  private final String host;
  private final String token;
  private final List<Socket> sockets = new ArrayList<>();
  private final AtomicLong received = new AtomicLong();
  private final List<double[]> times = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);

  private int turn;
  private int epochs;
  private int settling = WARM_UP;
  private long began;
  private double @Nullable [] pair;

  private WatchingCost(int rounds, String url) {
    this.rounds = rounds;
    this.host = URI.create(url).getAuthority();
    this.token = url.replaceFirst(".*=", "");
  }

  /** Measures. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("downhill-watching");
    Timed workshop =
        new Timed(
            new StudioWorkshop(
                DataOption.of("fashion-mnist"), Execution.defaults(), folder.resolve("runs")));
    try (StudioServer server =
        StudioServer.start(
            0,
            workshop,
            failure -> {
              throw new IllegalStateException(failure);
            })) {
      WatchingCost cost = new WatchingCost(Integer.parseInt(arguments[2]), server.url());
      workshop.cost = cost;
      cost.start(arguments[0], arguments[1]);
      cost.end.await();
    }
    workshop.studio.awaitEnd();
  }

  private void start(String network, String validation) throws Exception {
    String settings =
        "\"network\":\"%s\",\"epochs\":\"100000\"%s"
            .formatted(
                network, validation.equals("0") ? "" : ",\"validation\":\"" + validation + "\"");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + host + "/api/start"))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"settings\":{" + settings + "}}"))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      int status = http.send(request, BodyHandlers.discarding()).statusCode();
      if (status != 200) {
        throw new IOException("start: expected status 200, found " + status);
      }
    }
  }

  /** Whether this turn is watched: alone and watched, watched and alone, and so on. */
  private boolean isWatchedTurn() {
    return (turn + 1) / 2 % 2 == 1;
  }

  /** An epoch is over, on the training thread; until the next call the next one is done. */
  private void epoch(boolean watched, Runnable stop) {
    if (watched != isWatchedTurn()) {
      settling = WARM_UP; // the server has not noticed yet who has come or gone
      began = 0;
      return;
    }
    long now = System.nanoTime();
    if (began == 0) {
      if (--settling <= 0) {
        began = now;
        epochs = 0;
      }
      return;
    }
    epochs++;
    double seconds = (now - began) * 1e-9;
    if (seconds < TURN_SECONDS) {
      return;
    }
    if (pair == null) {
      pair = new double[2];
    }
    pair[watched ? 1 : 0] = seconds / epochs;
    turn++;
    if (turn % 2 == 0) {
      times.add(pair);
      pair = null;
    }
    if (times.size() == rounds) {
      come(false);
      print();
      stop.run();
      end.countDown();
      return;
    }
    if (isWatchedTurn() != watched) {
      come(!watched);
    }
    began = 0;
    settling = WARM_UP;
  }

  private void come(boolean coming) {
    try {
      for (Socket socket : sockets) {
        socket.setSoLinger(true, 0);
        socket.close();
      }
      sockets.clear();
      for (int n = 0; coming && n <= READERS; n++) {
        Socket socket =
            new Socket(InetAddress.getLoopbackAddress(), URI.create("http://" + host).getPort());
        sockets.add(socket);
        socket
            .getOutputStream()
            .write(
                "GET /api/events HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n"
                    .formatted(host, token)
                    .getBytes(StandardCharsets.US_ASCII));
        boolean slow = n == READERS;
        Thread.ofPlatform().daemon().start(() -> read(socket, slow));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(Socket socket, boolean slow) {
    byte[] piece = new byte[slow ? SIP : 1 << 16];
    try (InputStream in = socket.getInputStream()) {
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        received.addAndGet(n);
        if (slow) {
          Thread.sleep(REST_MILLIS);
        }
      }
    } catch (IOException closed) {
      return; // its turn is over
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void print() {
    double[] ratios = times.stream().mapToDouble(t -> t[1] / t[0]).sorted().toArray();
    double[] alone = times.stream().mapToDouble(t -> t[0]).sorted().toArray();
    double[] watched = times.stream().mapToDouble(t -> t[1]).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%d rounds: an epoch takes %.4f s alone, %.4f s watched (medians)%n",
        rounds,
        median(alone),
        median(watched));
    System.out.printf(
        Locale.ROOT,
        "watched / alone: median %.4f, quartiles %.4f and %.4f, error of the median %.4f; %d KB read%n",
        median(ratios),
        ratios[ratios.length / 4],
        ratios[3 * ratios.length / 4],
        1.253 * deviation(ratios) / Math.sqrt(ratios.length),
        received.get() >> 10);
  }

  private static double median(double[] sorted) {
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }

  /** A standard deviation that outliers do not move: from the quartiles. */
  private static double deviation(double[] sorted) {
    return (sorted[3 * sorted.length / 4] - sorted[sorted.length / 4]) / 1.349;
  }

  /** The studio's workshop, whose trainings are timed. */
  private static final class Timed implements Workshop {
    private final StudioWorkshop studio;
    private @Nullable WatchingCost cost;

    Timed(StudioWorkshop studio) {
      this.studio = studio;
    }

    @Override
    public Training plan(Map<String, String> settings) {
      Training training = studio.plan(settings);
      WatchingCost measured = cost;
      if (measured == null) {
        throw new IllegalStateException("nothing is measured yet");
      }
      return new TimedTraining(training, measured);
    }

    @Override
    public Training resume(Path run) {
      return studio.resume(run);
    }

    @Override
    public Data data() {
      return studio.data();
    }

    @Override
    public Data open(String option, Map<String, String> pictures) {
      return studio.open(option, pictures);
    }

    @Override
    public Preparation preparation() {
      return studio.preparation();
    }

    @Override
    public List<Recipe> recipes() {
      return studio.recipes();
    }

    @Override
    public Path runs() {
      return studio.runs();
    }

    @Override
    public String version() {
      return studio.version();
    }
  }

  private record TimedTraining(Workshop.Training training, WatchingCost cost)
      implements Workshop.Training {
    @Override
    public void run(Pace pace, Workshop.Listener listener) {
      training.run(pace, new TimedListener(listener, cost, training::stop));
    }

    @Override
    public Path folder() {
      return training.folder();
    }

    @Override
    public Architecture architecture() {
      return training.architecture();
    }

    @Override
    public Map<String, String> settings() {
      return training.settings();
    }

    @Override
    public int epochs() {
      return training.epochs();
    }

    @Override
    public String judgedBy() {
      return training.judgedBy();
    }

    @Override
    public boolean keepsBest() {
      return training.keepsBest();
    }

    @Override
    public void stop() {
      training.stop();
    }
  }

  private record TimedListener(Workshop.Listener listener, WatchingCost cost, Runnable stop)
      implements Workshop.Listener {
    @Override
    public boolean isWatched() {
      return listener.isWatched();
    }

    @Override
    public void started(Started event) {
      listener.started(event);
    }

    @Override
    public void epochFinished(
        EpochFinished event, double examplesPerSecond, double gflops, @Nullable Evaluation judged) {
      listener.epochFinished(event, examplesPerSecond, gflops, judged);
      cost.epoch(listener.isWatched(), stop);
    }

    @Override
    public void wentBack(WentBack event) {
      listener.wentBack(event);
    }

    @Override
    public void finished(Evaluation test) {
      listener.finished(test);
    }

    @Override
    public void stopped() {
      listener.stopped();
    }

    @Override
    public void failed(String message, String hint) {
      System.err.println(message + "; " + hint);
      cost.end.countDown();
      listener.failed(message, hint);
    }
  }
}
