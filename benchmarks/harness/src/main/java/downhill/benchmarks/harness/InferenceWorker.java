package downhill.benchmarks.harness;

import downhill.data.Dataset;
import downhill.fashionmnist.FashionMnist;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.StringJoiner;

/**
 * The process of one {@link Classifier}, timed by the same code for all of them.
 *
 * <pre>
 *                 ready ONNX Runtime 1.29.0
 *   latency       latency P50 P99              (one image, microseconds)
 *   throughput    seconds 0.0431               (10,000 images at once)
 *   check         probabilities p0 p1 …        (of the first 100 test images)
 *   (end)
 * </pre>
 */
public final class InferenceWorker {
  private static final int CALLS = 20_000;

  /** Of many at once, to warm up. */
  private static final int PASSES = 20;

  /** Images whose probabilities others may compare with theirs. */
  private static final int CHECKED = 100;

  /** Between probabilities that were summed up in another order. */
  private static final float TOLERANCE = 1e-5f;

  /** Makes a classifier. */
  @FunctionalInterface
  public interface Factory {
    /** Loads a model for so many threads. */
    Classifier make(Path model, int threads) throws Exception;
  }

  private InferenceWorker() {}

  /**
   * Serves standard input to its end.
   *
   * @param arguments the model file and the number of threads
   */
  public static void serve(String[] arguments, Factory factory) {
    PrintStream answers =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    int status = 0;
    try (Classifier classifier =
        factory.make(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
      Dataset test = FashionMnist.load().test();
      float[] all = Pixels.scaled(test);
      float[][] images = new float[test.size()][];
      Arrays.setAll(images, test::example);
      classifier.take(all, images.length);
      warmUp(classifier, images);
      answers.println("ready " + classifier.version());
      obey(classifier, images, answers);
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      e.printStackTrace();
      answers.println("failed " + e);
      status = 1;
    }
    System.exit(status);
  }

  /**
   * Runs both ways until they are compiled.
   *
   * @throws IOException if they disagree
   */
  private static void warmUp(Classifier classifier, float[][] images) throws Exception {
    latency(classifier, images);
    for (int i = 0; i < PASSES; i++) {
      classifier.many();
    }
    float[] one = classifier.one(images[images.length - 1]);
    float[] many = classifier.many();
    for (int k = 0; k < one.length; k++) {
      if (!(Math.abs(one[k] - many[k]) <= TOLERANCE)) {
        throw new IOException(
            "expected the same alone and among many, found %s and %s for class %d"
                .formatted(one[k], many[k], k));
      }
    }
  }

  private static void obey(Classifier classifier, float[][] images, PrintStream answers)
      throws Exception {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String command = commands.readLine(); command != null; command = commands.readLine()) {
      switch (command) {
        case "latency" -> {
          long[] nanos = latency(classifier, images);
          answers.println(
              "latency " + nanos[CALLS / 2] * 1e-3 + " " + nanos[CALLS * 99 / 100] * 1e-3);
        }
        case "throughput" -> {
          long start = System.nanoTime();
          classifier.many();
          answers.println("seconds " + (System.nanoTime() - start) * 1e-9);
        }
        case "check" -> {
          StringJoiner line = new StringJoiner(" ", "probabilities ", "");
          for (int i = 0; i < CHECKED; i++) {
            for (float p : classifier.one(images[i])) {
              line.add(Float.toString(p));
            }
          }
          answers.println(line);
        }
        default -> throw new IOException("expected latency, throughput or check, found " + command);
      }
    }
  }

  /** Returns what each of many calls took, in nanoseconds, sorted. */
  private static long[] latency(Classifier classifier, float[][] images) throws Exception {
    long[] nanos = new long[CALLS];
    double sum = 0; // looked at, so that no compiler leaves out the work
    for (int i = 0; i < CALLS; i++) {
      long start = System.nanoTime();
      float[] probabilities = classifier.one(images[i % images.length]);
      nanos[i] = System.nanoTime() - start;
      sum += probabilities[0];
    }
    if (!(sum >= 0)) {
      throw new IOException("expected probabilities, found a sum of " + sum);
    }
    Arrays.sort(nanos);
    return nanos;
  }
}
