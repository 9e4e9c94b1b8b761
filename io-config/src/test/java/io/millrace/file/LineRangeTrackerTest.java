package io.millrace.file;

import static io.millrace.file.LineRangeTracker.LEAST_BYTES;
import static io.millrace.file.LineRangeTracker.MOST_BYTES;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.beam.sdk.transforms.splittabledofn.SplitResult;
import org.junit.jupiter.api.Test;

class LineRangeTrackerTest {
  private static FilePosition at(long bytes, long lines) {
    return new FilePosition(bytes, lines, 0, FileWatermark.NONE, bytes);
  }

  private static LineRangeTracker tracker(FilePosition from, boolean seekable) {
    return new LineRangeTracker(LineRange.after(from), seekable);
  }

  @Test
  void goesOnAfterTheLastLineThatWasClaimed() {
    LineRangeTracker tracker = tracker(at(0, 0), true);
    assertThat(tracker.tryClaim(at(10, 1)), is(true));
    assertThat(tracker.tryClaim(at(LEAST_BYTES, 2)), is(true));
    SplitResult<LineRange> split = tracker.trySplit(0);
    assertThat(split.getResidual(), equalTo(LineRange.after(at(LEAST_BYTES, 2))));
    assertThat(split.getPrimary(), equalTo(new LineRange(at(0, 0), 2)));
    assertThat(tracker.currentRestriction(), equalTo(split.getPrimary()));
    assertThat(tracker.tryClaim(at(LEAST_BYTES + 10, 3)), is(false));
    tracker.checkDone();
  }

  @Test
  void aReaderThatWaitsLeavesEverything() {
    LineRangeTracker tracker = tracker(at(10, 1), false);
    SplitResult<LineRange> split = tracker.trySplit(0);
    assertThat(split.getResidual(), equalTo(LineRange.after(at(10, 1))));
    assertThat(split.getPrimary(), equalTo(new LineRange(at(10, 1), 1)));
    tracker.checkDone();
    assertThat(tracker.tryClaim(at(20, 2)), is(false));
  }

  @Test
  void theEndOfTheFileIsNotClaimedAfterAnInterruption() {
    LineRangeTracker tracker = tracker(at(0, 0), true);
    tracker.tryClaim(at(LEAST_BYTES, 1));
    tracker.trySplit(0);
    assertThat(tracker.tryClaim(at(LEAST_BYTES, 1).end()), is(false));
  }

  @Test
  void isDoneAtTheEndOnly() {
    LineRangeTracker tracker = tracker(at(0, 0), true);
    tracker.tryClaim(at(10, 1));
    assertThrows(IllegalStateException.class, tracker::checkDone);
    assertThat(tracker.tryClaim(at(10, 1).end()), is(true));
    tracker.checkDone();
    assertThat(tracker.trySplit(0), is(nullValue()));
  }

  @Test
  void aFileIsNotReadAtTwoPlaces() {
    LineRangeTracker tracker = tracker(at(0, 0), true);
    tracker.tryClaim(at(LEAST_BYTES, 1));
    assertThat(tracker.trySplit(0.5), is(nullValue()));
  }

  @Test
  void whatIsSkippedAgainIsInProportionToWhatWasRead() {
    long far = 800 * LEAST_BYTES;
    LineRangeTracker compressed = tracker(at(far, 5), false);
    compressed.tryClaim(at(far + 99 * LEAST_BYTES, 6));
    assertThat(compressed.trySplit(0), is(nullValue()));
    compressed.tryClaim(at(far + 100 * LEAST_BYTES, 7));
    assertThat(compressed.trySplit(0), is(notNullValue()));

    LineRangeTracker plain = tracker(at(far, 5), true);
    plain.tryClaim(at(far + MOST_BYTES, 6));
    assertThat(plain.trySplit(0), is(notNullValue()));
  }

  @Test
  void aPartGrowsWithTheBytesBeforeUpToALimit() {
    assertThat(leastBytesOfAPartAt(0), equalTo(LEAST_BYTES));
    assertThat(leastBytesOfAPartAt(LEAST_BYTES), equalTo(LEAST_BYTES));
    assertThat(leastBytesOfAPartAt(8 * LEAST_BYTES), equalTo(4 * LEAST_BYTES));
    assertThat(leastBytesOfAPartAt(Long.MAX_VALUE / 2), equalTo(MOST_BYTES));
  }

  /** Bytes after which a part that begins there can end, with lines of a quarter of the least. */
  private static long leastBytesOfAPartAt(long from) {
    LineRangeTracker tracker = tracker(at(from, 5), true);
    long line = LEAST_BYTES / 4;
    for (int i = 1; ; i++) {
      tracker.tryClaim(at(from + i * line, 5L + i));
      if (tracker.trySplit(0) != null) {
        return i * line;
      }
    }
  }
}
