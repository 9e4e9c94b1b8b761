package io.millrace.bench.steps;

import io.millrace.bench.harness.Bar;
import io.millrace.bench.workload.CountingSink;
import io.millrace.bench.workload.GeneratedEvents;
import io.millrace.bench.workload.Workload;
import io.millrace.cli.support.TextLines;
import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.beam.BeamClickHouseWrite;
import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.flink.LocalFlink;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * Writing events to ClickHouse. Each run has a Flink of its own in this JVM (streaming, one
 * subtask, no checkpoints, Millrace's defaults) and an empty database of a ClickHouse in another
 * process.
 */
final class SinkStep implements MeasuredStep {
  /** CPU microseconds an event that Millrace's sink may cost in the pipeline's process. */
  private static final double BAR_MICROS = 5;

  /** How many times as much ClickHouseIO must cost. */
  private static final double BAR_RATIO = 4;

  /** Rows that an INSERT must have under load. */
  private static final double LEAST_ROWS = 10_000;

  private static final String ROWS = "rows an INSERT";
  private static final String BEAM_IO = "beam_io";
  private static final String DATABASE = "bench";

  private final long events;
  private final LocalClickHouse server;
  private final Contract contract = Workload.contract();
  private final TableDefinition table = contract.tables().normal();

  SinkStep(long events, LocalClickHouse server) {
    this.events = events;
    this.server = server;
  }

  @Override
  public String name() {
    return "sink";
  }

  @Override
  public String title() {
    return TextLines.text(
        "%,d events of %.0f bytes; Flink in this JVM, one subtask; ClickHouse in another process",
        events, GeneratedEvents.averageBytes(contract));
  }

  @Override
  public String counter() {
    return ROWS;
  }

  @Override
  public List<Variant> variants() {
    return List.of(
        new Variant(NONE, "source -> count", this::runWithoutSink),
        new Variant(MILLRACE, "Millrace, audit included", this::runMillraces),
        // As it is: no guard, no audit, no compression; bundles as large as Millrace's.
        new Variant(BEAM_IO, "ClickHouseIO, no audit", () -> runInserting(this::writeByBeamIo)),
        // The bundles that Beam's Flink runner makes if nobody tells it otherwise.
        new Variant(
            "beam_io_as_found",
            "ClickHouseIO, Beam's bundles",
            () ->
                runInserting(
                    this::writeByBeamIo, "--maxBundleSize=1000", "--maxBundleTimeMills=1000")));
  }

  private MeasuredRun runWithoutSink() {
    return requireAccepted(run(source -> CountingSink.add(source, Outcome.ACCEPTED)));
  }

  private MeasuredRun runMillraces() {
    return requireAccepted(runInserting(this::write));
  }

  private MeasuredRun requireAccepted(MeasuredRun run) {
    MeasuredRun.expect("accepted", events, run.counted(Outcome.ACCEPTED.label()));
    return run;
  }

  /**
   * Runs a sink.
   *
   * @return the run, with the average rows of its INSERTs as a counter
   * @throws IllegalStateException if not every event is in the table, once
   */
  private MeasuredRun runInserting(Consumer<PCollection<List<Event>>> sink, String... flags) {
    server.query("DROP DATABASE IF EXISTS " + DATABASE);
    server.query("CREATE DATABASE " + DATABASE);
    MeasuredRun run = run(sink, flags);
    String from = " FROM " + DATABASE + "." + table.name();
    MeasuredRun.expect("rows", events, number("SELECT count()" + from));
    MeasuredRun.expect("different rows", events, number("SELECT uniqExact(query_id)" + from));
    long inserts =
        number(
            "SELECT count() FROM system.parts WHERE active AND database = '%s' AND table = '%s'"
                .formatted(DATABASE, table.name()));
    return run.with(ROWS, events / inserts);
  }

  private MeasuredRun run(Consumer<PCollection<List<Event>>> sink, String... flags) {
    Pipeline pipeline = Pipeline.create(LocalFlink.options(flags));
    sink.accept(
        pipeline
            // One element makes all events: Beam's readers on Flink look at every metric of the
            // pipeline for each element, which would be counted as the sink's.
            .apply("Count", Create.of(events))
            .apply("Events", ParDo.of(GeneratedEvents.withStrings(contract)))
            .setCoder(EventCoder.ofGroups(contract.schema())));
    // Each insert is a part then, to be counted.
    server.query("SYSTEM STOP MERGES");
    try {
      return MeasuredRun.of(pipeline, events);
    } finally {
      server.query("SYSTEM START MERGES");
    }
  }

  private long number(String query) {
    return Long.parseLong(server.query(query).strip());
  }

  /** By Millrace's own sink, the audit of each record included. */
  private void write(PCollection<List<Event>> source) {
    // As on Flink: a bundle is a batch.
    ClickHouseConfig config =
        ClickHouseConfig.of(server.address(), DATABASE)
            .withBatching(Batching.DEFAULT.withMode(Batching.Mode.BUNDLE));
    DeadLetterFactory deadLetters = DeadLetterFactory.of(contract, "bench", Clock.system());
    ClickHouseSink sink = ClickHouseSink.of(config, contract, deadLetters, Clock.system());
    sink.prepare();
    PCollectionTuple.of(OutcomeTags.ACCEPTED, source).apply("WriteOutcomes", sink.write());
  }

  private void writeByBeamIo(PCollection<List<Event>> source) {
    server.query(PlainRows.createTable(DATABASE, table));
    source
        .apply("PlainRows", ParDo.of(new PlainRows(contract)))
        .setRowSchema(PlainRows.schema(table))
        .apply(
            "Write",
            BeamClickHouseWrite.of(
                    "jdbc:clickhouse:" + server.address() + "/" + DATABASE, table.name())
                .withColumns(PlainRows.columns(table))
                // The driver misreads what current servers make of its request for compression
                // of answers.
                .withProperties(Map.of("compress", "0")));
  }

  @Override
  public List<Bar> bars(StepCosts costs) {
    return List.of(
        new Bar("CPU µs an event", costs.cost(MILLRACE).median(), BAR_MICROS, false),
        new Bar(ROWS, costs.counted(MILLRACE).least(), LEAST_ROWS, true),
        new Bar("times as much for ClickHouseIO", costs.ratio(BEAM_IO), BAR_RATIO, true));
  }
}
