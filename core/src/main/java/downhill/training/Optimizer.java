package downhill.training;

import java.io.Serializable;

/**
 * How a step uses the mean gradient g of its batch. Each does what PyTorch's class of that name
 * does; η is the learning rate of the step.
 */
public sealed interface Optimizer extends Serializable {
  /** Gradient descent, section 7: w ← w − η g. */
  record GradientDescent() implements Optimizer {}

  /**
   * Gradient descent with momentum: v ← μ v + g, w ← w − η v.
   *
   * @param momentum μ, 0 to 1 (exclusive)
   */
  record Momentum(double momentum) implements Optimizer {
    /** Checks the setting. */
    public Momentum {
      Settings.below1("momentum", momentum);
    }
  }

  /**
   * Nesterov's momentum: v ← μ v + g, w ← w − η (g + μ v).
   *
   * @param momentum μ, 0 to 1 (exclusive)
   */
  record Nesterov(double momentum) implements Optimizer {
    /** Checks the setting. */
    public Nesterov {
      Settings.below1("momentum", momentum);
    }
  }

  /**
   * Adam: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², and in step t w ← w − η / (1 − β₁ᵗ) · m /
   * (√v / √(1 − β₂ᵗ) + ε).
   *
   * @param beta1 β₁, 0 to 1 (exclusive)
   * @param beta2 β₂, 0 to 1 (exclusive)
   * @param epsilon ε, positive
   */
  record Adam(double beta1, double beta2, double epsilon) implements Optimizer {
    /** Checks the settings. */
    public Adam {
      Settings.below1("beta1", beta1);
      Settings.below1("beta2", beta2);
      Settings.positive("epsilon", epsilon);
    }

    /** Returns Adam with β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸. */
    public static Adam defaults() {
      return new Adam(0.9, 0.999, 1e-8);
    }
  }

  /**
   * RMSProp: v ← α v + (1 − α) g², w ← w − η g / (√v + ε).
   *
   * @param alpha α, 0 to 1 (exclusive)
   * @param epsilon ε, positive
   */
  record RmsProp(double alpha, double epsilon) implements Optimizer {
    /** Checks the settings. */
    public RmsProp {
      Settings.below1("alpha", alpha);
      Settings.positive("epsilon", epsilon);
    }

    /** Returns RMSProp with α = 0.99, ε = 10⁻⁸. */
    public static RmsProp defaults() {
      return new RmsProp(0.99, 1e-8);
    }
  }
}
