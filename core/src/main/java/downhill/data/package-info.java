/**
 * Labelled examples and the files they come from: IDX (MNIST, Fashion-MNIST and relatives), folders
 * of it, pictures in folders of their classes, single pictures, and tables (CSV, TSV); what a model
 * makes of a table's columns; what is held out of the examples, what they are like in numbers, and
 * how pictures are changed from one showing to the next.
 *
 * <p>Uses nothing else of Downhill. {@link downhill.data.Dataset}, {@link downhill.data.Datasets},
 * {@link downhill.data.Split}, {@link downhill.data.Idx}, {@link downhill.data.Augmentation},
 * {@link downhill.data.Preparation}, {@link downhill.data.ImageFiles}, {@link
 * downhill.data.TableSchema}, {@link downhill.data.RowEncoder} and the summaries are immutable and
 * safe to share between threads; the readers are static methods without state.
 *
 * <p>Files are other people's, so nothing in them is believed unchecked. What is wrong with one is
 * an {@link java.io.IOException} that says in a line what was expected, what was found, and where:
 * path and byte offset (of the unpacked content where gzip is around it), or line and column for
 * tables.
 */
@NullMarked
package downhill.data;

import org.jspecify.annotations.NullMarked;
