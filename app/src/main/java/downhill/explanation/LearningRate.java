package downhill.explanation;

import downhill.modelfile.Model;
import downhill.training.TrainingConfiguration;
import org.jspecify.annotations.Nullable;

/** How far a step with one example goes, where nobody says. */
public final class LearningRate {
  private LearningRate() {}

  /** Returns the rate that a model was trained with, or else the usual one. */
  public static double of(Model model) {
    @Nullable String recorded = model.provenance().get("learning_rate");
    if (recorded != null) {
      try {
        double rate = Double.parseDouble(recorded);
        if (rate > 0 && Double.isFinite(rate)) {
          return rate;
        }
      } catch (NumberFormatException e) {
        // Written by something else than this program: as good as not there.
      }
    }
    return TrainingConfiguration.defaults().learningRate();
  }
}
