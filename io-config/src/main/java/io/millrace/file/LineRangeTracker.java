package io.millrace.file;

import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker;
import org.apache.beam.sdk.transforms.splittabledofn.SplitResult;

/**
 * Lets a runner checkpoint the reading of a file after any line, so that it holds only a bundle in
 * memory. A line is claimed by the position after it. A file is never split for parallel reading,
 * because record times depend on the preceding lines.
 *
 * <p>A checkpoint needs at least {@value #LEAST_BYTES} bytes: the DirectRunner requests one after
 * 100 records, and its bundles are expensive. The limit is small, because checkpoints are the
 * DirectRunner's only backpressure, and thousands of files may be read at once. It grows with the
 * bytes before, up to {@value #MOST_BYTES}: a long file has few bundles. A compressed file must be
 * skipped from its beginning after each checkpoint. There a checkpoint also needs an eighth of the
 * bytes to skip, so that skipping costs at most about nine times the file, instead of its square.
 * Before the first claim, a checkpoint leaves everything for later: the reader waits.
 */
final class LineRangeTracker extends RestrictionTracker<LineRange, FilePosition> {
  static final long LEAST_BYTES = 1 << 18;
  static final long MOST_BYTES = 1 << 22;
  private static final int GROWTH = 2;
  private static final int SKIPPED_PART = 8;

  private final long leastBytes;
  private LineRange part;
  private FilePosition reached;
  private boolean claimed;

  /** Creates a tracker. A {@code seekable} file can be read from any position without a cost. */
  LineRangeTracker(LineRange part, boolean seekable) {
    this.part = part;
    this.reached = part.from();
    long before = part.from().bytes();
    long grown = Math.max(LEAST_BYTES, Math.min(MOST_BYTES, before / GROWTH));
    this.leastBytes = seekable ? grown : Math.max(grown, before / SKIPPED_PART);
  }

  @Override
  public boolean tryClaim(FilePosition next) {
    if (next.lines() > part.toLine()) {
      return false;
    }
    reached = next;
    claimed = true;
    return true;
  }

  @Override
  public LineRange currentRestriction() {
    return part;
  }

  @Override
  public SplitResult<LineRange> trySplit(double fractionOfRemainder) {
    boolean interrupts = fractionOfRemainder == 0;
    if (!interrupts
        || reached.lines() >= part.toLine()
        || (claimed && reached.bytes() - part.from().bytes() < leastBytes)) {
      return null;
    }
    LineRange rest = new LineRange(reached, part.toLine());
    part = new LineRange(part.from(), reached.lines());
    return SplitResult.of(part, rest);
  }

  @Override
  public void checkDone() {
    if (reached.lines() < part.toLine()) {
      throw new IllegalStateException("read " + reached.lines() + " lines of " + part.toLine());
    }
  }

  @Override
  public IsBounded isBounded() {
    return IsBounded.BOUNDED;
  }
}
