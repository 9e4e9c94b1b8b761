package io.millrace.metrics;

import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import io.millrace.io.observe.PartitionProgress;
import io.millrace.io.observe.RunObservation;
import io.millrace.io.observe.RunObservation.Waiting;
import io.millrace.metrics.RunDescription.OfContract;
import io.millrace.pipeline.Balance;
import io.millrace.pipeline.Checkpoints;
import io.millrace.pipeline.StepMetrics;
import io.millrace.pipeline.StepPlace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The values of all metrics of a run at one time, from what its job and its steps report.
 *
 * <p>Cost: a few map look-ups for each counter of the job.
 */
public final class MetricPoints {
  private static final String ROWS = "rows";
  private static final String ALERTS = "changes of alerts";
  private static final double MILLIS = 1000.0;

  private final RunDescription run;
  private final long nowMillis;
  private final List<MetricPoint> points = new ArrayList<>();

  private MetricPoints(RunDescription run, long nowMillis) {
    this.run = run;
    this.nowMillis = nowMillis;
  }

  /**
   * What a run reports at a time.
   *
   * @param steps the metrics of its job
   * @param running whether the job runs
   * @param nowMillis milliseconds since the epoch
   */
  public record Reported(
      StepMetrics steps,
      Checkpoints checkpoints,
      RunObservation observation,
      boolean running,
      long nowMillis) {}

  /** All values. */
  public static List<MetricPoint> of(RunDescription run, Reported now) {
    MetricPoints all = new MetricPoints(run, now.nowMillis);
    all.addRun(now);
    PlacedMetrics counters = PlacedMetrics.ofCounters(now.steps.counters(), run.names());
    PlacedMetrics gauges = PlacedMetrics.ofGauges(now.steps.gauges(), run.names());
    for (OfContract contract : run.contracts()) {
      all.addContract(contract, counters);
      all.addLookups(
          contract.name(), counters.at(contract.name(), ""), gauges.at(contract.name(), ""));
    }
    all.addWaiting(now.observation);
    all.addPartitions(now.observation);
    all.addCheckpoints(now.checkpoints);
    return List.copyOf(all.points);
  }

  private void add(RunMetric metric, long value, String... labels) {
    add(metric, (double) value, labels);
  }

  private void add(RunMetric metric, double value, String... labels) {
    points.add(MetricPoint.of(metric, value, labels));
  }

  private void addRun(Reported now) {
    boolean healthy = now.running && RunHealth.of(now.observation, nowMillis).isHealthy();
    add(RunMetric.UP, now.running ? 1 : 0);
    add(RunMetric.HEALTHY, healthy ? 1 : 0);
    add(RunMetric.START, run.startMillis() / MILLIS);
    for (OfContract contract : run.contracts()) {
      add(
          RunMetric.BUILD,
          1,
          run.version(),
          contract.name(),
          String.valueOf(contract.version()),
          run.runner());
    }
  }

  private void addContract(OfContract contract, PlacedMetrics counters) {
    String name = contract.name();
    Map<String, Long> common = counters.at(name, "");
    Balance read = Balance.of(common);
    add(RunMetric.RECORDS, read.read(), name);
    add(RunMetric.EMPTY_RECORDS, read.emptyRecords(), name);
    add(RunMetric.EVENTS_READ, read.events(), name);
    add(RunMetric.LOST, read.recordsLostBeforeRead(), name);
    add(RunMetric.SKIPPED, value(common, PipelineMetrics.SKIPPED_AT_START), name);
    add(RunMetric.ROLLUPS_OPEN, Math.max(0, read.rollupsOpen()), name);
    add(RunMetric.ALERT_CHANGES, value(common, PipelineMetrics.ALERT_CHANGES), name);
    add(RunMetric.ALERTS_SENT, value(common, PipelineMetrics.ALERTS_SENT), name);
    withPrefix(common, PipelineMetrics.FILTERED_BY)
        .forEach((rule, count) -> add(RunMetric.FILTERED, count, name, rule));
    addDead(name, "", common);
    for (String sink : contract.tables().keySet()) {
      addSink(name, sink, common, counters.at(name, sink));
    }
  }

  private void addDead(String contract, String sink, Map<String, Long> counters) {
    withPrefix(counters, PipelineMetrics.DEAD_WITH)
        .forEach((code, count) -> add(RunMetric.DEAD_LETTERS, count, contract, sink, code));
  }

  private void addSink(
      String contract, String sink, Map<String, Long> common, Map<String, Long> own) {
    Map<String, Long> both = new HashMap<>(common);
    own.forEach((name, count) -> both.merge(name, count, Long::sum));
    Balance balance = Balance.of(both);
    for (Outcome outcome : Outcome.values()) {
      add(RunMetric.EVENTS, balance.of(outcome), contract, sink, outcome.label());
    }
    add(RunMetric.IN_FLIGHT, Math.max(0, balance.inFlight()), contract, sink);
    add(RunMetric.AUDITED, balance.audited(), contract, sink);
    add(RunMetric.ROWS_REJECTED, value(own, "sink_refused"), contract, sink);
    add(RunMetric.ROLLUP_ROWS, value(own, PipelineMetrics.ROLLUPS_WRITTEN), contract, sink);
    addDead(contract, sink, own);
    withPrefix(own, PipelineMetrics.TABLE_ROWS)
        .forEach((table, rows) -> add(RunMetric.ROWS_WRITTEN, rows, contract, sink, table));
    long inserts = value(own, "sink_inserts");
    points.add(
        MetricPoint.summary(
            RunMetric.INSERT_ROWS, (double) value(own, "sink_rows"), inserts, contract, sink));
    points.add(
        MetricPoint.summary(
            RunMetric.INSERT_DURATION,
            value(own, "sink_insert_ms_sum") / MILLIS,
            inserts,
            contract,
            sink));
    add(RunMetric.INSERT_BYTES, value(own, "sink_bytes"), contract, sink);
    add(RunMetric.INSERT_RETRIES, value(own, "sink_retries"), contract, sink);
    points.add(FreshnessBuckets.of(own, contract, sink));
  }

  private void addLookups(String contract, Map<String, Long> counters, Map<String, Long> gauges) {
    withPrefix(counters, PipelineMetrics.LOOKUP_MISSING)
        .forEach((lookup, count) -> add(RunMetric.LOOKUP_MISSING, count, contract, lookup));
    withPrefix(gauges, PipelineMetrics.LOOKUP_ROWS)
        .forEach((lookup, rows) -> add(RunMetric.LOOKUP_ROWS, rows, contract, lookup));
    withPrefix(gauges, PipelineMetrics.LOOKUP_VERSION)
        .forEach((lookup, number) -> add(RunMetric.LOOKUP_VERSION, number, contract, lookup));
    withPrefix(gauges, PipelineMetrics.LOOKUP_CHECKED)
        .forEach(
            (lookup, seconds) ->
                add(
                    RunMetric.LOOKUP_AGE,
                    Math.max(0, nowMillis / MILLIS - seconds),
                    contract,
                    lookup));
  }

  /** What waits for one destination, summed over the steps in which it waits. */
  private static final class Sum {
    private long count;
    private long sinceMillis = Long.MAX_VALUE;

    void add(Waiting waiting) {
      count += waiting.count();
      sinceMillis = Math.min(sinceMillis, waiting.sinceMillis());
    }
  }

  private void addWaiting(RunObservation observation) {
    Map<List<String>, Sum> rows = new TreeMap<>(MetricPoints::compare);
    Map<List<String>, Sum> letters = new TreeMap<>(MetricPoints::compare);
    Map<List<String>, Sum> alerts = new TreeMap<>(MetricPoints::compare);
    for (OfContract contract : run.contracts()) {
      contract
          .tables()
          .forEach(
              (sink, tables) ->
                  tables.forEach(
                      table -> rows.put(List.of(contract.name(), sink, table), new Sum())));
    }
    RunHealth.waiting(observation, nowMillis)
        .forEach(
            waiting -> {
              StepPlace place = StepPlace.of(waiting.place().step(), run.names());
              String destination = waiting.place().destination();
              if (waiting.unit().equals(ROWS)) {
                rows.computeIfAbsent(
                        List.of(place.contract(), place.sink(), destination), key -> new Sum())
                    .add(waiting);
              } else {
                (waiting.unit().equals(ALERTS) ? alerts : letters)
                    .computeIfAbsent(List.of(place.contract(), destination), key -> new Sum())
                    .add(waiting);
              }
            });
    rows.forEach(
        (labels, sum) ->
            addWaiting(RunMetric.ROWS_WAITING, RunMetric.ROWS_WAITING_SECONDS, labels, sum));
    letters.forEach(
        (labels, sum) ->
            addWaiting(RunMetric.LETTERS_WAITING, RunMetric.LETTERS_WAITING_SECONDS, labels, sum));
    alerts.forEach(
        (labels, sum) ->
            addWaiting(RunMetric.ALERTS_WAITING, RunMetric.ALERTS_WAITING_SECONDS, labels, sum));
  }

  private void addWaiting(RunMetric count, RunMetric seconds, List<String> labels, Sum sum) {
    String[] values = labels.toArray(String[]::new);
    add(count, sum.count, values);
    add(seconds, sum.count == 0 ? 0 : Math.max(0, nowMillis - sum.sinceMillis) / MILLIS, values);
  }

  private static int compare(List<String> a, List<String> b) {
    return String.join("\0", a).compareTo(String.join("\0", b));
  }

  private void addPartitions(RunObservation observation) {
    observation.forEachPartition(
        entry -> {
          PartitionProgress progress = entry.getValue();
          String topic = entry.getKey().topic();
          String number = String.valueOf(entry.getKey().number());
          addKnown(RunMetric.LAG_RECORDS, progress.lagRecords(), 1, topic, number);
          addKnown(RunMetric.LAG_SECONDS, progress.lagMillis(nowMillis), MILLIS, topic, number);
          addKnown(RunMetric.NEXT_OFFSET, progress.next(), 1, topic, number);
          addKnown(RunMetric.END_OFFSET, progress.end(), 1, topic, number);
          long watermark = progress.watermarkMillis();
          addKnown(RunMetric.WATERMARK, watermark, MILLIS, topic, number);
          if (watermark != PartitionProgress.UNKNOWN) {
            add(RunMetric.WATERMARK_AGE, (nowMillis - watermark) / MILLIS, topic, number);
          }
        });
  }

  private void addKnown(RunMetric metric, long value, double divisor, String... labels) {
    if (value != PartitionProgress.UNKNOWN) {
      add(metric, value / divisor, labels);
    }
  }

  private void addCheckpoints(Checkpoints checkpoints) {
    Checkpoints.Latest latest = checkpoints.latest();
    if (!checkpoints.taken()) {
      return;
    }
    add(RunMetric.CHECKPOINTS, checkpoints.completed(), "completed");
    add(RunMetric.CHECKPOINTS, checkpoints.failed(), "failed");
    if (latest != null) {
      add(RunMetric.CHECKPOINT_AGE, Math.max(0, nowMillis - latest.completedMillis()) / MILLIS);
      add(RunMetric.CHECKPOINT_DURATION, latest.durationMillis() / MILLIS);
      add(RunMetric.CHECKPOINT_SIZE, latest.stateBytes());
    }
  }

  private static long value(Map<String, Long> counters, String name) {
    return counters.getOrDefault(name, 0L);
  }

  /** The values whose names begin with a prefix, by the rest of their names. */
  private static Map<String, Long> withPrefix(Map<String, Long> values, String prefix) {
    Map<String, Long> found = new TreeMap<>();
    values.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            found.put(name.substring(prefix.length()), value);
          }
        });
    return found;
  }
}
