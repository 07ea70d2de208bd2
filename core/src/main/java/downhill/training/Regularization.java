package downhill.training;

import java.io.Serializable;
import java.util.List;

/**
 * What keeps a network from learning its examples by heart. L1, L2 and decay act on weights, not on
 * biases. The loss that training tells is the data's alone, without the terms of L1 and L2.
 *
 * @param l1 λ of equations (20) to (22): the gradient of a weight gains λ sign(w)
 * @param l2 λ of ½ λ Σ w²: the gradient of a weight gains λ w
 * @param weightDecay decoupled: each step begins with w ← (1 − η λ) w (with Adam, this is AdamW)
 * @param dropout the part of hidden units that each example loses in each step, 0 to 1 (exclusive);
 *     the others grow by 1/(1 − dropout)
 * @param inputDropout the same for inputs
 * @param labelSmoothing ε: the target is 1 − ε + ε/K for the true one of K classes, ε/K for others
 * @param clipNorm the most that the norm of the whole gradient may be, before L1 and L2 are added;
 *     above, it is scaled down; 0 for no limit
 * @param averaging d of the exponential moving average of the parameters, which then is the result:
 *     after step t, ē ← ē + (1 − min(d, (1 + t)/(10 + t))) (w − ē); 0 for none
 * @param mixup α of the Beta(α, α) by which each example is mixed with another of its batch (Zhang
 *     et al., 2018); 0 for none
 * @param classWeights what an example of each class counts, one for each class, not negative and
 *     not all 0; empty for 1 each. The batch's mean is the sum divided by the sum of these
 */
public record Regularization(
    double l1,
    double l2,
    double weightDecay,
    double dropout,
    double inputDropout,
    double labelSmoothing,
    double clipNorm,
    double averaging,
    double mixup,
    List<Double> classWeights)
    implements Serializable {

  /** No regularization: the document as it stands. */
  public static final Regularization NONE =
      new Regularization(0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());

  /** Checks the settings. */
  public Regularization {
    Settings.notNegative("l1", l1);
    Settings.notNegative("l2", l2);
    Settings.notNegative("weight decay", weightDecay);
    Settings.in16Bits("dropout", dropout);
    Settings.in16Bits("input dropout", inputDropout);
    Settings.below1("label smoothing", labelSmoothing);
    Settings.notNegative("clip norm", clipNorm);
    Settings.below1("averaging", averaging);
    Settings.notNegative("mixup", mixup);
    classWeights = List.copyOf(classWeights);
    classWeights.forEach(weight -> Settings.notNegative("class weight", weight));
    if (!classWeights.isEmpty() && classWeights.stream().allMatch(weight -> weight == 0)) {
      throw new IllegalArgumentException("class weights: expected one above 0, found none");
    }
  }

  /** Returns these settings with another λ of L1. */
  public Regularization withL1(double value) {
    Draft draft = new Draft(this);
    draft.l1 = value;
    return draft.whole();
  }

  /** Returns these settings with another λ of L2. */
  public Regularization withL2(double value) {
    Draft draft = new Draft(this);
    draft.l2 = value;
    return draft.whole();
  }

  /** Returns these settings with another decoupled weight decay. */
  public Regularization withWeightDecay(double value) {
    Draft draft = new Draft(this);
    draft.weightDecay = value;
    return draft.whole();
  }

  /** Returns these settings with another dropout of hidden units. */
  public Regularization withDropout(double value) {
    Draft draft = new Draft(this);
    draft.dropout = value;
    return draft.whole();
  }

  /** Returns these settings with another dropout of inputs. */
  public Regularization withInputDropout(double value) {
    Draft draft = new Draft(this);
    draft.inputDropout = value;
    return draft.whole();
  }

  /** Returns these settings with another label smoothing. */
  public Regularization withLabelSmoothing(double value) {
    Draft draft = new Draft(this);
    draft.labelSmoothing = value;
    return draft.whole();
  }

  /** Returns these settings with another limit on the gradient's norm. */
  public Regularization withClipNorm(double value) {
    Draft draft = new Draft(this);
    draft.clipNorm = value;
    return draft.whole();
  }

  /** Returns these settings with another averaging of the parameters. */
  public Regularization withAveraging(double value) {
    Draft draft = new Draft(this);
    draft.averaging = value;
    return draft.whole();
  }

  /** Returns these settings with another mixup. */
  public Regularization withMixup(double value) {
    Draft draft = new Draft(this);
    draft.mixup = value;
    return draft.whole();
  }

  /** Returns these settings with other weights of the classes. */
  public Regularization withClassWeights(List<Double> value) {
    Draft draft = new Draft(this);
    draft.classWeights = value;
    return draft.whole();
  }

  /**
   * A regularization with its fields open, so that one can be changed without naming all others.
   */
  private static final class Draft {
    double l1;
    double l2;
    double weightDecay;
    double dropout;
    double inputDropout;
    double labelSmoothing;
    double clipNorm;
    double averaging;
    double mixup;
    List<Double> classWeights;

    Draft(Regularization from) {
      l1 = from.l1;
      l2 = from.l2;
      weightDecay = from.weightDecay;
      dropout = from.dropout;
      inputDropout = from.inputDropout;
      labelSmoothing = from.labelSmoothing;
      clipNorm = from.clipNorm;
      averaging = from.averaging;
      mixup = from.mixup;
      classWeights = from.classWeights;
    }

    Regularization whole() {
      return new Regularization(
          l1,
          l2,
          weightDecay,
          dropout,
          inputDropout,
          labelSmoothing,
          clipNorm,
          averaging,
          mixup,
          classWeights);
    }
  }
}
