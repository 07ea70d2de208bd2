package downhill.data;

/**
 * Categories of a column that its schema does not have, for which the mean is taken.
 *
 * @param column the column's name
 * @param rows how many rows of the file have one
 * @param first the one that comes first
 * @param line the line in which it stands, from 1
 */
public record UnknownCategories(String column, long rows, String first, long line) {}
