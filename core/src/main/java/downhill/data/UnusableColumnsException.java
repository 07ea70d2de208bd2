package downhill.data;

import java.io.IOException;
import java.util.List;

/**
 * A table has columns from which nothing can be learned as they are; the message has the first, and
 * the names of the others.
 */
public final class UnusableColumnsException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient List<UnusableColumn> columns;

  UnusableColumnsException(String message, List<UnusableColumn> columns) {
    super(message);
    this.columns = List.copyOf(columns);
  }

  /** Returns them, in the order of the file. */
  public List<UnusableColumn> columns() {
    return columns;
  }
}
