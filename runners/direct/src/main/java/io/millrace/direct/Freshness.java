package io.millrace.direct;

import io.millrace.io.FreshnessHistogram;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** The time from event to queryable row, from the sink's histogram. */
public final class Freshness {
  private Freshness() {}

  /** The 95th percentile in milliseconds of the rows written between two counter snapshots. */
  public static OptionalLong p95(Map<String, Long> counters, Map<String, Long> before) {
    Map<String, Long> since = new HashMap<>();
    counters.forEach(
        (name, value) -> {
          if (name.startsWith(FreshnessHistogram.COUNTER_PREFIX)) {
            since.put(name, value - before.getOrDefault(name, 0L));
          }
        });
    return FreshnessHistogram.quantile(since, 0.95);
  }

  public static String text(OptionalLong millis) {
    if (millis.isEmpty()) {
      return "-";
    }
    return millis.getAsLong() == Long.MAX_VALUE
        ? "over 1 h"
        : String.format(Locale.ROOT, "%.1f s", millis.getAsLong() / 1000.0);
  }
}
