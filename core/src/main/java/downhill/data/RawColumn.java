package downhill.data;

import org.jspecify.annotations.Nullable;

/**
 * A column of values as they stand in a file.
 *
 * @param field its number there, from 0
 * @param name what it is called
 * @param asked whether it is one of categories because somebody said so
 * @param levels what its codes stand for; null where it holds numbers
 * @param least the least of its numbers; NaN where it has none
 * @param greatest the greatest
 */
record RawColumn(
    int field,
    String name,
    boolean asked,
    @Nullable Levels levels,
    double least,
    double greatest) {}
