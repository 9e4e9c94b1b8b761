package io.millrace.flink.semantics;

import static io.millrace.flink.semantics.SmallEvents.MINUTE;
import static io.millrace.flink.semantics.SmallEvents.NOON;
import static io.millrace.flink.semantics.SmallEvents.NOON_LATE_FROM;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.millrace.flink.FlinkDefaults;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How much heap an identity takes in Flink's heap state backend, with the shards and slots that
 * Millrace has on Flink: everything that is alive while the state is, its keys and timers included.
 */
class HeapPerIdentityIT {
  private static final int IDENTITIES = 2_000_000;
  private static final long MOST_BYTES = 128;

  /** What Flink's empty tables and Beam's caches may keep: nothing that grows with identities. */
  private static final long LEFT_OVER_BYTES = 16 << 20;

  @ParameterizedTest(name = "{0} identities a minute")
  @ValueSource(ints = {1_000_000, 30_000})
  void isAtMost128BytesAndNothingOnceTheWatermarkHasPassed(int aMinute) throws Exception {
    try (RememberIdentitiesHarness harness =
        RememberIdentitiesHarness.openForMany(
            FlinkDefaults.DEDUP_SHARDS, FlinkDefaults.DEDUP_SLOTS)) {
      // Whatever is loaded and cached at the first event and the first timer is not state.
      harness.identity(-1, NOON - MINUTE);
      harness.watermark(NOON_LATE_FROM - MINUTE + 1);
      long base = heapUsed();

      for (int i = 0; i < IDENTITIES; i++) {
        harness.identity(i, NOON + i / aMinute * MINUTE);
      }
      long bytes = heapUsed() - base;
      long buckets = (IDENTITIES - 1L) / aMinute + 1;
      assertThat(
          "timers",
          (long) harness.timers(),
          lessThanOrEqualTo(buckets * FlinkDefaults.DEDUP_SHARDS));

      harness.watermark(NOON_LATE_FROM + buckets * MINUTE);
      long left = heapUsed() - base;

      System.out.printf(
          "%,d identities, %,d a minute: %.1f bytes of heap an identity; %.1f MB left after the"
              + " watermark has passed%n",
          IDENTITIES, aMinute, (double) bytes / IDENTITIES, left / 1e6);
      assertThat("entries", harness.stateEntries(), equalTo(0));
      assertThat("timers", harness.timers(), equalTo(0));
      assertThat("bytes an identity", bytes / IDENTITIES, lessThanOrEqualTo(MOST_BYTES));
      assertThat("bytes left", left, lessThan(LEFT_OVER_BYTES));
    }
  }

  private static long heapUsed() {
    // A second collection clears what finalizers and references of the first let go.
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
