package downhill.data;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows of a table go when they are read: to the heap, or to a file that is mapped into
 * memory, which a later start finds again. Both give the same bits.
 *
 * @param folder where such files are; null for beside the file that a table comes from
 * @param memory how many bytes of rows stay on the heap; a table with more goes to a file as a
 *     whole. 0 for none.
 */
public record TableCache(@Nullable Path folder, long memory) {
  /** What the name of such a file ends in, after that of the table's. */
  public static final String SUFFIX = ".downhill-rows";

  /** Returns the default: up to a quarter of the heap there, more in a file beside the table. */
  public static TableCache standard() {
    return new TableCache(null, Runtime.getRuntime().maxMemory() / 4);
  }

  /** Returns the file for the rows of a table. */
  Path file(Path table) {
    Path absolute = table.toAbsolutePath();
    String name = absolute.getFileName() + SUFFIX;
    return folder == null ? absolute.resolveSibling(name) : folder.resolve(name);
  }
}
