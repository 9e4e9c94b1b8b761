package io.millrace.clickhouse.schema;

import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.clickhouse.schema.ClickHouseTable.View;
import io.millrace.contract.Contract;
import java.util.List;

/**
 * The audit table: one narrow row for each event read, with the event's outcome. The record's
 * topic, partition and offset, and the number of the element in a record that may hold many events,
 * are the key. So a record that is read again replaces its rows: the exact view is exact over
 * retries, restarts and replays. A record without events has one row with the outcome {@code
 * empty}.
 *
 * <p>The columns are the same for every contract, and several contracts may share the table. Only
 * contracts whose records may hold many events write {@code element} and {@code elements}.
 *
 * <p>Times are in milliseconds, UTC. {@code record_time} is when the record arrived, by the
 * source's clock. {@code written_at} is when the sink acknowledged the outcome's row, by the
 * worker's clock. It also makes the batches of a replay different from those of the earlier run: if
 * they were equal, the server would drop them as retries and keep the older outcomes. {@code
 * event_time} identifies rows that a TTL may have removed, and late rows. For a dead letter, whose
 * event may have no time, it is the record's time; rows older than the column have 1970-01-01.
 */
public final class AuditTable {
  private static final String SHORT = "LowCardinality(String)";

  /** Adjacent rows in the sort order are adjacent in the log, so offsets increase by 1. */
  private static final String STEP_CODEC = "DoubleDelta, ZSTD(1)";

  /** In the order in which {@code AuditRows} writes them; the columns of elements follow. */
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("contract", SHORT),
          Column.of("topic", SHORT),
          Column.of("partition", "Int32", "ZSTD(1)"),
          Column.of("offset", "Int64", STEP_CODEC),
          Column.of("record_time", ClickHouseTypes.TIME, ClickHouseTypes.TIME_CODEC),
          Column.of("outcome", SHORT, "ZSTD(1)"),
          Column.of("written_at", ClickHouseTypes.TIME, ClickHouseTypes.TIME_CODEC),
          Column.of("event_time", ClickHouseTypes.TIME, ClickHouseTypes.TIME_CODEC));

  private AuditTable() {}

  public static ClickHouseTable of(Contract contract) {
    String name = contract.tables().audit().name();
    boolean many = contract.holdsMany();
    return ClickHouseTable.ofMillrace(
        name,
        ClickHouseTable.withElement(COLUMNS, many),
        // The contract, because two pipelines may read one topic; the record's time, because it
        // decides the partition, and the same record always has the same.
        ClickHouseTable.identityWithElement(
            List.of("contract", "topic", "partition", "offset", "record_time"), many),
        "record_time",
        contract.tables().audit().ttl(),
        "Millrace audit: how each event ended",
        List.of(
            new View(
                name + "_per_minute",
                List.of("contract", "topic", "minute", "outcome", "records"),
                "`contract`, `topic`, toStartOfMinute(`record_time`) AS `minute`, `outcome`,"
                    + " count() AS `records`",
                "`contract`, `topic`, `minute`, `outcome`")));
  }
}
