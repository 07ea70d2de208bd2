package downhill.evaluation;

/**
 * What a network says of one labelled example.
 *
 * @param example its index in the dataset
 * @param label the class it is of
 * @param predicted the class it was taken for
 * @param probability the probability of the predicted class: how sure the network is, 0..1
 * @param loss its cross-entropy, −log of the probability of {@code label}, in nats
 */
public record Answer(int example, int label, int predicted, double probability, double loss) {
  /** Returns whether the example was classified right. */
  public boolean right() {
    return label == predicted;
  }

  /** Returns the probability of the class that the example is of, 0..1. */
  public double labelProbability() {
    return right() ? probability : StrictMath.exp(-loss);
  }
}
