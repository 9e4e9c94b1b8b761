package io.millrace.pipeline;

import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import io.millrace.io.InFlight;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.PipelineResult;

/**
 * The equation of a run: the events in the records read, and the count of each outcome. The
 * difference is in flight, and zero after a run has finished.
 *
 * @param read records that the source emitted
 * @param events events in these records; equal to the records if each is one event
 * @param outcomes count of every outcome
 * @param counters all of Millrace's counters by name, including those of the equation
 */
public record Balance(
    long read, long events, Map<Outcome, Long> outcomes, Map<String, Long> counters) {

  /** The equation of a running or finished pipeline with one sink. */
  public static Balance of(PipelineResult result) {
    return of(summed(countersByStep(result).values()));
  }

  private static Map<String, Long> summed(Collection<Map<String, Long>> counters) {
    Map<String, Long> sum = new HashMap<>();
    counters.forEach(some -> some.forEach((name, count) -> sum.merge(name, count, Long::sum)));
    return sum;
  }

  /**
   * The equation of several contracts with different records. It is settled only if each of them
   * is.
   */
  static Balance sum(Collection<Balance> balances) {
    Balance sum = of(summed(balances.stream().map(Balance::withoutSurplus).toList()));
    // Only some of them may hold many events in a record.
    return new Balance(
        sum.read, balances.stream().mapToLong(Balance::events).sum(), sum.outcomes, sum.counters);
  }

  /**
   * The counters without what a retried bundle counted twice, or an earlier run has read: in a sum,
   * it would stand for what another contract has not written yet.
   */
  private Map<String, Long> withoutSurplus() {
    Map<String, Long> due = new HashMap<>(counters);
    due.computeIfPresent(
        PipelineMetrics.AUDITED, (name, count) -> Math.min(count, events + emptyRecords()));
    due.computeIfPresent(
        PipelineMetrics.LOST_RANGES_AUDITED,
        (name, count) -> Math.min(count, counters.getOrDefault(PipelineMetrics.LOST_RANGES, 0L)));
    due.computeIfPresent(
        PipelineMetrics.ROLLUPS_WRITTEN,
        (name, count) -> Math.min(count, counters.getOrDefault(PipelineMetrics.ROLLUPS_GIVEN, 0L)));
    due.computeIfPresent(PipelineMetrics.ROLLUPS_CHANGED, (name, count) -> Math.max(0, count));
    return due;
  }

  /** The counters of a contract's steps, which are under its name, by step without that name. */
  static Map<String, Map<String, Long>> under(
      String contract, Map<String, Map<String, Long>> countersByStep) {
    Map<String, Map<String, Long>> own = new HashMap<>();
    countersByStep.forEach(
        (step, counters) -> {
          if (step.startsWith(contract + "/")) {
            own.put(step.substring(contract.length() + 1), counters);
          }
        });
    return own;
  }

  /**
   * The equation of each sink. Counters of steps before the sinks (records read, duplicates) belong
   * to all of them.
   *
   * @param sinks names of the sinks
   */
  static Map<String, Balance> bySink(PipelineResult result, Collection<String> sinks) {
    return bySink(countersByStep(result), sinks);
  }

  private static Map<String, Balance> withCommon(
      Map<String, Map<String, Long>> found, Collection<String> sinks) {
    Map<String, Long> common = found.getOrDefault("", Map.of());
    Map<String, Balance> balances = new LinkedHashMap<>();
    for (String sink : sinks) {
      Map<String, Long> counters = new HashMap<>(common);
      found
          .getOrDefault(sink, Map.of())
          .forEach((name, count) -> counters.merge(name, count, Long::sum));
      balances.put(sink, of(counters));
    }
    return balances;
  }

  /** The balance with the fewest outcomes. */
  public static Balance furthestBehind(Collection<Balance> balances) {
    return balances.stream()
        .min(Comparator.comparingLong(Balance::accounted).thenComparingLong(Balance::audited))
        .orElseThrow();
  }

  /** Millrace's counters by step and name. */
  static Map<String, Map<String, Long>> countersByStep(PipelineResult result) {
    return StepMetrics.of(result).counters();
  }

  /** The equation of each sink, from counters by step and name. */
  static Map<String, Balance> bySink(
      Map<String, Map<String, Long>> countersByStep, Collection<String> sinks) {
    Map<String, Map<String, Long>> found = new HashMap<>();
    countersByStep.forEach(
        (step, counters) -> {
          Map<String, Long> some = found.computeIfAbsent(sink(step), name -> new HashMap<>());
          counters.forEach((name, count) -> some.merge(name, count, Long::sum));
        });
    return withCommon(found, sinks);
  }

  /** The name of the sink that a step belongs to; empty if it belongs to none. */
  static String sink(String step) {
    String sinks = WriteOutcomes.NAME + "/";
    if (!step.startsWith(sinks)) {
      return "";
    }
    int end = step.indexOf('/', sinks.length());
    return step.substring(sinks.length(), end < 0 ? step.length() : end);
  }

  /** The equation from counters by name. */
  public static Balance of(Map<String, Long> counters) {
    Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(outcome, counters.getOrDefault(outcome.label(), 0L));
    }
    long read = counters.getOrDefault(PipelineMetrics.READ, 0L);
    boolean many =
        counters.containsKey(PipelineMetrics.EVENTS)
            || counters.containsKey(PipelineMetrics.EMPTY_RECORDS);
    return new Balance(
        read,
        many ? counters.getOrDefault(PipelineMetrics.EVENTS, 0L) : read,
        outcomes,
        Map.copyOf(counters));
  }

  /** Events with an outcome. */
  public long accounted() {
    return outcomes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Events read without an outcome yet. */
  public long inFlight() {
    return events - accounted();
  }

  public long of(Outcome outcome) {
    return outcomes.get(outcome);
  }

  /** Records that hold no event; not part of the equation. */
  public long emptyRecords() {
    return counters.getOrDefault(PipelineMetrics.EMPTY_RECORDS, 0L);
  }

  /** How many events a record holds on average, not less than 1. */
  public double eventsPerRecord() {
    return Math.max(1, (double) events / Math.max(1, read));
  }

  /** What the readers of the run wait for. */
  public InFlight.Counts counts() {
    return new InFlight.Counts(inFlight(), eventsPerRecord(), read);
  }

  /** Whether records hold other numbers of events than one. */
  private boolean holdsMany() {
    return events != read || emptyRecords() > 0;
  }

  /** Whether every event read has an outcome. */
  public boolean balances() {
    return inFlight() == 0;
  }

  /** Events and records without event that are in the audit table. */
  public long audited() {
    return counters.getOrDefault(PipelineMetrics.AUDITED, 0L);
  }

  /**
   * Whether every event read has an outcome, and the audit contains all outcomes and lost ranges.
   * The audit is written last: a run that stops earlier leaves events whose outcome is unknown.
   */
  public boolean settled() {
    // A retried bundle may count its audit rows twice, and a run that continues another writes rows
    // that the other one has read.
    return inFlight() <= 0 && audited() >= events + emptyRecords() && lostRangesAudited();
  }

  private boolean lostRangesAudited() {
    return counters.getOrDefault(PipelineMetrics.LOST_RANGES_AUDITED, 0L)
        >= counters.getOrDefault(PipelineMetrics.LOST_RANGES, 0L);
  }

  /** Elements that the source emitted: records and lost ranges. */
  public long handedOver() {
    return read + counters.getOrDefault(PipelineMetrics.LOST_RANGES, 0L);
  }

  /** Offsets that the log removed before they were read; not part of the equation. */
  public long recordsLostBeforeRead() {
    return counters.getOrDefault(PipelineMetrics.RECORDS_LOST_BEFORE_READ, 0L);
  }

  /** Groups in windows of roll-ups with changes that are not emitted yet. */
  public long rollupsOpen() {
    return counters.getOrDefault(PipelineMetrics.ROLLUPS_CHANGED, 0L);
  }

  /** Whether the roll-up tables contain every counted event. */
  public boolean rollupsSettled() {
    return rollupsOpen() <= 0 && rollupsWritten();
  }

  /** Whether the roll-up tables contain every emitted result. */
  public boolean rollupsWritten() {
    return rollupsMissing() <= 0;
  }

  /** Emitted results of roll-ups that are not in their tables yet. */
  public long rollupsMissing() {
    return counters.getOrDefault(PipelineMetrics.ROLLUPS_GIVEN, 0L)
        - counters.getOrDefault(PipelineMetrics.ROLLUPS_WRITTEN, 0L);
  }

  /**
   * Events that an earlier run has read and that this one, which continues it, has written. A lower
   * bound while events are in flight.
   */
  public long readEarlier() {
    return Math.max(0, -inFlight());
  }

  /** The equation of a run that continues another: since its own start. */
  public String equationSinceStart() {
    String earlier = String.format(Locale.ROOT, "%s + earlier %,d", left(), readEarlier());
    return "since this start: "
        + (readEarlier() == 0
            ? equation()
            : earlier + new Balance(read, accounted(), outcomes, counters).right());
  }

  /** The equation with its numbers. */
  public String equation() {
    return left() + right();
  }

  private String left() {
    if (!holdsMany()) {
      return String.format(Locale.ROOT, "read %,d", read);
    }
    String empty =
        emptyRecords() == 0 ? "" : String.format(Locale.ROOT, " (%,d empty)", emptyRecords());
    return String.format(Locale.ROOT, "read %,d records%s: events %,d", read, empty, events);
  }

  private String right() {
    return String.format(
        Locale.ROOT,
        " %s accepted %,d + error %,d + duplicate %,d + late %,d%s + dead %,d%s",
        balances() ? "=" : "≠",
        of(Outcome.ACCEPTED),
        of(Outcome.ERROR),
        of(Outcome.DUPLICATE),
        of(Outcome.LATE),
        of(Outcome.FILTERED) == 0
            ? ""
            : String.format(Locale.ROOT, " + filtered %,d", of(Outcome.FILTERED)),
        of(Outcome.DEAD),
        balances() ? "" : String.format(Locale.ROOT, "  (%,d without outcome)", inFlight()));
  }
}
