package downhill.data;

/**
 * How large some pictures are.
 *
 * @param least the height and the width that none is below
 * @param greatest the height and the width that none is above
 * @param pictures how many of them could be read
 */
public record ImageSizes(Sides least, Sides greatest, int pictures) {
  /**
   * The sides of a picture.
   *
   * @param height rows
   * @param width columns
   */
  public record Sides(int height, int width) {
    /** Returns such as {@code 28x28}: height, then width. */
    @Override
    public String toString() {
      return height + "x" + width;
    }
  }

  /** Returns whether all pictures are of one size. */
  public boolean areOne() {
    return least.equals(greatest);
  }
}
