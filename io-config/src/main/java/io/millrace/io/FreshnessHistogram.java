package io.millrace.io;

import io.millrace.event.PipelineMetrics;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;

/**
 * Histogram of freshness: milliseconds from the event time to the acknowledgement of the row's
 * INSERT, by the worker's clock. Each bucket is a counter, because counters add up over workers and
 * restarts on every runner. A bucket counts rows above the previous bound and up to its own.
 *
 * <p>Each bound is about 1.3 times the previous one. A quantile is therefore at most 30 % above the
 * true value and never below it. Rows later than an hour go to an unbounded bucket.
 *
 * <p>One instance collects the rows of one batch. Not thread-safe.
 */
public final class FreshnessHistogram {
  /** Prefix of the counter names; the bound in milliseconds follows. */
  public static final String COUNTER_PREFIX = "freshness_ms_le_";

  /** Suffix of the unbounded bucket's counter. */
  public static final String UNBOUNDED = "inf";

  /** Counter: sum of the milliseconds of all rows; a time before the event's own counts as 0. */
  public static final String SUM = "freshness_ms_sum";

  private static final double FACTOR = 1.3;
  private static final long FIRST_BOUND = 100;
  private static final long LAST_BOUND = 3_600_000;

  private final long[] bounds = bounds();
  private final long[] rows = new long[bounds.length + 1];
  private final Counter[] counters = new Counter[bounds.length + 1];
  private final Counter sum = PipelineMetrics.counter(SUM);
  private long millisSum;

  public FreshnessHistogram() {
    for (int i = 0; i < counters.length; i++) {
      counters[i] = Metrics.counter(PipelineMetrics.NAMESPACE, counterName(i));
    }
  }

  private static long[] bounds() {
    long[] all = new long[64];
    int count = 0;
    for (double bound = FIRST_BOUND; bound < LAST_BOUND; bound *= FACTOR) {
      all[count++] = Math.round(bound);
    }
    all[count++] = LAST_BOUND;
    return Arrays.copyOf(all, count);
  }

  /** The upper bounds of the bounded buckets, in milliseconds, in ascending order. */
  public static List<Long> boundsMillis() {
    return Arrays.stream(bounds()).boxed().toList();
  }

  private String counterName(int bucket) {
    return COUNTER_PREFIX + (bucket < bounds.length ? Long.toString(bounds[bucket]) : UNBOUNDED);
  }

  public void add(long millis) {
    int place = Arrays.binarySearch(bounds, millis);
    rows[place < 0 ? -place - 1 : place]++;
    millisSum += Math.max(0, millis);
  }

  public void flush() {
    if (millisSum > 0) {
      sum.inc(millisSum);
      millisSum = 0;
    }
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] > 0) {
        counters[i].inc(rows[i]);
        rows[i] = 0;
      }
    }
  }

  /**
   * Computes a quantile over all rows.
   *
   * @param counterValues values by counter name; other counters are ignored
   * @param quantile from 0 to 1, such as 0.95
   * @return upper bound in milliseconds of the quantile's bucket; {@link Long#MAX_VALUE} for the
   *     unbounded bucket; empty if there are no rows
   */
  public static OptionalLong quantile(Map<String, Long> counterValues, double quantile) {
    FreshnessHistogram shape = new FreshnessHistogram();
    long[] values = new long[shape.rows.length];
    long total = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = counterValues.getOrDefault(shape.counterName(i), 0L);
      total += values[i];
    }
    if (total == 0) {
      return OptionalLong.empty();
    }
    long rank = Math.max(1, (long) Math.ceil(quantile * total));
    long seen = 0;
    for (int i = 0; i < shape.bounds.length; i++) {
      seen += values[i];
      if (seen >= rank) {
        return OptionalLong.of(shape.bounds[i]);
      }
    }
    return OptionalLong.of(Long.MAX_VALUE);
  }
}
