package downhill.training;

/**
 * What a network does on examples that it does not learn from.
 *
 * @param loss mean loss, in nats
 * @param accuracy share classified right, 0..1
 */
public record Validation(double loss, double accuracy) {}
