package downhill.tuning;

import downhill.network.Architecture;
import downhill.training.TrainingConfiguration;

/**
 * A network to train, and how.
 *
 * @param network its widths; the initial weights are drawn by the configuration's seed
 * @param configuration how to train it
 */
public record Candidate(Architecture network, TrainingConfiguration configuration) {}
