package downhill.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A block for the Vector API. It lies outside the heap, because only there can it be aligned to
 * cache lines: an array's elements begin 16 bytes into it, so nearly every 512-bit load from one
 * would touch two lines, and these loads are what the loop waits for.
 *
 * <p>Columns lie in strips of eight vectors, one strip after the other, so that what one loop reads
 * is contiguous. The unrolled bodies are long because C2 keeps only local variables in registers,
 * and no method takes or returns a vector, because C2 boxes those that it does not inline.
 *
 * <p>What limits the inner loops beside these loads is how many instructions a turn has. For each
 * row of factors there is a slice of the segment, of constant length, and the number of a row of
 * the block is taken {@code & LAST}, which changes nothing but tells C2 that all vectors lie
 * within: it checks no bounds of these in the loop. The slice is made anew for each row of factors,
 * because C2 does not inline what runs only once before them. The bits of a mask are counted first,
 * because a loop that counts needs no safepoint in each of its turns, and C2 makes two turns one.
 * The gradient's rows of factors lie 1 apart, but its loops read that from the {@link Factor}: with
 * a constant there, a step takes 1.02 to 1.04 of the time on one thread.
 */
final class VectorBlock extends Block {
  private static final VectorSpecies<Float> S = VectorKernels.S;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int LANES = S.length();

  /** Bytes of a vector. */
  private static final long BYTES = S.vectorByteSize();

  /** The last row of a page; a mask of its number too, since {@link #ROWS} is a power of two. */
  private static final int LAST = ROWS - 1;

  /** Columns in a strip. */
  private static final int STRIP = 8 * LANES;

  /** Bytes from row to row. */
  private static final long PITCH = 8 * BYTES;

  /**
   * Rows that a transposition writes at a time. With rows 512 bytes apart their lines fall on few
   * places of the cache, and would drive each other out.
   */
  private static final int TRANSPOSED = PITCH > 256 ? Rows.LINE : ROWS;

  private static final long BYTES_OF_PAGE = 4L * ROWS * WIDTH;

  /** Where eight vectors of zeros lie in the sums, before all others. */
  private static final long ZEROS = 0;

  private final MemorySegment rowsOfBlock;

  /** The sums that {@link #descend} has not finished. */
  private final MemorySegment sums =
      Arena.ofAuto().allocate(PITCH + 4L * Products.INPUTS * WIDTH, 64);

  /** Makes one of so many pages. */
  VectorBlock(int pages) {
    rowsOfBlock = Arena.ofAuto().allocate(pages * BYTES_OF_PAGE, 64);
  }

  /** Returns where column {@code c} of row 0 of the page lies. */
  private long offset(int c) {
    return page * BYTES_OF_PAGE + c / STRIP * (ROWS * PITCH) + (long) Float.BYTES * (c % STRIP);
  }

  /**
   * Returns how many bytes there are from the first of so many vectors of row 0 to the end of the
   * last of them in the last row.
   */
  private static long reach(int vectors) {
    return LAST * PITCH + vectors * BYTES;
  }

  /** Returns where the unfinished sums of row {@code r} lie. */
  private static long sumAt(int r, int c) {
    return PITCH + 4L * (r * WIDTH + c);
  }

  @Override
  void load(float[] matrix, int at, int stride, int rows, int width) {
    this.width = width;
    if (stride == STRIP && width == STRIP) { // one piece, as full panels of weights are
      MemorySegment.copy(matrix, at, rowsOfBlock, ValueLayout.JAVA_FLOAT, offset(0), rows * STRIP);
      return;
    }
    for (int strip = 0; strip < width; strip += STRIP) {
      int columns = Math.min(STRIP, width - strip);
      long to = offset(strip);
      int from = at + strip;
      for (int i = 0; i < rows; i++) {
        for (int c = 0; c < columns; c += LANES) {
          FloatVector.fromArray(S, matrix, from + c)
              .intoMemorySegment(rowsOfBlock, to + 4L * c, ORDER);
        }
        from += stride;
        to += PITCH;
      }
    }
  }

  @Override
  void loadTransposed(float[] matrix, int at, int stride, int rows, int columns) {
    width = Rows.pad(columns);
    for (int i = 0; i < rows; i += TRANSPOSED) {
      transpose(matrix, at, stride, i, Math.min(i + TRANSPOSED, rows), columns);
    }
    for (int c = columns; c < width; c++) {
      for (int i = 0; i < rows; i++) {
        rowsOfBlock.set(ValueLayout.JAVA_FLOAT, offset(c) + i * PITCH, 0);
      }
    }
  }

  /**
   * Writes rows {@code first} to {@code past}. Reads as far as it can from front to back, which is
   * fastest where another core has changed the matrix, and checks the bounds once for eight.
   */
  private void transpose(float[] matrix, int at, int stride, int first, int past, int columns) {
    for (int c = 0; c < columns; c++) {
      int from = at + c * stride;
      long to = offset(c);
      int i = first;
      for (; i + 8 <= past; i += 8) {
        MemorySegment m = rowsOfBlock.asSlice(to + i * PITCH, 7 * PITCH + Float.BYTES);
        m.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 0, matrix[from + i]);
        m.set(ValueLayout.JAVA_FLOAT_UNALIGNED, PITCH, matrix[from + i + 1]);
        m.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 2 * PITCH, matrix[from + i + 2]);
        m.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 3 * PITCH, matrix[from + i + 3]);
        m.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * PITCH, matrix[from + i + 4]);
        m.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 5 * PITCH, matrix[from + i + 5]);
        m.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 6 * PITCH, matrix[from + i + 6]);
        m.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 7 * PITCH, matrix[from + i + 7]);
      }
      for (; i < past; i++) {
        rowsOfBlock.set(ValueLayout.JAVA_FLOAT, to + i * PITCH, matrix[from + i]);
      }
    }
  }

  @Override
  void accumulate(Factor x, float[] z, int at, int stride, int rows) {
    int c = 0;
    for (; c + STRIP <= width; c += STRIP) {
      eight(x, c, z, at + c, stride, rows);
    }
    if (c + 4 * LANES <= width) {
      four(x, c, z, at + c, stride, rows);
      c += 4 * LANES;
    }
    if (c + 2 * LANES <= width) {
      two(x, c, z, at + c, stride, rows);
      c += 2 * LANES;
    }
    if (c + LANES <= width) {
      one(x, c, z, at + c, stride, rows);
    }
  }

  @Override
  void descend(
      Factor x, boolean first, boolean last, float[] w, int at, int stride, int rows, float rate) {
    int c = 0;
    for (; c + STRIP <= width; c += STRIP) {
      descendEight(x, c, first, last, w, at + c, stride, rows, rate);
    }
    if (c + 4 * LANES <= width) {
      descendFour(x, c, first, last, w, at + c, stride, rows, rate);
      c += 4 * LANES;
    }
    if (c + 2 * LANES <= width) {
      descendTwo(x, c, first, last, w, at + c, stride, rows, rate);
      c += 2 * LANES;
    }
    if (c + LANES <= width) {
      descendOne(x, c, first, last, w, at + c, stride, rows, rate);
    }
  }

  @Override
  void sums(float[] to, int at, int stride, int rows) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < width; c += LANES) {
        FloatVector.fromMemorySegment(S, sums, sumAt(r, c), ORDER)
            .intoArray(to, at + r * stride + c);
      }
    }
  }

  /**
   * Does eight vectors of columns from {@code c}: enough sums to hide the latency of an addition.
   */
  private void eight(Factor x, int c, float[] z, int at, int stride, int rows) {
    float[] values = x.values;
    long[] masks = x.masks;
    int at0 = x.at;
    int rowStep = x.stride;
    int mask0 = x.maskAt;
    int maskStep = x.maskStride;
    MemorySegment block = rowsOfBlock;
    long column = offset(c);
    for (int r = 0; r < rows; r++) {
      long mask = masks[mask0 + r * maskStep];
      int first = at0 + r * rowStep;
      int to = at + r * stride;
      FloatVector s0 = FloatVector.fromArray(S, z, to);
      FloatVector s1 = FloatVector.fromArray(S, z, to + LANES);
      FloatVector s2 = FloatVector.fromArray(S, z, to + 2 * LANES);
      FloatVector s3 = FloatVector.fromArray(S, z, to + 3 * LANES);
      FloatVector s4 = FloatVector.fromArray(S, z, to + 4 * LANES);
      FloatVector s5 = FloatVector.fromArray(S, z, to + 5 * LANES);
      FloatVector s6 = FloatVector.fromArray(S, z, to + 6 * LANES);
      FloatVector s7 = FloatVector.fromArray(S, z, to + 7 * LANES);
      MemorySegment m = block.asSlice(column, reach(8));
      int count = Long.bitCount(mask);
      for (int k = 0; k < count; k++) {
        int i = Long.numberOfTrailingZeros(mask) & LAST;
        mask &= mask - 1;
        FloatVector f = FloatVector.broadcast(S, values[first + i]);
        long o = i * PITCH;
        s0 = f.fma(FloatVector.fromMemorySegment(S, m, o, ORDER), s0);
        s1 = f.fma(FloatVector.fromMemorySegment(S, m, o + BYTES, ORDER), s1);
        s2 = f.fma(FloatVector.fromMemorySegment(S, m, o + 2 * BYTES, ORDER), s2);
        s3 = f.fma(FloatVector.fromMemorySegment(S, m, o + 3 * BYTES, ORDER), s3);
        s4 = f.fma(FloatVector.fromMemorySegment(S, m, o + 4 * BYTES, ORDER), s4);
        s5 = f.fma(FloatVector.fromMemorySegment(S, m, o + 5 * BYTES, ORDER), s5);
        s6 = f.fma(FloatVector.fromMemorySegment(S, m, o + 6 * BYTES, ORDER), s6);
        s7 = f.fma(FloatVector.fromMemorySegment(S, m, o + 7 * BYTES, ORDER), s7);
      }
      s0.intoArray(z, to);
      s1.intoArray(z, to + LANES);
      s2.intoArray(z, to + 2 * LANES);
      s3.intoArray(z, to + 3 * LANES);
      s4.intoArray(z, to + 4 * LANES);
      s5.intoArray(z, to + 5 * LANES);
      s6.intoArray(z, to + 6 * LANES);
      s7.intoArray(z, to + 7 * LANES);
    }
  }

  /** Does four vectors of columns. */
  private void four(Factor x, int c, float[] z, int at, int stride, int rows) {
    float[] values = x.values;
    long[] masks = x.masks;
    int at0 = x.at;
    int rowStep = x.stride;
    int mask0 = x.maskAt;
    int maskStep = x.maskStride;
    MemorySegment block = rowsOfBlock;
    long column = offset(c);
    for (int r = 0; r < rows; r++) {
      long mask = masks[mask0 + r * maskStep];
      int first = at0 + r * rowStep;
      int to = at + r * stride;
      FloatVector s0 = FloatVector.fromArray(S, z, to);
      FloatVector s1 = FloatVector.fromArray(S, z, to + LANES);
      FloatVector s2 = FloatVector.fromArray(S, z, to + 2 * LANES);
      FloatVector s3 = FloatVector.fromArray(S, z, to + 3 * LANES);
      MemorySegment m = block.asSlice(column, reach(4));
      int count = Long.bitCount(mask);
      for (int k = 0; k < count; k++) {
        int i = Long.numberOfTrailingZeros(mask) & LAST;
        mask &= mask - 1;
        FloatVector f = FloatVector.broadcast(S, values[first + i]);
        long o = i * PITCH;
        s0 = f.fma(FloatVector.fromMemorySegment(S, m, o, ORDER), s0);
        s1 = f.fma(FloatVector.fromMemorySegment(S, m, o + BYTES, ORDER), s1);
        s2 = f.fma(FloatVector.fromMemorySegment(S, m, o + 2 * BYTES, ORDER), s2);
        s3 = f.fma(FloatVector.fromMemorySegment(S, m, o + 3 * BYTES, ORDER), s3);
      }
      s0.intoArray(z, to);
      s1.intoArray(z, to + LANES);
      s2.intoArray(z, to + 2 * LANES);
      s3.intoArray(z, to + 3 * LANES);
    }
  }

  /** Does two vectors of columns. */
  private void two(Factor x, int c, float[] z, int at, int stride, int rows) {
    float[] values = x.values;
    long[] masks = x.masks;
    int at0 = x.at;
    int rowStep = x.stride;
    int mask0 = x.maskAt;
    int maskStep = x.maskStride;
    MemorySegment block = rowsOfBlock;
    long column = offset(c);
    for (int r = 0; r < rows; r++) {
      long mask = masks[mask0 + r * maskStep];
      int first = at0 + r * rowStep;
      int to = at + r * stride;
      FloatVector s0 = FloatVector.fromArray(S, z, to);
      FloatVector s1 = FloatVector.fromArray(S, z, to + LANES);
      MemorySegment m = block.asSlice(column, reach(2));
      int count = Long.bitCount(mask);
      for (int k = 0; k < count; k++) {
        int i = Long.numberOfTrailingZeros(mask) & LAST;
        mask &= mask - 1;
        FloatVector f = FloatVector.broadcast(S, values[first + i]);
        long o = i * PITCH;
        s0 = f.fma(FloatVector.fromMemorySegment(S, m, o, ORDER), s0);
        s1 = f.fma(FloatVector.fromMemorySegment(S, m, o + BYTES, ORDER), s1);
      }
      s0.intoArray(z, to);
      s1.intoArray(z, to + LANES);
    }
  }

  /** Does one vector of columns. */
  private void one(Factor x, int c, float[] z, int at, int stride, int rows) {
    float[] values = x.values;
    long[] masks = x.masks;
    int at0 = x.at;
    int rowStep = x.stride;
    int mask0 = x.maskAt;
    int maskStep = x.maskStride;
    MemorySegment block = rowsOfBlock;
    long column = offset(c);
    for (int r = 0; r < rows; r++) {
      long mask = masks[mask0 + r * maskStep];
      int first = at0 + r * rowStep;
      int to = at + r * stride;
      FloatVector s0 = FloatVector.fromArray(S, z, to);
      MemorySegment m = block.asSlice(column, reach(1));
      int count = Long.bitCount(mask);
      for (int k = 0; k < count; k++) {
        int i = Long.numberOfTrailingZeros(mask) & LAST;
        mask &= mask - 1;
        FloatVector f = FloatVector.broadcast(S, values[first + i]);
        long o = i * PITCH;
        s0 = f.fma(FloatVector.fromMemorySegment(S, m, o, ORDER), s0);
      }
      s0.intoArray(z, to);
    }
  }

  /** As {@link #eight}. */
  private void descendEight(
      Factor x,
      int c,
      boolean first,
      boolean last,
      float[] w,
      int at,
      int stride,
      int rows,
      float rate) {
    float[] values = x.values;
    long[] masks = x.masks;
    int at0 = x.at;
    int rowStep = x.stride;
    int mask0 = x.maskAt;
    int maskStep = x.maskStride;
    MemorySegment block = rowsOfBlock;
    MemorySegment totals = sums;
    long column = offset(c);
    for (int r = 0; r < rows; r++) {
      long mask = masks[mask0 + r * maskStep];
      long sum = sumAt(r, c);
      long start = first ? ZEROS : sum;
      int from = at0 + r * rowStep;
      FloatVector s0 = FloatVector.fromMemorySegment(S, totals, start, ORDER);
      FloatVector s1 = FloatVector.fromMemorySegment(S, totals, start + BYTES, ORDER);
      FloatVector s2 = FloatVector.fromMemorySegment(S, totals, start + 2 * BYTES, ORDER);
      FloatVector s3 = FloatVector.fromMemorySegment(S, totals, start + 3 * BYTES, ORDER);
      FloatVector s4 = FloatVector.fromMemorySegment(S, totals, start + 4 * BYTES, ORDER);
      FloatVector s5 = FloatVector.fromMemorySegment(S, totals, start + 5 * BYTES, ORDER);
      FloatVector s6 = FloatVector.fromMemorySegment(S, totals, start + 6 * BYTES, ORDER);
      FloatVector s7 = FloatVector.fromMemorySegment(S, totals, start + 7 * BYTES, ORDER);
      MemorySegment m = block.asSlice(column, reach(8));
      int count = Long.bitCount(mask);
      for (int k = 0; k < count; k++) {
        int i = Long.numberOfTrailingZeros(mask) & LAST;
        mask &= mask - 1;
        FloatVector f = FloatVector.broadcast(S, values[from + i * Signals.STRIDE]);
        long o = i * PITCH;
        s0 = f.fma(FloatVector.fromMemorySegment(S, m, o, ORDER), s0);
        s1 = f.fma(FloatVector.fromMemorySegment(S, m, o + BYTES, ORDER), s1);
        s2 = f.fma(FloatVector.fromMemorySegment(S, m, o + 2 * BYTES, ORDER), s2);
        s3 = f.fma(FloatVector.fromMemorySegment(S, m, o + 3 * BYTES, ORDER), s3);
        s4 = f.fma(FloatVector.fromMemorySegment(S, m, o + 4 * BYTES, ORDER), s4);
        s5 = f.fma(FloatVector.fromMemorySegment(S, m, o + 5 * BYTES, ORDER), s5);
        s6 = f.fma(FloatVector.fromMemorySegment(S, m, o + 6 * BYTES, ORDER), s6);
        s7 = f.fma(FloatVector.fromMemorySegment(S, m, o + 7 * BYTES, ORDER), s7);
      }
      if (last) {
        int to = at + r * stride;
        FloatVector minusRate = FloatVector.broadcast(S, -rate);
        minusRate.fma(s0, FloatVector.fromArray(S, w, to)).intoArray(w, to);
        minusRate.fma(s1, FloatVector.fromArray(S, w, to + LANES)).intoArray(w, to + LANES);
        minusRate.fma(s2, FloatVector.fromArray(S, w, to + 2 * LANES)).intoArray(w, to + 2 * LANES);
        minusRate.fma(s3, FloatVector.fromArray(S, w, to + 3 * LANES)).intoArray(w, to + 3 * LANES);
        minusRate.fma(s4, FloatVector.fromArray(S, w, to + 4 * LANES)).intoArray(w, to + 4 * LANES);
        minusRate.fma(s5, FloatVector.fromArray(S, w, to + 5 * LANES)).intoArray(w, to + 5 * LANES);
        minusRate.fma(s6, FloatVector.fromArray(S, w, to + 6 * LANES)).intoArray(w, to + 6 * LANES);
        minusRate.fma(s7, FloatVector.fromArray(S, w, to + 7 * LANES)).intoArray(w, to + 7 * LANES);
      } else {
        s0.intoMemorySegment(totals, sum, ORDER);
        s1.intoMemorySegment(totals, sum + BYTES, ORDER);
        s2.intoMemorySegment(totals, sum + 2 * BYTES, ORDER);
        s3.intoMemorySegment(totals, sum + 3 * BYTES, ORDER);
        s4.intoMemorySegment(totals, sum + 4 * BYTES, ORDER);
        s5.intoMemorySegment(totals, sum + 5 * BYTES, ORDER);
        s6.intoMemorySegment(totals, sum + 6 * BYTES, ORDER);
        s7.intoMemorySegment(totals, sum + 7 * BYTES, ORDER);
      }
    }
  }

  /** As {@link #four}. */
  private void descendFour(
      Factor x,
      int c,
      boolean first,
      boolean last,
      float[] w,
      int at,
      int stride,
      int rows,
      float rate) {
    float[] values = x.values;
    long[] masks = x.masks;
    int at0 = x.at;
    int rowStep = x.stride;
    int mask0 = x.maskAt;
    int maskStep = x.maskStride;
    MemorySegment block = rowsOfBlock;
    MemorySegment totals = sums;
    long column = offset(c);
    for (int r = 0; r < rows; r++) {
      long mask = masks[mask0 + r * maskStep];
      long sum = sumAt(r, c);
      long start = first ? ZEROS : sum;
      int from = at0 + r * rowStep;
      FloatVector s0 = FloatVector.fromMemorySegment(S, totals, start, ORDER);
      FloatVector s1 = FloatVector.fromMemorySegment(S, totals, start + BYTES, ORDER);
      FloatVector s2 = FloatVector.fromMemorySegment(S, totals, start + 2 * BYTES, ORDER);
      FloatVector s3 = FloatVector.fromMemorySegment(S, totals, start + 3 * BYTES, ORDER);
      MemorySegment m = block.asSlice(column, reach(4));
      int count = Long.bitCount(mask);
      for (int k = 0; k < count; k++) {
        int i = Long.numberOfTrailingZeros(mask) & LAST;
        mask &= mask - 1;
        FloatVector f = FloatVector.broadcast(S, values[from + i * Signals.STRIDE]);
        long o = i * PITCH;
        s0 = f.fma(FloatVector.fromMemorySegment(S, m, o, ORDER), s0);
        s1 = f.fma(FloatVector.fromMemorySegment(S, m, o + BYTES, ORDER), s1);
        s2 = f.fma(FloatVector.fromMemorySegment(S, m, o + 2 * BYTES, ORDER), s2);
        s3 = f.fma(FloatVector.fromMemorySegment(S, m, o + 3 * BYTES, ORDER), s3);
      }
      if (last) {
        int to = at + r * stride;
        FloatVector minusRate = FloatVector.broadcast(S, -rate);
        minusRate.fma(s0, FloatVector.fromArray(S, w, to)).intoArray(w, to);
        minusRate.fma(s1, FloatVector.fromArray(S, w, to + LANES)).intoArray(w, to + LANES);
        minusRate.fma(s2, FloatVector.fromArray(S, w, to + 2 * LANES)).intoArray(w, to + 2 * LANES);
        minusRate.fma(s3, FloatVector.fromArray(S, w, to + 3 * LANES)).intoArray(w, to + 3 * LANES);
      } else {
        s0.intoMemorySegment(totals, sum, ORDER);
        s1.intoMemorySegment(totals, sum + BYTES, ORDER);
        s2.intoMemorySegment(totals, sum + 2 * BYTES, ORDER);
        s3.intoMemorySegment(totals, sum + 3 * BYTES, ORDER);
      }
    }
  }

  /** As {@link #two}. */
  private void descendTwo(
      Factor x,
      int c,
      boolean first,
      boolean last,
      float[] w,
      int at,
      int stride,
      int rows,
      float rate) {
    float[] values = x.values;
    long[] masks = x.masks;
    int at0 = x.at;
    int rowStep = x.stride;
    int mask0 = x.maskAt;
    int maskStep = x.maskStride;
    MemorySegment block = rowsOfBlock;
    MemorySegment totals = sums;
    long column = offset(c);
    for (int r = 0; r < rows; r++) {
      long mask = masks[mask0 + r * maskStep];
      long sum = sumAt(r, c);
      long start = first ? ZEROS : sum;
      int from = at0 + r * rowStep;
      FloatVector s0 = FloatVector.fromMemorySegment(S, totals, start, ORDER);
      FloatVector s1 = FloatVector.fromMemorySegment(S, totals, start + BYTES, ORDER);
      MemorySegment m = block.asSlice(column, reach(2));
      int count = Long.bitCount(mask);
      for (int k = 0; k < count; k++) {
        int i = Long.numberOfTrailingZeros(mask) & LAST;
        mask &= mask - 1;
        FloatVector f = FloatVector.broadcast(S, values[from + i * Signals.STRIDE]);
        long o = i * PITCH;
        s0 = f.fma(FloatVector.fromMemorySegment(S, m, o, ORDER), s0);
        s1 = f.fma(FloatVector.fromMemorySegment(S, m, o + BYTES, ORDER), s1);
      }
      if (last) {
        int to = at + r * stride;
        FloatVector minusRate = FloatVector.broadcast(S, -rate);
        minusRate.fma(s0, FloatVector.fromArray(S, w, to)).intoArray(w, to);
        minusRate.fma(s1, FloatVector.fromArray(S, w, to + LANES)).intoArray(w, to + LANES);
      } else {
        s0.intoMemorySegment(totals, sum, ORDER);
        s1.intoMemorySegment(totals, sum + BYTES, ORDER);
      }
    }
  }

  /** As {@link #one}. */
  private void descendOne(
      Factor x,
      int c,
      boolean first,
      boolean last,
      float[] w,
      int at,
      int stride,
      int rows,
      float rate) {
    float[] values = x.values;
    long[] masks = x.masks;
    int at0 = x.at;
    int rowStep = x.stride;
    int mask0 = x.maskAt;
    int maskStep = x.maskStride;
    MemorySegment block = rowsOfBlock;
    MemorySegment totals = sums;
    long column = offset(c);
    for (int r = 0; r < rows; r++) {
      long mask = masks[mask0 + r * maskStep];
      long sum = sumAt(r, c);
      long start = first ? ZEROS : sum;
      int from = at0 + r * rowStep;
      FloatVector s0 = FloatVector.fromMemorySegment(S, totals, start, ORDER);
      MemorySegment m = block.asSlice(column, reach(1));
      int count = Long.bitCount(mask);
      for (int k = 0; k < count; k++) {
        int i = Long.numberOfTrailingZeros(mask) & LAST;
        mask &= mask - 1;
        FloatVector f = FloatVector.broadcast(S, values[from + i * Signals.STRIDE]);
        long o = i * PITCH;
        s0 = f.fma(FloatVector.fromMemorySegment(S, m, o, ORDER), s0);
      }
      if (last) {
        int to = at + r * stride;
        FloatVector minusRate = FloatVector.broadcast(S, -rate);
        minusRate.fma(s0, FloatVector.fromArray(S, w, to)).intoArray(w, to);
      } else {
        s0.intoMemorySegment(totals, sum, ORDER);
      }
    }
  }
}
