package downhill.evaluation;

/**
 * The scores of one class. A ratio whose denominator is 0 is {@code NaN}: it is not defined.
 *
 * @param precision of the examples taken for this class, the share that is of it
 * @param recall of the examples of this class, the share taken for it
 * @param f1 the harmonic mean of precision and recall
 * @param support the number of examples of this class
 */
public record ClassScores(double precision, double recall, double f1, int support) {}
