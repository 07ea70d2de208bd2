package downhill.training;

import downhill.network.Network;

/** What happens while a network trains, told on the training thread. */
public sealed interface TrainingEvent {
  /**
   * Training begins.
   *
   * @param examples training examples
   * @param stepsPerEpoch batches in an epoch, the last smaller one included
   * @param threads threads in use
   * @param kernels what does the arithmetic, as in {@code vector, 512 bits} or {@code scalar}
   */
  record Started(int examples, int stepsPerEpoch, int threads, String kernels)
      implements TrainingEvent {}

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
   * @param seconds time spent on training in this epoch alone
   * @param loss mean loss over the epoch, in nats, each example's taken before its batch's update
   * @param accuracy share of examples classified right, likewise
   * @param network the network as it is now
   */
  record EpochFinished(int epoch, double seconds, double loss, double accuracy, Network network)
      implements TrainingEvent {}
}
