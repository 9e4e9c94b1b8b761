package io.millrace.clickhouse.schema;

import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.contract.Contract;
import java.util.List;

/**
 * The audit table: how each event read ended. A row is a batch: the events of one INSERT that have
 * the contract, topic, partition, minute of arrival and outcome in common. Its arrays hold what
 * differs, one entry an event. So a record costs a few bytes and no row; at 4 000 events a second a
 * row holds two hundred events.
 *
 * <p>The place of an event is its record's topic, partition and offset, the record's time (a topic
 * that was deleted and created again has an offset twice), and the number of the element in a
 * record that may hold many events. {@link AuditViews} take the batches apart: the exact view has
 * each place once, with the outcome that was inserted last. It is exact over retries, restarts and
 * replays. A record without events has the outcome {@code empty}.
 *
 * <p>The columns are the same for every contract, and several contracts may share the table. {@code
 * element_numbers} and {@code element_counts} are empty if every record is one event.
 *
 * <p>Times are in milliseconds, UTC. {@code record_times} are when the records arrived, by the
 * source's clock. {@code written_at} is when the sink acknowledged the last of the outcomes' rows,
 * by the worker's clock. It also makes the batches of a replay different from those of the earlier
 * run: if they were equal, the server would drop them as retries and keep the older outcomes.
 * {@code event_times} identify rows that a TTL may have removed, and late rows. For a dead letter,
 * whose event may have no time, it is the record's time.
 *
 * <p>In the pipeline, in state and in savepoints, the audit has an entry for each event, see {@code
 * AuditRows}; {@code AuditBatches} joins the entries of an INSERT. Older versions wrote the entries
 * themselves to a table with the name that the contract gives. The views show its rows too.
 */
public final class AuditTable {
  /** The column with the beginning of the minute of arrival. */
  public static final String MINUTE = "minute";

  /** The audit's table is named after the audit, with this suffix. */
  public static final String BATCHES = "_batches";

  /** The view with the number of events by minute is named after the audit, with this suffix. */
  public static final String PER_MINUTE = "_per_minute";

  private static final long MINUTE_MILLIS = 60_000;
  private static final String SHORT = "LowCardinality(String)";
  private static final String TIMES = "Array(" + ClickHouseTypes.TIME + ")";
  private static final String STEPS = "Delta(8), ZSTD(1)";

  /** In the order in which {@code AuditBatches} writes them. */
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("contract", SHORT),
          Column.of("topic", SHORT),
          Column.of("partition", "Int32", "ZSTD(1)"),
          Column.of(MINUTE, ClickHouseTypes.TIME, ClickHouseTypes.TIME_CODEC),
          Column.of("outcome", SHORT, "ZSTD(1)"),
          Column.of("written_at", ClickHouseTypes.TIME, ClickHouseTypes.TIME_CODEC),
          Column.of("records", "UInt32", "ZSTD(1)"),
          Column.of("offsets", "Array(Int64)", STEPS),
          Column.of("record_times", TIMES, STEPS),
          Column.of("event_times", TIMES, STEPS),
          Column.of("element_numbers", "Array(Int32)", "ZSTD(1)"),
          Column.of("element_counts", "Array(Int32)", "ZSTD(1)"));

  /** In the order in which {@code AuditRows} writes them; the columns of elements follow. */
  private static final List<Column> ENTRY_COLUMNS =
      List.of(
          Column.of("contract", SHORT),
          Column.of("topic", SHORT),
          Column.of("partition", "Int32"),
          Column.of("offset", "Int64"),
          Column.of("record_time", ClickHouseTypes.TIME),
          Column.of("outcome", SHORT),
          Column.of("written_at", ClickHouseTypes.TIME),
          Column.of("event_time", ClickHouseTypes.TIME));

  private AuditTable() {}

  public static ClickHouseTable of(Contract contract) {
    String name = contract.tables().audit().name();
    return ClickHouseTable.ofMillrace(
        name + BATCHES,
        COLUMNS,
        // Two rows that are equal in all of these are one row that was written twice.
        List.of(
            "contract",
            "topic",
            "partition",
            MINUTE,
            "outcome",
            "written_at",
            "offsets",
            "element_numbers"),
        MINUTE,
        contract.tables().audit().ttl(),
        "Millrace audit: how each event ended",
        name);
  }

  /** The beginning of the minute of a time, in milliseconds since the epoch. */
  public static long minuteOf(long millis) {
    return Math.floorDiv(millis, MINUTE_MILLIS) * MINUTE_MILLIS;
  }

  /** SQL for the same: not toStartOfMinute, which overflows outside 1970 to 2106. */
  public static String minuteOf(String time) {
    return "fromUnixTimestamp64Milli(toInt64(floor(toUnixTimestamp64Milli("
        + time
        + ") / 60000)) * 60000, 'UTC')";
  }

  /** {@link ClickHouseTable#encoding} of the entries, which state and savepoints hold. */
  public static int entryEncoding(Contract contract) {
    return ClickHouseTable.encoding(
        ClickHouseTable.withElement(ENTRY_COLUMNS, contract.holdsMany()));
  }
}
