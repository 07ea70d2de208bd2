package downhill.evaluation;

import downhill.data.Dataset;
import downhill.network.Execution;
import downhill.network.Network;

/** How well a network does on labelled examples. Immutable; safe to share. */
public final class Evaluation {
  private Evaluation() {}

  /** Evaluates a network on a dataset. */
  public static Evaluation of(Network network, Dataset data, Execution execution) {
    throw new UnsupportedOperationException();
  }

  /** Returns the number of examples. */
  public int examples() {
    throw new UnsupportedOperationException();
  }

  /** Returns the share of examples classified right, 0..1. */
  public double accuracy() {
    throw new UnsupportedOperationException();
  }

  /** Returns the mean cross-entropy, in nats. */
  public double loss() {
    throw new UnsupportedOperationException();
  }

  /** Returns how many examples of class {@code actual} were taken for {@code predicted}. */
  public int confusion(int actual, int predicted) {
    throw new UnsupportedOperationException();
  }

  /** Returns precision, recall, F1 and the number of examples of one class. */
  public ClassScores scores(int k) {
    throw new UnsupportedOperationException();
  }
}
