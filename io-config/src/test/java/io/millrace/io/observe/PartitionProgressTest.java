package io.millrace.io.observe;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import org.junit.jupiter.api.Test;

class PartitionProgressTest {
  private static final long NOW = 1_000_000;

  @Test
  void nothingIsKnownAtTheBeginning() {
    PartitionProgress progress = new PartitionProgress();
    assertThat(progress.lagRecords(), is(PartitionProgress.UNKNOWN));
    assertThat(progress.lagMillis(NOW), is(PartitionProgress.UNKNOWN));
    progress.end(10, NOW);
    assertThat(progress.lagRecords(), is(PartitionProgress.UNKNOWN));
  }

  @Test
  void theLagIsWhatIsBeforeTheEndOfTheLog() {
    PartitionProgress progress = new PartitionProgress();
    progress.read(4, NOW - 7_000);
    progress.end(10, NOW);
    assertThat(progress.lagRecords(), is(6L));
    assertThat(progress.lagMillis(NOW), is(7_000L));
    progress.read(10, NOW - 1_000);
    assertThat(progress.lagRecords(), is(0L));
    assertThat(progress.lagMillis(NOW), is(0L));
    progress.read(12, NOW);
    assertThat("the end is older than the position", progress.lagRecords(), is(0L));
  }

  /** A record that follows an hour without any has not waited for an hour. */
  @Test
  void theLagBeginsWhereAllHadBeenRead() {
    PartitionProgress progress = new PartitionProgress();
    progress.read(10, NOW - 3_600_000);
    progress.end(10, NOW - 2_000);
    progress.end(11, NOW - 1_000);
    assertThat(progress.lagMillis(NOW), is(2_000L));
    // Read and passed between two questions.
    progress.read(11, NOW - 3_600_000);
    progress.end(12, NOW);
    assertThat(progress.lagMillis(NOW + 500), is(1_500L));
  }

  @Test
  void recordsWithoutATimeHaveNoLagInTime() {
    PartitionProgress progress = new PartitionProgress();
    progress.read(0, PartitionProgress.UNKNOWN);
    progress.end(5, NOW);
    assertThat(progress.lagRecords(), is(5L));
    assertThat(progress.lagMillis(NOW), is(PartitionProgress.UNKNOWN));
  }
}
