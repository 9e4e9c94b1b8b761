package io.millrace.clickhouse.schema;

import io.millrace.clickhouse.encoding.ValueEncoders;
import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.contract.Contract;
import io.millrace.event.LostRange;
import io.millrace.event.RowBuffer;
import java.util.List;

/**
 * The table of ranges of offsets that were never read, and why. It complements the audit table,
 * whose rows are records that were read, and has the same TTL. A range that is detected again after
 * a crash has a second row. Ranges may overlap, so a query must count each offset once.
 */
public final class LostRangeTable {
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("contract", "LowCardinality(String)"),
          Column.of("topic", "LowCardinality(String)"),
          Column.of("partition", "Int32"),
          Column.of("first_offset", "Int64"),
          Column.of("last_offset", "Int64"),
          Column.of("detected_at", ClickHouseTypes.TIME, ClickHouseTypes.TIME_CODEC),
          Column.of("written_at", ClickHouseTypes.TIME, ClickHouseTypes.TIME_CODEC),
          Column.of("reason", "LowCardinality(String)"));

  private LostRangeTable() {}

  public static String name(Contract contract) {
    return contract.tables().audit().name() + LostRange.TABLE_SUFFIX;
  }

  public static ClickHouseTable of(Contract contract) {
    return ClickHouseTable.ofMillrace(
        name(contract),
        COLUMNS,
        List.of("contract", "topic", "partition", "first_offset", "last_offset", "detected_at"),
        "detected_at",
        contract.tables().audit().ttl(),
        "Millrace audit: offsets that were never read, and why",
        name(contract));
  }

  /** Writes one row, in the order of the columns. Every range can be written. */
  public static void write(String contract, LostRange range, long writtenAtMillis, RowBuffer out) {
    out.writeString(contract);
    out.writeString(range.topic());
    out.writeInt(range.partition());
    out.writeLong(range.firstOffset());
    out.writeLong(range.lastOffset());
    out.writeLong(ValueEncoders.storable(range.detectedAtMillis()));
    out.writeLong(ValueEncoders.storable(writtenAtMillis));
    out.writeString(range.reason().label());
  }
}
