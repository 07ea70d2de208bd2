package downhill.training;

import downhill.data.Dataset;
import downhill.network.Network;
import org.jspecify.annotations.Nullable;

/**
 * What to train on what.
 *
 * @param initial where to start
 * @param state where to go on, if not at the start
 * @param data the training examples
 * @param validation what to judge epochs by, if anything
 */
record TrainingJob(
    Network initial, @Nullable TrainingState state, Dataset data, @Nullable Dataset validation) {}
