package io.millrace.clickhouse.schema;

import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.clickhouse.schema.ClickHouseTable.View;
import io.millrace.contract.Contract;
import java.util.List;

/**
 * The audit table: one narrow row for each record read, with the record's outcome. The record's
 * topic, partition and offset are the key, so a record that is read again replaces its row: the
 * exact view is exact over retries, restarts and replays. The columns are the same for every
 * contract, and several contracts may share the table.
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

  /** In the order in which {@code AuditRows} writes them. */
  static final List<Column> COLUMNS =
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
    return ClickHouseTable.ofMillrace(
        name,
        COLUMNS,
        // The contract, because two pipelines may read one topic; the record's time, because it
        // decides the partition, and the same record always has the same.
        List.of("contract", "topic", "partition", "offset", "record_time"),
        contract.tables().audit().ttl(),
        "Millrace audit: how each record ended",
        List.of(
            new View(
                name + "_per_minute",
                List.of("contract", "topic", "minute", "outcome", "records"),
                "`contract`, `topic`, toStartOfMinute(`record_time`) AS `minute`, `outcome`,"
                    + " count() AS `records`",
                "`contract`, `topic`, `minute`, `outcome`")));
  }
}
