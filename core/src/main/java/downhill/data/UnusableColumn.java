package downhill.data;

import java.util.Objects;

/**
 * A column of a table from which nothing can be learned as it is. Immutable; safe to share.
 *
 * @param number where it stands, from 1
 * @param name what it is called, as {@link CsvFormat#withIgnored} takes it to leave it out
 * @param reason what was expected of it and what was found, in one line
 */
public record UnusableColumn(int number, String name, String reason) {
  /** Checks that nothing is missing. */
  public UnusableColumn {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(reason, "reason");
  }
}
