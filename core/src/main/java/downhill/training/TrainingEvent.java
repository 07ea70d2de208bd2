package downhill.training;

import downhill.evaluation.Evaluation;
import downhill.network.Network;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What happens while a network trains, told on the training thread. */
public sealed interface TrainingEvent {
  /**
   * Training begins.
   *
   * @param examples training examples
   * @param stepsPerEpoch batches in an epoch, the last smaller one included
   * @param threads threads in use
   * @param kernels what does the arithmetic, as in {@code vector, 512 bits} or {@code scalar}
   * @param step steps done before, 0 unless training was resumed
   * @param network the network that the first step starts from, or its average where one is kept
   */
  record Started(
      int examples, int stepsPerEpoch, int threads, String kernels, long step, Network network)
      implements TrainingEvent {
    /** Checks that nothing is missing. */
    public Started {
      Objects.requireNonNull(kernels, "kernels");
      Objects.requireNonNull(network, "network");
    }
  }

  /**
   * Some steps are done. Told about ten times a second, never twice within one step.
   *
   * @param epoch the current epoch, from 1
   * @param examplesDone examples of this epoch seen so far
   * @param seconds time spent on training in this epoch so far
   * @param loss mean loss of those examples, in nats, each taken before its batch's update
   */
  record Progressed(int epoch, int examplesDone, double seconds, double loss)
      implements TrainingEvent {}

  /**
   * An epoch is over.
   *
   * @param epoch the epoch, from 1
   * @param step steps done, over all epochs
   * @param seconds time spent on training in this epoch alone; since it was resumed, where it was
   * @param loss mean loss over the epoch, in nats, each example's taken before its batch's update;
   *     of what training makes of targets, so that label smoothing and mixup show
   * @param accuracy share of examples classified right, likewise
   * @param learningRate η of the last step
   * @param gradientNorm the norm of the gradient of the last step over all layers that learn,
   *     before it was clipped
   * @param layerNorms for each layer the norm of its own part of that gradient, of weights and
   *     biases; 0 of a frozen layer
   * @param idleUnits for each hidden layer the share of units that no example of this epoch made
   *     active ("dead ReLUs"), with what dropout left of them; since it was resumed, where it was
   * @param validation what the network does on the validation set, where there is one
   * @param judged the same at length, with the confusion matrix
   * @param bestEpoch the epoch that was best on it so far; 0 without one
   * @param network the network that training would return now: the average where there is one, the
   *     best where it is kept
   */
  record EpochFinished(
      int epoch,
      long step,
      double seconds,
      double loss,
      double accuracy,
      double learningRate,
      double gradientNorm,
      List<Double> layerNorms,
      List<Double> idleUnits,
      @Nullable Validation validation,
      @Nullable Evaluation judged,
      int bestEpoch,
      Network network)
      implements TrainingEvent {
    /** Copies the lists. */
    public EpochFinished {
      layerNorms = List.copyOf(layerNorms);
      idleUnits = List.copyOf(idleUnits);
    }
  }

  /**
   * A step has come at which training can be taken up again.
   *
   * @param state what that takes
   */
  record CheckpointReached(TrainingState state) implements TrainingEvent {}

  /**
   * The loss or a parameter was no longer finite, or a checkpoint's loss more than ten times that
   * of guessing and above that of the one before, and training went back to the last checkpoint.
   *
   * @param failed the step at which it was seen
   * @param step the steps that are still done
   * @param epoch the epoch that goes on
   * @param rateFactor what the learning rate is multiplied with from here on
   */
  record WentBack(long failed, long step, int epoch, double rateFactor) implements TrainingEvent {}

  /**
   * Training is over, and was not asked to stop.
   *
   * @param epochs how many epochs were done
   * @param early whether it ended before the last for want of improvement
   * @param bestEpoch the epoch whose network is returned, where the best is kept; else 0
   */
  record Finished(int epochs, boolean early, int bestEpoch) implements TrainingEvent {}
}
