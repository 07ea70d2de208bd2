package downhill.app;

import downhill.network.Execution;
import downhill.network.Network;
import downhill.training.Checkpoints;
import downhill.training.Schedule;
import downhill.training.TrainingConfiguration;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that a training run was asked to do, checked.
 *
 * @param data what to learn from and to be judged by
 * @param initial where to start
 * @param origin where that comes from: {@code he}, or {@code sha256:…} of a model file, perhaps
 *     with {@link #NEW_LAST_LAYER}
 * @param configuration how to train
 * @param execution where and how it runs
 * @param checkpoints when to write checkpoints
 * @param tensorboard where to write events for TensorBoard; null for nowhere
 */
record TrainingPlan(
    TrainingData data,
    Network initial,
    String origin,
    TrainingConfiguration configuration,
    Execution execution,
    Checkpoints checkpoints,
    @Nullable Path tensorboard) {

  /** What a model's file calls where its weights come from. */
  static final String INITIAL = "initial";

  /** What a model's file says of how many epochs it was trained for. */
  static final String EPOCHS = "epochs";

  static final String HE = "he";

  /** What a model's file calls the SHA-256 of what it has learned from. */
  static final String DATA_SHA256 = "data_sha256";

  /** What stands behind the origin of weights of which the last layer is new. */
  static final String NEW_LAST_LAYER = ", new last layer";

  /**
   * Returns this plan, run in another way.
   *
   * @param every after how many steps to write a checkpoint; null for after each epoch
   * @param events where to write events for TensorBoard; null for nowhere
   */
  TrainingPlan running(Execution where, @Nullable Long every, @Nullable Path events) {
    return new TrainingPlan(
        data,
        initial,
        origin,
        configuration,
        where,
        every == null ? Checkpoints.EVERY_EPOCH : new Checkpoints(every),
        events);
  }

  /** Returns the settings of the recipe that this follows, without the network. */
  Map<String, String> settings() {
    return Recipe.settings(configuration, data.heldOut());
  }

  /**
   * Returns what the weights are a function of after some epochs, and nothing else: equal training
   * gives equal files. A setting that changes nothing is left out.
   */
  SortedMap<String, String> provenance(int epochs) {
    SortedMap<String, String> provenance = new TreeMap<>();
    settings().forEach((key, value) -> provenance.put(key.replace('-', '_'), value));
    String optimizer = provenance.remove("optimizer");
    provenance.put("update", optimizer == null ? "gradient_descent" : optimizer);
    provenance.remove("no_shuffle");
    provenance.put("shuffle", Boolean.toString(configuration.shuffle()));
    provenance.put(EPOCHS, Integer.toString(epochs));
    provenance.put(DATA_SHA256, data.sha256());
    provenance.put(INITIAL, origin);
    if (data.weights() != null) {
      provenance.put("example_weights_sha256", data.weights().sha256());
    }
    provenance.putAll(data.option().metadata());
    if (!configuration.stopping().needsValidation()) {
      provenance.remove("monitor");
    }
    Schedule schedule = ScheduleSettings.withoutWarmup(configuration.schedule());
    if (schedule instanceof Schedule.Cosine || schedule instanceof Schedule.OneCycle) {
      provenance.put("epochs_planned", Integer.toString(configuration.epochs()));
    }
    if (data.validation() != null && validationCounts(schedule)) {
      provenance.put("validation_sha256", data.validation().sha256());
    }
    // Where training goes back to is its last checkpoint.
    if (configuration.retries() > 0 && checkpoints.everySteps() > 0) {
      provenance.put("checkpoint_every", Long.toString(checkpoints.everySteps()));
    }
    return provenance;
  }

  private boolean validationCounts(Schedule schedule) {
    return data.heldOut() > 0
        || configuration.stopping().needsValidation()
        || schedule instanceof Schedule.Plateau;
  }
}
