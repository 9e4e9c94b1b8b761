package io.millrace.bench.sink;

import io.millrace.bench.workload.CountingSink;
import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.beam.BeamClickHouseWrite;
import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.util.Map;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;

/** What writes events to ClickHouse. */
enum SinkVariant {
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

  private final String label;

  SinkVariant(String label) {
    this.label = label;
  }

  /** The name for people. */
  String label() {
    return label;
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
