package io.millrace.bench.contender;

import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.event.SourceRecord;
import io.millrace.io.Sink;
import io.millrace.io.Source;
import io.millrace.io.WriteResult;
import io.millrace.options.MillraceOptions;
import io.millrace.options.RunConfig;
import io.millrace.options.Sinks;
import io.millrace.pipeline.Launch;
import io.millrace.pipeline.TelemetryPipeline;
import io.millrace.transforms.DecodeEvents;
import io.millrace.transforms.DeduplicateEvents;
import io.millrace.transforms.TagErrors;
import java.nio.file.Path;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * Millrace's own steps, but not all of them, with the flags and in the order of the whole pipeline:
 * up to a step, after which its output is counted; or without one.
 */
final class PartialRun {
  /** What is counted that has no outcome yet. */
  static final String EVENTS = "events";

  private final JobSpec spec;
  private final RunConfig config;
  private final Pipeline pipeline;
  private final Source source;
  private final DeadLetterFactory deadLetters;

  private PartialRun(JobSpec spec) {
    this.spec = spec;
    MillraceOptions options = Launch.parse(MillraceRun.flinkFlags(spec));
    this.config = RunConfig.of(options);
    this.deadLetters = DeadLetterFactory.of(config.contract(), "partial", Clock.system());
    this.pipeline = Pipeline.create(options);
    this.source =
        config.input().open(config.contract(), Clock.system(), config.readTuning("partial"));
  }

  /** Records are read and counted. */
  static RunningJob read(JobSpec spec) {
    PartialRun run = new PartialRun(spec);
    run.count(run.records(), EVENTS);
    return run.started();
  }

  /** Records are decoded too. */
  static RunningJob decode(JobSpec spec) {
    PartialRun run = new PartialRun(spec);
    run.count(run.decoded(), EVENTS);
    return run.started();
  }

  /** All but what writes. */
  static RunningJob withoutSink(JobSpec spec) {
    PartialRun run = new PartialRun(spec);
    PCollectionTuple deduplicated =
        run.decoded()
            .apply(
                "DeduplicateEvents",
                DeduplicateEvents.of(
                    run.contract(), run.config.dedupShards(), run.config.dedupSlots()));
    PCollectionTuple tagged =
        deduplicated.get(DeduplicateEvents.UNIQUE).apply("TagErrors", TagErrors.of(run.contract()));
    run.count(tagged.get(OutcomeTags.ACCEPTED), Outcome.ACCEPTED.label());
    run.count(tagged.get(OutcomeTags.ERROR), Outcome.ERROR.label());
    run.count(deduplicated.get(OutcomeTags.LATE), Outcome.LATE.label());
    run.count(deduplicated.get(OutcomeTags.DUPLICATE), Outcome.DUPLICATE.label());
    return run.started();
  }

  /** The whole pipeline except that nothing is a duplicate, and nothing late. */
  static RunningJob withoutDeduplication(JobSpec spec) {
    PartialRun run = new PartialRun(spec);
    PCollectionTuple decoded = run.decodedTuple();
    PCollectionTuple tagged =
        decoded.get(DecodeEvents.EVENTS).apply("TagErrors", TagErrors.of(run.contract()));
    Sink sink = run.sink();
    WriteResult written =
        PCollectionTuple.of(OutcomeTags.ACCEPTED, tagged.get(OutcomeTags.ACCEPTED))
            .and(OutcomeTags.ERROR, tagged.get(OutcomeTags.ERROR))
            .and(OutcomeTags.DEAD, decoded.get(DecodeEvents.DEAD))
            .apply("Write", sink.write());
    run.count(written.refused(), "refused");
    return run.started();
  }

  /** The whole pipeline except that nothing is audited. */
  static RunningJob withoutAudit(JobSpec spec) {
    PartialRun run = new PartialRun(spec);
    TelemetryPipeline.build(
        run.pipeline,
        run.source,
        run.contract(),
        Sinks.of(((ClickHouseSink) run.sink()).withoutAudit()),
        run.deadLetters,
        TelemetryPipeline.Spread.of(run.config),
        Clock.system());
    return run.started();
  }

  private Sink sink() {
    return config.sinks().open(deadLetters, Clock.system()).byName().values().iterator().next();
  }

  private PCollection<SourceRecord> records() {
    return pipeline.apply("ReadRecords", source.read());
  }

  private Contract contract() {
    return config.contract();
  }

  private PCollectionTuple decodedTuple() {
    return records()
        .apply("DecodeEvents", DecodeEvents.of(contract(), deadLetters, Clock.system()));
  }

  /** The events; what is none is counted. */
  private PCollection<Event> decoded() {
    PCollectionTuple decoded = decodedTuple();
    PCollection<DeadLetter> dead = decoded.get(DecodeEvents.DEAD);
    count(dead, Outcome.DEAD.label());
    return decoded.get(DecodeEvents.EVENTS);
  }

  private <T> void count(PCollection<T> elements, String what) {
    Path directory = spec.counts();
    elements.apply("Count " + what, ParDo.of(new CountElements<T>(directory, what)));
  }

  private RunningJob started() {
    return MillraceRun.job(pipeline.run());
  }
}
