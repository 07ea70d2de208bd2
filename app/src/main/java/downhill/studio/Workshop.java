package downhill.studio;

import downhill.data.Datasets;
import downhill.data.Preparation;
import downhill.evaluation.Evaluation;
import downhill.network.Architecture;
import downhill.training.Pace;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Started;
import downhill.training.TrainingEvent.WentBack;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the studio gets its data and its trainings from. Every method may be called from any
 * thread, and throws {@link RefusedException} for what the person at the page can mend.
 */
public interface Workshop {
  /**
   * Data to learn from.
   *
   * @param name what to call it
   * @param option what {@code --data} has to be told to find it
   * @param pictures what was said of how images become examples, by the names of the command line's
   *     options
   * @param sets the examples
   */
  record Data(String name, String option, Map<String, String> pictures, Datasets sets) {
    /** Copies the map. */
    public Data {
      pictures = Map.copyOf(pictures);
    }
  }

  /**
   * A recipe that comes with the program.
   *
   * @param name its name
   * @param title what it is, in a sentence
   * @param settings its settings, by name
   */
  record Recipe(String name, String title, Map<String, String> settings) {
    /** Copies the settings. */
    public Recipe {
      settings = Map.copyOf(settings);
    }
  }

  /** What a training tells, on its own thread, in order. */
  interface Listener {
    /** Returns whether anybody looks. */
    boolean isWatched();

    /** It begins, or goes on. */
    void started(Started event);

    /**
     * An epoch is over, and saved.
     *
     * @param examplesPerSecond training examples in a second of training
     * @param gflops billions of floating-point operations in a second of training
     * @param judged what the network does on the examples it is judged by: the validation set where
     *     there is one, else the test set; null where it was judged by nothing
     */
    void epochFinished(
        EpochFinished event, double examplesPerSecond, double gflops, @Nullable Evaluation judged);

    /** The loss was not finite, and it went back. */
    void wentBack(WentBack event);

    /**
     * It is over.
     *
     * @param test what the network does on the test set
     */
    void finished(Evaluation test);

    /** It was asked to stop, and can be taken up again. */
    void stopped();

    /** It failed. */
    void failed(String message, String hint);
  }

  /** A training that can begin. */
  interface Training {
    /** Returns the run folder. */
    Path folder();

    /** Returns the network's widths. */
    Architecture architecture();

    /** Returns the settings it follows, by name. */
    Map<String, String> settings();

    /** Returns how many epochs it is to do. */
    int epochs();

    /** Returns what its epochs are judged by: {@code validation} or {@code test}. */
    String judgedBy();

    /** Returns whether an epoch ends with the network of the best one so far. */
    boolean keepsBest();

    /** Trains on the calling thread, and returns when it is over for whatever reason. */
    void run(Pace pace, Listener listener);

    /** Asks it to stop after the current step. */
    void stop();
  }

  /** Returns the data in use. */
  Data data();

  /**
   * Takes other data.
   *
   * @param option {@code fashion-mnist}, or a folder
   * @param pictures how its images become examples, by the names of the command line's options;
   *     nothing where it has other files
   */
  Data open(String option, Map<String, String> pictures);

  /** Returns what makes a picture an example of the data in use. */
  Preparation preparation();

  /** Returns the recipes that come with the program. */
  List<Recipe> recipes();

  /**
   * Plans a training with the data in use.
   *
   * @param settings by name; the others have their usual values
   */
  Training plan(Map<String, String> settings);

  /**
   * Plans to go on with a run that was stopped; takes the data that it learns from.
   *
   * @param run the run folder
   */
  Training resume(Path run);

  /** Returns the folder that holds the run folders; it need not be there. */
  Path runs();

  /** Returns the program's version. */
  String version();
}
