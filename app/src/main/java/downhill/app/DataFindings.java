package downhill.app;

import downhill.data.DatasetSummary;
import downhill.data.Datasets;
import downhill.data.Duplicates;
import downhill.data.ImageSizes;
import downhill.data.Preparation;
import downhill.data.TableSummary;
import downhill.data.UnreadableImage;
import downhill.data.UnusableColumn;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found out about data.
 *
 * @param name what to call it
 * @param datasets the examples
 * @param train what the training examples are like
 * @param test what the test examples are like
 * @param duplicates which of them are equal
 * @param images what else is known where the examples come from image files; null where not
 * @param table what else is known where they are the rows of a table; null where not
 */
record DataFindings(
    String name,
    Datasets datasets,
    DatasetSummary train,
    DatasetSummary test,
    Duplicates duplicates,
    @Nullable Images images,
    @Nullable Columns table) {

  /**
   * What is known of a table's columns.
   *
   * @param train in the rows to learn from
   * @param test in those to test by
   * @param leftOut other columns, from which nothing can be learned as they are
   */
  record Columns(TableSummary train, TableSummary test, List<UnusableColumn> leftOut) {}

  /**
   * What is known of image files.
   *
   * @param sizes how large they are
   * @param preparation how they became examples
   * @param testFraction the part of each class that is held out to test by; 0 where the data says
   * @param trainFiles where each training example comes from
   * @param testFiles where each test example comes from
   * @param unreadable those that can't be read
   * @param others what else lies there
   */
  record Images(
      ImageSizes sizes,
      Preparation preparation,
      double testFraction,
      List<Path> trainFiles,
      List<Path> testFiles,
      List<UnreadableImage> unreadable,
      List<String> others) {}

  /** Returns the same with what is known of image files. */
  DataFindings with(Images files) {
    return new DataFindings(name, datasets, train, test, duplicates, files, table);
  }

  /** Returns the same with what is known of a table's columns. */
  DataFindings with(Columns columns) {
    return new DataFindings(name, datasets, train, test, duplicates, images, columns);
  }

  /** Returns what to call an example: its file, or its number in its part, from 0. */
  String place(Duplicates.Place place) {
    if (images != null) {
      List<Path> files = place.test() ? images.testFiles : images.trainFiles;
      return files.get(place.index()).toString();
    }
    return (place.test() ? "test " : "train ") + place.index();
  }
}
