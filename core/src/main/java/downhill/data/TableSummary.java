package downhill.data;

import java.util.ArrayList;
import java.util.List;

/**
 * What the columns of a table are like, as the values stand in the file. Immutable; safe to share.
 *
 * @param columns in the order of the network's inputs
 */
public record TableSummary(List<Values> columns) {
  /** Copies the list. */
  public TableSummary {
    columns = List.copyOf(columns);
  }

  /** The values of a column. */
  public sealed interface Values {
    /** Returns the column's name. */
    String name();

    /** Returns how many values are missing. */
    int missing();
  }

  /**
   * Numbers.
   *
   * @param least the least of them; NaN where all are missing, and so below
   * @param greatest the greatest
   * @param mean their mean
   * @param deviation their standard deviation, √(Σ(v − mean)²/n)
   * @param zeros how many are 0
   */
  public record Numbers(
      String name,
      int missing,
      double least,
      double greatest,
      double mean,
      double deviation,
      int zeros)
      implements Values {}

  /**
   * Categories.
   *
   * @param levels their texts
   * @param counts how many of each
   */
  public record Categories(String name, int missing, List<String> levels, List<Integer> counts)
      implements Values {
    /** Copies the lists. */
    public Categories {
      levels = List.copyOf(levels);
      counts = List.copyOf(counts);
    }
  }

  /**
   * Looks at every value.
   *
   * @throws IllegalArgumentException if the examples are no rows of a table
   */
  public static TableSummary of(Dataset data) {
    TableSchema schema = data.schema();
    if (schema == null) {
      throw new IllegalArgumentException("data: expected the rows of a table, found bytes");
    }
    List<Tally> tallies = schema.columns().stream().map(Tally::new).toList();
    double[] values = new double[tallies.size()];
    for (int i = 0; i < data.size(); i++) {
      data.raw(i, values);
      for (int c = 0; c < values.length; c++) {
        tallies.get(c).add(values[c]);
      }
    }
    return new TableSummary(tallies.stream().map(Tally::summary).toList());
  }

  private static final class Tally {
    private final Column column;
    private final int[] counts; // of each level
    private int missing;
    private int seen;
    private int zeros;
    private double least = Double.NaN;
    private double greatest = Double.NaN;
    private double mean;
    private double squares;

    Tally(Column column) {
      this.column = column;
      this.counts = new int[column.inputs()];
    }

    void add(double value) {
      if (Double.isNaN(value)) {
        missing++;
      } else if (column instanceof Column.Categorical) {
        counts[(int) value]++;
      } else {
        seen++;
        zeros += value == 0 ? 1 : 0;
        least = seen == 1 ? value : Math.min(least, value);
        greatest = seen == 1 ? value : Math.max(greatest, value);
        double step = value - mean; // Welford (1962)
        mean += step / seen;
        squares += step * (value - mean);
      }
    }

    Values summary() {
      return switch (column) {
        case Column.Numeric numeric ->
            new Numbers(
                numeric.name(),
                missing,
                least,
                greatest,
                seen == 0 ? Double.NaN : mean,
                seen == 0 ? Double.NaN : Math.sqrt(squares / seen),
                zeros);
        case Column.Categorical categorical -> {
          List<Integer> each = new ArrayList<>();
          for (int count : counts) {
            each.add(count);
          }
          yield new Categories(categorical.name(), missing, categorical.levels(), each);
        }
      };
    }
  }
}
