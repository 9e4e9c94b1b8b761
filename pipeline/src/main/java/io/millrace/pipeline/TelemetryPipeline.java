package io.millrace.pipeline;

import io.millrace.alert.JudgeAlerts;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.OutcomeTags;
import io.millrace.event.SourceRecord;
import io.millrace.io.Source;
import io.millrace.options.RunConfig;
import io.millrace.options.Sinks;
import io.millrace.rollup.RollUpMetrics;
import io.millrace.rollup.RollupRow;
import io.millrace.transforms.DecodeEvents;
import io.millrace.transforms.DeduplicateEvents;
import io.millrace.transforms.RestoreEvents;
import io.millrace.transforms.RouteRecords;
import io.millrace.transforms.TagErrors;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PDone;

/**
 * The whole graph, the same for every source, sink, contract and runner:
 *
 * <pre>
 * source [-> RouteRecords, for several contracts; each has what follows]
 *        -> DecodeEvents -> DeduplicateEvents -> TagErrors -> accepted -> normal table
 *               |               |  |  |              \-----> error ----> error table
 *               |               |  |  \-> RollUpMetrics ---------------> rollup tables
 *               |               |  |           \-> JudgeAlerts --------> alert table, --alerts
 *               |               |  \-> late ---------------------------> late table
 *               |               \-> duplicates (counted)
 *               |-> filtered (counted)
 *               \-> dead letters -> SendDeadLetters -----------------> dead-letter table
 *            rows rejected by a sink -> SendRefused ------------------> dead-letter table
 * every event after its row is written, every duplicate and filtered one > audit table
 * every record that holds no event -------------------------------------> audit table
 * every range that the log removed before it was read -----------------> its table of lost ranges
 * </pre>
 *
 * <p>Each sink has all of these tables. {@code --deadLetters} adds topics and files before the
 * dead-letter table, or replaces it.
 *
 * <p>Every event read ends in exactly one outcome, counted where it ends: {@code events = accepted
 * + error + duplicate + late + filtered + dead}. A record is one event, or holds many if the
 * contract says so.
 */
public final class TelemetryPipeline {
  private TelemetryPipeline() {}

  /**
   * Adds the graph to a pipeline.
   *
   * @param spread number of keys of stateful steps
   */
  public static void build(
      Pipeline pipeline,
      Source source,
      Contract contract,
      Sinks sinks,
      DeadLetterFactory deadLetters,
      Spread spread,
      Clock clock) {
    build(pipeline, source, List.of(new Branch(contract, sinks, deadLetters)), spread, clock);
  }

  /**
   * Adds the graph for several contracts. Each record goes to the first that describes it, and each
   * contract has all the steps, under its name.
   */
  public static void build(
      Pipeline pipeline, Source source, List<Branch> branches, Spread spread, Clock clock) {
    PCollection<SourceRecord> records = pipeline.apply("ReadRecords", source.read());
    if (branches.size() == 1) {
      build(records, source, branches.get(0), false, spread, clock);
      return;
    }
    PCollectionTuple routed =
        records.apply(
            "RouteRecords", RouteRecords.to(branches.stream().map(Branch::contract).toList()));
    for (int i = 0; i < branches.size(); i++) {
      Branch branch = branches.get(i);
      // The first one also gets what no contract describes.
      boolean own = i > 0;
      routed
          .get(RouteRecords.tag(i))
          .apply(
              branch.contract().name(),
              PTransform.compose(of -> build(of, source, branch, own, spread, clock)));
    }
  }

  private static PDone build(
      PCollection<SourceRecord> records,
      Source source,
      Branch branch,
      boolean own,
      Spread spread,
      Clock clock) {
    Contract contract = branch.contract();
    Sinks sinks = branch.sinks();
    DecodeEvents decode = DecodeEvents.of(contract, branch.deadLetters(), clock);
    PCollectionTuple decoded =
        records.apply(
            "DecodeEvents",
            source.restores() ? RestoreEvents.of(contract) : own ? decode.routed() : decode);
    PCollection<Event> events = decoded.get(DecodeEvents.EVENTS);
    PCollection<DeadLetter> dead =
        decoded.get(DecodeEvents.DEAD).apply("SendDeadLetters", sinks.deadLetters().send(""));

    DeduplicateEvents deduplicate =
        DeduplicateEvents.of(contract, spread.dedupShards(), spread.dedupSlots(), clock);
    PCollectionTuple deduplicated =
        events.apply(
            "DeduplicateEvents",
            source.redelivers()
                ? deduplicate.redelivered()
                : source.replays() ? deduplicate.replayed() : deduplicate);
    PCollection<List<Event>> unique = deduplicated.get(DeduplicateEvents.UNIQUE);

    PCollectionTuple tagged = unique.apply("TagErrors", TagErrors.of(contract));

    PCollection<RollupRow> rollups =
        unique.apply("RollUpMetrics", RollUpMetrics.of(contract, spread.rollupShards()));

    // Without an error rule in the contract there is no output for errors.
    PCollectionTuple outcomes =
        tagged
            .and(OutcomeTags.LATE, deduplicated.get(OutcomeTags.LATE))
            .and(OutcomeTags.DUPLICATE, deduplicated.get(OutcomeTags.DUPLICATE))
            .and(OutcomeTags.DEAD, dead)
            .and(RollUpMetrics.ROWS, rollups);
    if (!contract.alerts().isEmpty()) {
      PCollection<RollupRow> changes =
          rollups.apply("JudgeAlerts", JudgeAlerts.of(contract, clock));
      outcomes = outcomes.and(JudgeAlerts.CHANGES, changes);
      if (!sinks.alerts().targets().isEmpty()) {
        changes.apply("SendAlerts", sinks.alerts().send(contract.name()));
      }
    }
    if (source.canLoseRanges()) {
      outcomes = outcomes.and(OutcomeTags.LOST, decoded.get(DecodeEvents.LOST));
    }
    if (!contract.filters().isEmpty() && !source.restores()) {
      outcomes = outcomes.and(OutcomeTags.FILTERED, decoded.get(DecodeEvents.FILTERED));
    }
    if (contract.holdsMany() && !source.restores()) {
      outcomes = outcomes.and(OutcomeTags.EMPTY, decoded.get(DecodeEvents.EMPTY));
    }
    return outcomes.apply(WriteOutcomes.NAME, WriteOutcomes.to(sinks));
  }

  /**
   * Number of keys of stateful steps. Use many on most runners, and few on the DirectRunner, where
   * each key of a bundle costs as much as a bundle.
   *
   * @param dedupShards number of deduplication keys for each time bucket
   * @param dedupSlots number of packed arrays in each of them
   * @param rollupShards number of roll-up keys for each window
   */
  public record Spread(int dedupShards, int dedupSlots, int rollupShards) {
    /** The numbers in a run's flags. */
    public static Spread of(RunConfig config) {
      return new Spread(config.dedupShards(), config.dedupSlots(), config.rollupShards());
    }
  }
}
