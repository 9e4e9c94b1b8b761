package io.millrace.bench.sink;

import io.millrace.bench.workload.GeneratedEvents;
import io.millrace.bench.workload.MeasuredRun;
import io.millrace.bench.workload.Workload;
import io.millrace.contract.Contract;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.Outcome;
import io.millrace.flink.LocalFlink;
import io.millrace.local.clickhouse.LocalClickHouse;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/**
 * One run of one variant on a Flink of its own in this JVM, into a ClickHouse in another process:
 * streaming, one subtask, no checkpoints, Millrace's defaults.
 *
 * @param run what was measured
 * @param rowsAnInsert average rows of an INSERT into the table of events
 */
record SinkRun(MeasuredRun run, double rowsAnInsert) {
  private static final String DATABASE = "bench";

  /**
   * Runs a variant into an empty database.
   *
   * @throws IllegalStateException if not every event is in the table, once
   */
  static SinkRun of(SinkVariant variant, long events, LocalClickHouse server) {
    Contract contract = Workload.contract();
    server.query("DROP DATABASE IF EXISTS " + DATABASE);
    server.query("CREATE DATABASE " + DATABASE);
    Pipeline pipeline = Pipeline.create(LocalFlink.options(variant.flags()));
    PCollection<Event> source =
        pipeline
            // One element makes all events: Beam's readers on Flink look at every metric of the
            // pipeline for each element, which would be counted as the sink's.
            .apply("Count", Create.of(events))
            .apply("Events", ParDo.of(new GeneratedEvents(contract)))
            .setCoder(EventCoder.of(contract.schema()));
    variant.apply(source, contract, server, DATABASE);
    if (variant != SinkVariant.NONE) {
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
    if (variant.counts()) {
      MeasuredRun.expect(
          variant.label(), "accepted", events, run.counted(Outcome.ACCEPTED.label()));
    }
    return new SinkRun(
        run, variant == SinkVariant.NONE ? 0 : check(variant, events, contract, server));
  }

  private static double check(
      SinkVariant variant, long events, Contract contract, LocalClickHouse server) {
    String table = DATABASE + "." + contract.tables().normal().name();
    MeasuredRun.expect(
        variant.label(), "rows", events, number(server, "SELECT count() FROM " + table));
    MeasuredRun.expect(
        variant.label(),
        "different rows",
        events,
        number(server, "SELECT uniqExact(query_id) FROM " + table));
    long parts =
        number(
            server,
            "SELECT count() FROM system.parts WHERE active AND database = '"
                + DATABASE
                + "' AND table = '"
                + contract.tables().normal().name()
                + "'");
    return (double) events / parts;
  }

  private static long number(LocalClickHouse server, String query) {
    return Long.parseLong(server.query(query).strip());
  }

  double cpuMicros() {
    return run.cpuMicros();
  }
}
