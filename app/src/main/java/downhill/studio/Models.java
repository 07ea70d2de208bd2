package downhill.studio;

import downhill.data.Dataset;
import downhill.equations.ReferenceNetwork;
import downhill.evaluation.Answers;
import downhill.explanation.Reference;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.training.TrainingConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The networks that can be asked: that of the training under way, those of run folders, and one
 * that has learned nothing yet. The last one used is kept in memory, with what was worked out of
 * it.
 */
final class Models {
  /** The network of the training under way. */
  static final String LIVE = "live";

  /** A network that has learned nothing. */
  static final String UNTRAINED = "untrained";

  private static final Pattern NAME =
      Pattern.compile("[\\p{L}\\p{N}]([\\p{L}\\p{N} ._,=+()-]{0,98}[\\p{L}\\p{N}_)-])?");
  private static final int HIDDEN = 128;

  /** Where a training stood. */
  record Stand(int epoch, long step) {}

  /** A network, and what was worked out of it. */
  final class Loaded {
    private final String id;
    private final String key;
    private final Network network;
    private final double rate;
    private final Dataset test;
    private final @Nullable Stand stand;
    private final boolean ofOtherData;
    private @Nullable ReferenceNetwork reference;
    private @Nullable Answers answers;

    private Loaded(
        String id, Network network, double rate, @Nullable Stand stand, boolean ofOtherData) {
      this.id = id;
      this.key = id + "-" + keys.incrementAndGet();
      this.stand = stand;
      this.test = workshop.data().sets().test();
      this.network = network;
      this.rate = rate;
      this.ofOtherData = ofOtherData;
    }

    String id() {
      return id;
    }

    Network network() {
      return network;
    }

    /** A name for this very network: that of a training is soon another one. */
    String key() {
      return key;
    }

    long parameters() {
      return network.architecture().parameters();
    }

    /** How many steps it has learned for, as far as that is known. */
    long step() {
      return stand == null ? 0 : stand.step();
    }

    /** Where its training stood; null unless it is the one under way. */
    @Nullable Stand stand() {
      return stand;
    }

    /** Writes what has to be known of every answer: of when it is, and from what it learned. */
    void write(JsonGenerator json) {
      if (stand != null) {
        json.writeNumberProperty("epoch", stand.epoch());
        json.writeNumberProperty("step", stand.step());
      }
      if (ofOtherData) {
        json.writeBooleanProperty("other_data", true);
      }
    }

    /** The learning rate it was trained with, or the usual one. */
    double rate() {
      return rate;
    }

    synchronized ReferenceNetwork reference() {
      ReferenceNetwork known = reference;
      if (known == null) {
        known = Reference.of(network);
        reference = known;
      }
      return known;
    }

    /** Returns the test images that it is asked about. */
    Dataset test() {
      return test;
    }

    /** Returns what it says of each test image. */
    synchronized Answers answers() {
      Answers known = answers;
      if (known == null) {
        known = Answers.of(network, test, Execution.defaults());
        answers = known;
      }
      return known;
    }
  }

  private final Workshop workshop;
  private final RunFiles files;
  private final AtomicLong keys = new AtomicLong();
  private final Asked asked = new Asked();
  private final ReentrantLock loading = new ReentrantLock();

  /** Set by the training, which waits for nobody who reads a file. */
  private volatile @Nullable Loaded live;

  private volatile @Nullable Kept kept;
  private volatile double liveRate = TrainingConfiguration.defaults().learningRate();

  Models(Workshop workshop) {
    this.workshop = workshop;
    this.files = new RunFiles(workshop);
  }

  /** The last one used, and when its file was written; null for one that has none. */
  private record Kept(Loaded loaded, @Nullable FileTime time) {
    boolean is(String id, @Nullable FileTime written, Dataset test) {
      return loaded.id().equals(id) && Objects.equals(time, written) && loaded.test() == test;
    }
  }

  private Dataset test() {
    return workshop.data().sets().test();
  }

  /** Sets the network of the training under way. */
  void setLive(Network network, Stand stand) {
    live = new Loaded(LIVE, network, liveRate, stand, false);
  }

  /** Sets the learning rate of the training under way. */
  void setLiveRate(double rate) {
    liveRate = rate;
  }

  boolean hasLive() {
    return live != null;
  }

  /** Forgets everything, since the data is another one. */
  void clear() {
    live = null;
    kept = null;
    asked.clear();
  }

  /**
   * Returns a network that fits the data.
   *
   * @param id {@value #LIVE}, {@value #UNTRAINED} or the name of a run folder
   */
  Loaded get(String id) {
    Loaded found = id.equals(LIVE) ? live() : find(id);
    Architecture widths = found.network().architecture();
    if (widths.inputs() != test().features() || widths.classes() != test().classes()) {
      throw new RefusedException(
          "model %s, %s: expected %d inputs and %d classes, as in %s"
              .formatted(id, widths, test().features(), test().classes(), workshop.data().name()),
          "choose the data that it was made for");
    }
    return found;
  }

  /** Keeps a network, so that the very same one can be asked again by its key. */
  void keep(Loaded loaded) {
    asked.keep(loaded);
  }

  /** Returns a network that was asked before; refuses where it is not kept any more. */
  Loaded askedBefore(String key) {
    return asked.get(key);
  }

  private Loaded live() {
    Loaded now = live;
    if (now == null) {
      throw new RefusedException(404, "model live: no training has begun yet", "start one");
    }
    return now;
  }

  /** One is loaded at a time: it may be large. */
  private Loaded find(String id) {
    loading.lock();
    try {
      boolean untrained = id.equals(UNTRAINED);
      @Nullable FileTime time = untrained ? null : Files.getLastModifiedTime(file(id));
      Kept known = kept;
      if (known != null && known.is(id, time, test())) {
        return known.loaded();
      }
      Loaded loaded =
          untrained
              ? new Loaded(
                  id, untrained(), TrainingConfiguration.defaults().learningRate(), null, false)
              : loaded(id, files.load(id, file(id)));
      kept = new Kept(loaded, time);
      return loaded;
    } catch (IOException e) {
      throw new RefusedException(
          404, "run %s: expected a model in it, found none that can be read".formatted(id), "");
    } finally {
      loading.unlock();
    }
  }

  private Network untrained() {
    int classes = Math.max(2, test().classes());
    return Network.initial(Architecture.of(test().features(), HIDDEN, classes), 1);
  }

  private Loaded loaded(String run, RunFiles.Read read) {
    return new Loaded(run, read.network(), read.rate(), null, read.ofOtherData());
  }

  private Path file(String run) {
    return folder(run).resolve("model.safetensors");
  }

  /** Returns whether a run folder may be called so: no path, and nothing hidden. */
  static boolean isName(String run) {
    return NAME.matcher(run).matches() && !run.equals(LIVE) && !run.equals(UNTRAINED);
  }

  /** Returns the folder of a run; refuses names that lead elsewhere. */
  Path folder(String run) {
    Path folder = workshop.runs().resolve(isName(run) ? run : "none");
    if (!isName(run) || !Files.isDirectory(folder)) {
      throw new RefusedException(
          404,
          isName(run)
              ? "run %s: expected a run folder of that name, found none".formatted(run)
              : "run: expected the name of a run folder, found another",
          "choose one that is there");
    }
    return folder;
  }
}
