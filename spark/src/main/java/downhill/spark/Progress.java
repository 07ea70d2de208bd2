package downhill.spark;

import java.io.Serializable;

/**
 * What is known of a training after an epoch.
 *
 * @param epoch its number, from 1
 * @param loss the mean loss of the training rows as training met them, in nats
 * @param accuracy the share of them that was classified right then
 * @param validationLoss the mean loss of the rows to judge by; NaN without any
 * @param validationAccuracy the share of them that is classified right; NaN without any
 * @param seconds since training began, or went on from a checkpoint
 */
public record Progress(
    int epoch,
    double loss,
    double accuracy,
    double validationLoss,
    double validationAccuracy,
    double seconds)
    implements Serializable {}
