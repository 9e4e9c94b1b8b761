package io.millrace.clickhouse.schema;

import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.clickhouse.schema.ClickHouseTable.View;
import io.millrace.contract.Contract;
import java.util.List;

/**
 * The audit table: one narrow row for each record read, which says how the record ended. The
 * record's place is the key, so a record that is read again replaces its row: the exact view is
 * exact over retries, restarts and replays. The columns are the same for every contract, and
 * several contracts may share the table.
 *
 * <p>Times are in milliseconds, UTC: {@code record_time} is the source's own clock for the record,
 * that is when it arrived; {@code written_at} is the worker's, when the outcome's row had been
 * acknowledged. The latter also sets the batches of a replay apart from those of the run before:
 * were they equal, the server would take them for retries and leave the older outcomes in place.
 * {@code event_time} tells which rows a TTL may have removed, and late rows apart; of a dead
 * letter, whose event may have none, it is the record's time, and 1970-01-01 in rows older than the
 * column.
 */
public final class AuditTable {
  private static final String SHORT = "LowCardinality(String)";

  /** Neighbours in the sort order are neighbours in the log: the step from one to the next is 1. */
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
    return new ClickHouseTable(
        name,
        COLUMNS,
        // The contract, because two pipelines may read one topic; the record's time, because it
        // decides the partition, and the same record always has the same.
        List.of("contract", "topic", "partition", "offset", "record_time"),
        List.of("`contract`", "`topic`", "`partition`", "`offset`", "`record_time`"),
        "record_time",
        // Not the record's time: the audit of an old topic would be gone at once.
        ClickHouseDdl.INSERTED_AT,
        contract.tables().audit().ttl(),
        "Millrace audit: how each record ended",
        List.of(),
        List.of(
            new View(
                name + "_per_minute",
                List.of("contract", "topic", "minute", "outcome", "records"),
                "`contract`, `topic`, toStartOfMinute(`record_time`) AS `minute`, `outcome`,"
                    + " count() AS `records`",
                "`contract`, `topic`, `minute`, `outcome`")));
  }
}
