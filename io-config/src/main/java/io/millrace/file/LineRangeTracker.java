package io.millrace.file;

import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker;
import org.apache.beam.sdk.transforms.splittabledofn.SplitResult;

/**
 * Lets a runner interrupt the reading of a file after any line and go on later: so what it holds in
 * memory at once is a bundle, not the file. A line is claimed by the position after it. A file is
 * never read at two places at the same time, because its times follow from the lines before.
 *
 * <p>An interruption is refused until {@value #LEAST_BYTES} bytes are read: the DirectRunner asks
 * for one after 100 records, and its bundles are costly. (Not many more: it has nothing that slows
 * reading down to the pace of writing, except that.) Where going on means to read the file from the
 * beginning and skip (compressed ones), it is also refused until the part read is an eighth of what
 * would have to be skipped: the skipping then costs at most about nine times the file, instead of
 * growing with its square.
 */
final class LineRangeTracker extends RestrictionTracker<LineRange, FilePosition> {
  static final long LEAST_BYTES = 1 << 18;
  private static final int SKIPPED_PART = 8;

  private final long leastBytes;
  private LineRange part;
  private FilePosition reached;

  /**
   * Tracks a part.
   *
   * @param seekable whether reading can begin anywhere at no cost
   */
  LineRangeTracker(LineRange part, boolean seekable) {
    this.part = part;
    this.reached = part.from();
    this.leastBytes =
        seekable ? LEAST_BYTES : Math.max(LEAST_BYTES, part.from().bytes() / SKIPPED_PART);
  }

  @Override
  public boolean tryClaim(FilePosition next) {
    if (next.lines() > part.toLine()) {
      return false;
    }
    reached = next;
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
        || reached.bytes() - part.from().bytes() < leastBytes) {
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
