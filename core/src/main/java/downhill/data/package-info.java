/**
 * Labelled examples and the files they come from: IDX (MNIST, Fashion-MNIST and relatives), folders
 * of it, and single pictures; what is held out of them, and how pictures are changed from one
 * showing to the next.
 *
 * <p>Uses nothing else of Downhill. {@link downhill.data.Dataset}, {@link downhill.data.Datasets},
 * {@link downhill.data.Split}, {@link downhill.data.Idx} and {@link downhill.data.Augmentation} are
 * immutable and safe to share between threads; the readers are static methods without state.
 *
 * <p>Files are other people's, so nothing in them is believed unchecked. What is wrong with one is
 * an {@link java.io.IOException} that says in a line what was expected, what was found, and where:
 * path and byte offset (of the unpacked content where gzip is around it).
 */
@NullMarked
package downhill.data;

import org.jspecify.annotations.NullMarked;
