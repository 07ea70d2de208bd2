/**
 * Downhill as a citizen of Spark ML: an estimator that trains on a cluster, and its model. Uses the
 * public rooms of the core and Spark's own API. What the driver holds is not safe to share between
 * threads; a model is.
 */
@NullMarked
package downhill.spark;

import org.jspecify.annotations.NullMarked;
