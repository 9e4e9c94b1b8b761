package io.millrace.bench.contender;

import io.millrace.bench.baseline.EventTable;
import io.millrace.bench.harness.BenchEnvironment;

/**
 * ClickHouse alone: a table of its Kafka engine and a materialized view for each target table. It
 * parses an event once per view, drops events without identity, has no lateness and no
 * deduplication, and reports no outcomes.
 */
public final class KafkaEngine {
  private static final String TABLE =
      """
      CREATE TABLE %1$s.from_kafka (raw String) ENGINE = Kafka SETTINGS
        kafka_broker_list = '%2$s', kafka_topic_list = '%3$s', kafka_group_name = '%1$s',
        kafka_format = 'RawBLOB', kafka_num_consumers = %4$d, kafka_thread_per_consumer = 1,
        kafka_max_block_size = 20000, kafka_flush_interval_ms = 1000
      """;

  private static final String VIEW =
      """
      CREATE MATERIALIZED VIEW %1$s.to_%2$s TO %1$s.%2$s AS
      WITH
        JSONExtract(raw, 'Tuple(query_id String, event_type String, query_text String,
          timestamp String, metadata Tuple(user_id String, database String,
          duration_ms Nullable(Int64), rows_affected Nullable(Int64)))') AS e,
        JSONExtractRaw(raw, 'metadata', 'error') AS error_text
      SELECT
        e.query_id AS query_id, e.event_type AS event_type, e.query_text AS query_text,
        e.metadata.user_id AS user_id, e.metadata.database AS database_name,
        %3$s,
        parseDateTime64BestEffortOrZero(e.timestamp, 3, 'UTC') AS event_time,
        now64(3, 'UTC') AS ingestion_time, '' AS extra
      FROM %1$s.from_kafka
      WHERE query_id != '' AND event_type != '' AND event_time > 0
        AND error_text %4$s ('', 'null')
      """;

  private static final String FIGURES =
      "e.metadata.duration_ms AS duration_ms, e.metadata.rows_affected AS rows_affected,"
          + " JSONExtractRaw(raw, 'payload') AS payload";

  private KafkaEngine() {}

  /** Starts reading a topic into a database. */
  public static void start(
      BenchEnvironment environment, String database, String topic, int consumers) {
    environment.query(TABLE.formatted(database, environment.kafka(), topic, consumers));
    environment.query(VIEW.formatted(database, EventTable.NORMAL.table(), FIGURES, "IN"));
    environment.query(
        VIEW.formatted(database, EventTable.ERROR.table(), "error_text AS error", "NOT IN"));
  }

  /** Stops reading. */
  public static void stop(BenchEnvironment environment, String database) {
    for (EventTable table : EventTable.values()) {
      environment.query("DROP TABLE IF EXISTS " + database + ".to_" + table.table() + " SYNC");
    }
    environment.query("DROP TABLE IF EXISTS " + database + ".from_kafka SYNC");
  }
}
