/**
 * The report of a run: {@code report.html}, one file that shows what a network learned and how well
 * it does, and {@code model-card.md}, which says the same to whoever gets the model.
 *
 * <p>{@link downhill.report.Reports} writes both. May use every room of the library but the engine,
 * and nothing of the command line, which calls it. The same model, data and history give the same
 * files, byte for byte. Pictures and charts are written by hand, without a library: the files need
 * nothing from elsewhere to be shown. Everything may be called from any thread.
 */
@NullMarked
package downhill.report;

import org.jspecify.annotations.NullMarked;
