package downhill.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
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
  /**
   * What the name of such a file ends in: after that of the table, and in a folder for the rows of
   * many tables after a hash of where the table is, too.
   */
  public static final String SUFFIX = ".downhill-rows";

  /** Checks the bytes. */
  public TableCache {
    if (memory < 0) {
      throw new IllegalArgumentException("memory: expected 0 bytes or more, found " + memory);
    }
  }

  /** Returns the default: up to a quarter of the heap there, more in a file beside the table. */
  public static TableCache standard() {
    return new TableCache(null, Runtime.getRuntime().maxMemory() / 4);
  }

  /** Returns the file for the rows of a table, which is another one for every table. */
  Path file(Path table) {
    Path absolute = table.toAbsolutePath();
    Path name = absolute.getFileName();
    return folder == null
        ? absolute.resolveSibling(name + SUFFIX)
        : folder.resolve(name + "-" + hash(real(table)) + SUFFIX);
  }

  /** Returns where a table is, past all links; a pipe has no such place, only a name. */
  static String real(Path table) {
    try {
      return table.toRealPath().toString();
    } catch (IOException e) {
      return table.toAbsolutePath().toString();
    }
  }

  private static String hash(String path) {
    byte[] hash = Sha256.digest().digest(path.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, 8);
  }
}
