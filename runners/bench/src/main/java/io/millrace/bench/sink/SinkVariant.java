package io.millrace.bench.sink;

import io.millrace.bench.workload.CountingSink;
import io.millrace.bench.workload.GeneratedEvents;
import io.millrace.bench.workload.MeasuredRun;
import io.millrace.bench.workload.VariantRuns;
import io.millrace.bench.workload.Workload;
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
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;

/** What writes events to ClickHouse. */
enum SinkVariant implements VariantRuns.Variant {
  /** Nothing: what the others cost more than this is the cost of their sink. */
  NONE("source -> count") {
    @Override
    void apply(
        PCollection<Event> events, Contract contract, LocalClickHouse server, String database) {
      events.apply("Sink", ParDo.of(new CountingSink(Outcome.ACCEPTED)));
    }
  },
  /** Millrace's own, the audit of each record included. */
  MILLRACE("Millrace, audit included") {
    @Override
    void apply(
        PCollection<Event> events, Contract contract, LocalClickHouse server, String database) {
      // As on Flink: a bundle is a batch.
      ClickHouseConfig config =
          ClickHouseConfig.of(server.address(), database)
              .withBatching(Batching.DEFAULT.withMode(Batching.Mode.BUNDLE));
      DeadLetterFactory deadLetters = DeadLetterFactory.of(contract, "bench", Clock.system());
      ClickHouseSink sink = ClickHouseSink.of(config, contract, deadLetters, Clock.system());
      sink.prepare();
      PCollectionTuple.of(OutcomeTags.ACCEPTED, events).apply("WriteOutcomes", sink.write());
    }
  },
  /** ClickHouseIO as it is: no guard, no audit, no compression; bundles as large as Millrace's. */
  BEAM_IO("ClickHouseIO, no audit") {
    @Override
    void apply(
        PCollection<Event> events, Contract contract, LocalClickHouse server, String database) {
      writeByBeamIo(events, contract, server, database);
    }
  },
  /** The same with the bundles that Beam's Flink runner makes if nobody tells it otherwise. */
  BEAM_IO_AS_FOUND("ClickHouseIO, Beam's bundles") {
    @Override
    void apply(
        PCollection<Event> events, Contract contract, LocalClickHouse server, String database) {
      writeByBeamIo(events, contract, server, database);
    }

    @Override
    String[] flags() {
      return new String[] {"--maxBundleSize=1000", "--maxBundleTimeMills=1000"};
    }
  };

  /** The counter of INSERTs into the table of events. */
  static final String INSERTS = "inserts";

  private static final String DATABASE = "bench";

  private final String label;

  SinkVariant(String label) {
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }

  /**
   * Runs the variant on a Flink of its own in this JVM, into an empty database of a ClickHouse in
   * another process: streaming, one subtask, no checkpoints, Millrace's defaults.
   *
   * @return the run, with the number of its INSERTs into the table of events as a counter
   * @throws IllegalStateException if not every event is in the table, once
   */
  MeasuredRun run(long events, LocalClickHouse server) {
    Contract contract = Workload.contract();
    server.query("DROP DATABASE IF EXISTS " + DATABASE);
    server.query("CREATE DATABASE " + DATABASE);
    Pipeline pipeline = Pipeline.create(LocalFlink.options(flags()));
    PCollection<Event> source =
        pipeline
            // One element makes all events: Beam's readers on Flink look at every metric of the
            // pipeline for each element, which would be counted as the sink's.
            .apply("Count", Create.of(events))
            .apply("Events", ParDo.of(new GeneratedEvents(contract)))
            .setCoder(EventCoder.of(contract.schema()));
    apply(source, contract, server, DATABASE);
    if (this != NONE) {
      // Each insert is a part then, to be counted.
      server.query("SYSTEM STOP MERGES");
    }
    MeasuredRun run;
    try {
      run = MeasuredRun.of(pipeline, events);
    } finally {
      server.query("SYSTEM START MERGES");
    }
    // ClickHouseIO counts nothing.
    if (counts()) {
      MeasuredRun.expect(label, "accepted", events, run.counted(Outcome.ACCEPTED.label()));
    }
    return this == NONE ? run : run.with(INSERTS, inserts(events, contract, server));
  }

  private long inserts(long events, Contract contract, LocalClickHouse server) {
    String table = contract.tables().normal().name();
    String from = " FROM " + DATABASE + "." + table;
    MeasuredRun.expect(label, "rows", events, number(server, "SELECT count()" + from));
    MeasuredRun.expect(
        label, "different rows", events, number(server, "SELECT uniqExact(query_id)" + from));
    return number(
        server,
        "SELECT count() FROM system.parts WHERE active AND database = '%s' AND table = '%s'"
            .formatted(DATABASE, table));
  }

  private static long number(LocalClickHouse server, String query) {
    return Long.parseLong(server.query(query).strip());
  }

  /** Adds the sink to a pipeline; its tables are there afterwards. */
  abstract void apply(
      PCollection<Event> events, Contract contract, LocalClickHouse server, String database);

  /** Flags of Beam and its runner that the variant wants otherwise than Millrace. */
  String[] flags() {
    return new String[0];
  }

  /** Whether the sink counts what it has written. */
  boolean counts() {
    return this == NONE || this == MILLRACE;
  }

  private static void writeByBeamIo(
      PCollection<Event> events, Contract contract, LocalClickHouse server, String database) {
    TableDefinition table = contract.tables().normal();
    server.query(PlainRows.createTable(database, table));
    events
        .apply("PlainRows", ParDo.of(new PlainRows(contract)))
        .setRowSchema(PlainRows.schema(table))
        .apply(
            "Write",
            BeamClickHouseWrite.of(
                    "jdbc:clickhouse:" + server.address() + "/" + database, table.name())
                .withColumns(PlainRows.columns(table))
                // The driver misreads what current servers make of its request for compression
                // of answers.
                .withProperties(Map.of("compress", "0")));
  }
}
