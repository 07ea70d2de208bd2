package downhill.engine;

/**
 * Rows of a matrix, each up to {@link #WIDTH} wide, copied to where one core reads them fastest,
 * and the one operation that training consists of: adding multiples of these rows. Belongs to one
 * thread.
 *
 * <p>A block has one or more pages of up to {@value #ROWS} rows. Every operation works on the one
 * in {@link #page}; the others keep what they hold.
 *
 * <p>A page fills half of the first-level cache or more. It is read again and again, once for each
 * row of the {@link Factor}, so a copy that costs as much as one or two of those readings pays: it
 * is aligned, has a fixed stride, and no two of its lines fight for the same place in the cache.
 */
abstract class Block {
  /** The most rows of a page: as many as a mask has bits. */
  static final int ROWS = 64;

  /**
   * The most columns, which is also how many units a panel of a {@link Layer} or of {@link Signals}
   * has: eight of this machine's vectors, as many as one loop works on, but at least 64, as many as
   * a mask has bits. Wider panels would leave fewer for the members of a team to divide; where
   * there is but one, both need all of its weights, and what one of them changes has to travel to
   * the other.
   */
  static final int WIDTH = Math.clamp(8L * Kernels.lanesOfMachine(), 64, 128);

  /** How many columns are in use, a multiple of 16. */
  int width;

  /** The page that all operations work on, from 0. */
  int page;

  /**
   * Copies rows.
   *
   * @param matrix row-major
   * @param at index of the first element
   * @param stride elements from row to row
   * @param rows how many, at most {@value #ROWS}
   * @param width how many columns, at most {@link #WIDTH}, a multiple of 16
   */
  abstract void load(float[] matrix, int at, int stride, int rows, int width);

  /**
   * As {@link #load}, but row i of the page is column i of the matrix.
   *
   * @param columns how many columns of the page, at most {@link #WIDTH}; those that follow, up to a
   *     multiple of 16, become 0
   */
  abstract void loadTransposed(float[] matrix, int at, int stride, int rows, int columns);

  /**
   * Adds multiples of the rows m_i of the page: z_r ← z_r + Σ_i x_{r,i} m_i, in rising order of i,
   * each step one fused multiply-add, for those i that row r of the mask has.
   *
   * @param x the factors, set by {@link Factor#rows}
   * @param z row-major; row r begins at {@code at + r · stride} and is as wide as this block
   * @param rows how many rows r
   */
  abstract void accumulate(Factor x, float[] z, int at, int stride, int rows);

  /**
   * Descends: w_r ← w_r − η Σ_i x_{r,i} m_i, the sum as in {@link #accumulate}, from 0. Where the
   * sum runs over several pages, this is called once for each, and the sums wait here in between.
   *
   * @param x the factors, set by {@link Factor#columns}, of a level whose rows lie {@link
   *     Signals#STRIDE} apart
   * @param first whether this page is the first of the sum, which then begins at 0
   * @param last whether it is the last; only then w changes
   * @param w row-major; row r begins at {@code at + r · stride} and is as wide as this block
   * @param rows how many rows r, at most {@value Products#INPUTS}
   * @param rate η
   */
  abstract void descend(
      Factor x, boolean first, boolean last, float[] w, int at, int stride, int rows, float rate);

  /**
   * Writes the sums that {@link #descend} has left waiting.
   *
   * @param to row-major; row r begins at {@code at + r · stride} and is as wide as this block
   * @param rows how many rows, at most {@value Products#INPUTS}
   */
  abstract void sums(float[] to, int at, int stride, int rows);
}
