package io.millrace.resilience.cluster;

import io.millrace.bench.harness.Figures;
import io.millrace.bench.harness.Report;
import io.millrace.cli.support.TextLines;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The result of a steady stream.
 *
 * @param rate requested records a second
 * @param records records accepted during the measurement
 * @param freshness time from a record's timestamp to the acknowledgment of its row; empty if the
 *     timestamps do not follow the clock
 * @param eventTime range of event time
 * @param looks samples of heap and state, in order
 * @param read all records of the stream
 * @param outcomes audited records by outcome
 * @param auditRows rows of the audit's table
 */
record SteadyReport(
    double rate,
    long records,
    Optional<Freshness> freshness,
    Duration eventTime,
    List<Look> looks,
    long read,
    Map<String, Long> outcomes,
    long auditRows)
    implements Report {
  static final Duration P95_BAR = Duration.ofSeconds(3);
  static final Duration P99_BAR = Duration.ofSeconds(5);

  /** Maximum ratio of the second half to the first that counts as flat. */
  static final double FLAT = 1.2;

  private static final int MIB = 1 << 20;

  /** Quantiles in milliseconds. */
  record Freshness(long p50, long p95, long p99, long most) {
    private boolean passes() {
      return p95 < P95_BAR.toMillis() && p99 < P99_BAR.toMillis();
    }

    private String text() {
      return TextLines.text(
          "p50 %,d ms, p95 %,d ms (bar: under %,d), p99 %,d ms (bar: under %,d), most %,d ms",
          p50, p95, P95_BAR.toMillis(), p99, P99_BAR.toMillis(), most);
    }
  }

  /**
   * A sample.
   *
   * @param second seconds since the measurement began
   * @param heapBytes used heap of all TaskManagers
   * @param stateBytes size of the latest checkpoint
   * @param checkpointMillis duration of the latest checkpoint
   */
  record Look(long second, long heapBytes, long stateBytes, long checkpointMillis) {}

  /** Ratio of the minimum heap of the second half to that of the first. */
  double heapGrowth() {
    return (double) leastHeap(half(1)) / leastHeap(half(0));
  }

  /** Ratio of the maximum state of the second half to that of the first. */
  double stateGrowth() {
    return (double) mostState(half(1)) / mostState(half(0));
  }

  private List<Look> half(int which) {
    int middle = looks.size() / 2;
    return which == 0 ? looks.subList(0, middle) : looks.subList(middle, looks.size());
  }

  private static long leastHeap(List<Look> looks) {
    return looks.stream().mapToLong(Look::heapBytes).min().orElse(1);
  }

  private static long mostState(List<Look> looks) {
    return looks.stream().mapToLong(Look::stateBytes).max().orElse(1);
  }

  boolean balances() {
    return read == outcomes.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public boolean passes() {
    return balances()
        && freshness.map(Freshness::passes).orElse(true)
        && heapGrowth() <= FLAT
        && stateGrowth() <= FLAT;
  }

  @Override
  public String text() {
    TextLines lines =
        new TextLines()
            .line("%,d records accepted at %,.0f a second", records, rate)
            .line(
                "freshness  %s",
                freshness
                    .map(Freshness::text)
                    .orElse("not checked: event time does not follow the clock"))
            .line("event time %,d s", eventTime.toSeconds())
            .line("   s   heap MiB   state MiB   checkpoint ms");
    int step = Math.max(1, looks.size() / 12);
    for (int i = 0; i < looks.size(); i += step) {
      Look look = looks.get(i);
      lines.line(
          "%4d %10d %11.1f %15d",
          look.second, look.heapBytes / MIB, (double) look.stateBytes / MIB, look.checkpointMillis);
    }
    return lines
        .line(
            "second half over first: least heap %.2f, largest state %.2f (bar: at most %.1f)",
            heapGrowth(), stateGrowth(), FLAT)
        .line("read %,d; audited %s: %s", read, outcomes, balances() ? "equal" : "NOT EQUAL")
        .line("audit %,d rows, %.3f a record", auditRows, (double) auditRows / read)
        .line(passes() ? "OK" : "MISSED")
        .toString();
  }

  @Override
  public String json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("passes", passes());
    object.put("rate", rate);
    object.put("records", records);
    freshness.ifPresent(times -> object.put("freshnessMs", times));
    object.put("eventTimeSeconds", eventTime.toSeconds());
    object.put("heapGrowth", heapGrowth());
    object.put("stateGrowth", stateGrowth());
    object.put("read", read);
    object.put("outcomes", outcomes);
    object.put("auditRows", auditRows);
    object.put("looks", looks);
    return Figures.json(object);
  }
}
