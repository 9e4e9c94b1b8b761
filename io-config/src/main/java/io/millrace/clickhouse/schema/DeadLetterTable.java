package io.millrace.clickhouse.schema;

import io.millrace.clickhouse.encoding.ValueEncoders;
import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.contract.Contract;
import io.millrace.event.DeadLetter;
import io.millrace.event.RowBuffer;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The dead-letter table: its columns, the same for every contract, and its rows. A row keeps the
 * record's bytes unchanged, or those of an element alone; a null value is a tombstone. The column
 * of headers holds texts only, so a header without a value is stored with an empty one, under its
 * name and {@link Header#NULL_SUFFIX}.
 */
public final class DeadLetterTable {
  /**
   * Suffix of the table that marks replayed dead letters; {@code dead-letters replay} creates it.
   */
  public static final String REPLAYS_SUFFIX = "_replays";

  private static final String SHORT = "LowCardinality(String)";

  /** In the order in which {@link #write} writes them; the columns of elements follow. */
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("topic", SHORT),
          Column.of("partition", "Int32", "ZSTD(1)"),
          Column.of("offset", "Int64", ClickHouseTypes.TIME_CODEC),
          Column.of("key", "Nullable(String)", "ZSTD(1)"),
          Column.of("value", "Nullable(String)", "ZSTD(1)"),
          Column.of("headers", "Map(String, String)", "ZSTD(1)"),
          Column.of("code", SHORT),
          Column.of("message", "String", "ZSTD(1)"),
          Column.of("stage", SHORT),
          Column.of("contract", SHORT),
          Column.of("contract_version", "Int32", "ZSTD(1)"),
          Column.of("consumer", SHORT),
          Column.of("record_time", ClickHouseTypes.TIME, ClickHouseTypes.TIME_CODEC),
          Column.of("first_seen", ClickHouseTypes.TIME, ClickHouseTypes.TIME_CODEC),
          Column.of("attempt", "Int32", "ZSTD(1)"));

  private DeadLetterTable() {}

  public static ClickHouseTable of(Contract contract) {
    boolean many = contract.holdsMany();
    String name = contract.tables().deadLetters().name();
    return ClickHouseTable.ofMillrace(
        name,
        ClickHouseTable.withElement(COLUMNS, many),
        // The record's time decides the partition, so it must be part of the identity. The same
        // record always has the same time.
        ClickHouseTable.identityWithElement(
            List.of("topic", "partition", "offset", "record_time"), many),
        "record_time",
        contract.tables().deadLetters().ttl(),
        "Millrace contract " + contract.name() + " version " + contract.version(),
        name);
  }

  /**
   * Writes a dead letter as one row. Every dead letter can be written.
   *
   * @param many whether a record of the contract may hold many events
   */
  public static void write(DeadLetter letter, boolean many, RowBuffer out) {
    SourceRecord origin = letter.origin();
    out.writeString(origin.topic());
    out.writeInt(origin.partition());
    out.writeLong(origin.offset());
    writeNullable(origin.key(), out);
    writeNullable(origin.value(), out);
    out.writeVarInt(origin.headers().size());
    for (Header header : origin.headers()) {
      out.writeString(header.storedName());
      out.writeString(header.storedValue());
    }
    out.writeString(letter.code().label());
    out.writeString(letter.message());
    out.writeString(letter.stage());
    out.writeString(letter.contract());
    out.writeInt(letter.contractVersion());
    out.writeString(letter.consumer());
    out.writeLong(ValueEncoders.storable(origin.recordTimeMillis()));
    out.writeLong(ValueEncoders.storable(letter.firstSeenMillis()));
    out.writeInt(letter.attempt());
    if (many) {
      out.writeInt(origin.elementNumber());
      out.writeInt(origin.elements());
    }
  }

  private static void writeNullable(byte @Nullable [] bytes, RowBuffer out) {
    if (bytes == null) {
      out.writeByte(1);
    } else {
      out.writeByte(0);
      out.writeString(bytes);
    }
  }
}
