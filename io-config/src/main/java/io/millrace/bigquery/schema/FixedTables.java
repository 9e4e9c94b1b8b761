package io.millrace.bigquery.schema;

import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableRow;
import io.millrace.contract.Contract;
import io.millrace.event.DeadLetter;
import io.millrace.event.LostRange;
import io.millrace.event.Outcome;
import io.millrace.event.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The tables whose columns are the same for every contract: dead letters and audit, with the
 * columns and meaning that they have in ClickHouse. They are partitioned by the day on which a row
 * was written, not by the record's time: BigQuery rejects rows of days more than ten years ago or a
 * year ahead, a source's clock may be arbitrarily wrong, and these rows have no other destination.
 */
public final class FixedTables {
  private static final String STRING = "STRING";
  private static final String INTEGER = "INTEGER";
  private static final String TIMESTAMP = "TIMESTAMP";

  private static final List<TableFieldSchema> PLACE =
      List.of(
          BigQueryTypes.required(Origin.TOPIC, STRING, "Kafka topic, Pub/Sub subscription or file"),
          BigQueryTypes.required(Origin.PARTITION, INTEGER, "partition in it"),
          BigQueryTypes.required(Origin.OFFSET, INTEGER, "offset in the partition"),
          BigQueryTypes.required(
              Origin.RECORD_TIME, TIMESTAMP, "the source's own clock for the record"));

  private FixedTables() {}

  /** One row for each event read, with its outcome. */
  public static BigQueryTable audit(Contract contract) {
    List<TableFieldSchema> columns = new ArrayList<>();
    columns.add(BigQueryTypes.required("contract", STRING, "the contract's name"));
    columns.addAll(PLACE);
    columns.add(
        BigQueryTypes.required(
            Origin.OUTCOME, STRING, "the event's outcome; empty: a record without events"));
    columns.add(
        BigQueryTypes.required(
            Origin.WRITTEN_AT, TIMESTAMP, "when BigQuery acknowledged the outcome's row"));
    columns.addAll(Origin.elementColumns(contract.holdsMany()));
    return table(
        contract.tables().audit().name(),
        columns,
        // The contract, because two pipelines may read one topic.
        identity(
            contract,
            List.of("contract", Origin.TOPIC, Origin.PARTITION, Origin.OFFSET, Origin.RECORD_TIME)),
        contract.tables().audit().ttl(),
        List.of("contract", Origin.TOPIC, Origin.RECORD_TIME),
        "Millrace audit: how each event ended",
        null);
  }

  private static List<String> identity(Contract contract, List<String> ofRecord) {
    List<String> identity = new ArrayList<>(ofRecord);
    if (contract.holdsMany()) {
      identity.add(Origin.ELEMENT);
    }
    return List.copyOf(identity);
  }

  /** The row of an audit entry, for one of the two audit tables. */
  public static TableRow auditRow(String contract, AuditEntry entry) {
    if (entry.isLostRange()) {
      return lostRangeRow(contract, LostRange.of(entry.record()), entry.writtenAtMillis());
    }
    return Origin.place(entry.record())
        .set("contract", contract)
        .set(Origin.OUTCOME, entry.label())
        .set(Origin.WRITTEN_AT, Origin.micros(entry.writtenAtMillis()));
  }

  /** One row for each range of offsets that the log removed before they were read. */
  public static BigQueryTable lostRanges(Contract contract) {
    List<TableFieldSchema> columns =
        List.of(
            BigQueryTypes.required("contract", STRING, "the contract's name"),
            BigQueryTypes.required(Origin.TOPIC, STRING, "Kafka topic"),
            BigQueryTypes.required(Origin.PARTITION, INTEGER, "partition in it"),
            BigQueryTypes.required("first_offset", INTEGER, "the first offset that was lost"),
            BigQueryTypes.required("last_offset", INTEGER, "the last offset that was lost"),
            BigQueryTypes.required("detected_at", TIMESTAMP, "when the reader found them missing"),
            BigQueryTypes.required(Origin.WRITTEN_AT, TIMESTAMP, "when the row was encoded"),
            BigQueryTypes.column(
                "reason", STRING, BigQueryTypes.NULLABLE, "why they were not read; null: removed"));
    return table(
        contract.tables().audit().name() + LostRange.TABLE_SUFFIX,
        columns,
        List.of(
            "contract",
            Origin.TOPIC,
            Origin.PARTITION,
            "first_offset",
            "last_offset",
            "detected_at"),
        contract.tables().audit().ttl(),
        List.of("contract", Origin.TOPIC),
        "Millrace audit: offsets that were never read, and why",
        null);
  }

  private static TableRow lostRangeRow(String contract, LostRange range, long writtenAtMillis) {
    return new TableRow()
        .set("contract", contract)
        .set(Origin.TOPIC, range.topic())
        .set(Origin.PARTITION, (long) range.partition())
        .set("first_offset", range.firstOffset())
        .set("last_offset", range.lastOffset())
        .set("detected_at", Origin.micros(range.detectedAtMillis()))
        .set(Origin.WRITTEN_AT, Origin.micros(writtenAtMillis))
        .set("reason", range.reason().label());
  }

  /** One row for each dead letter, with the record's bytes unchanged. */
  static BigQueryTable deadLetters(Contract contract) {
    List<TableFieldSchema> columns = new ArrayList<>(PLACE);
    columns.add(BigQueryTypes.column("key", "BYTES", BigQueryTypes.NULLABLE, "the record's key"));
    columns.add(
        BigQueryTypes.column(
            "value", "BYTES", BigQueryTypes.NULLABLE, "the record's value; null: a tombstone"));
    columns.add(
        BigQueryTypes.column(
                "headers", "RECORD", BigQueryTypes.REPEATED, "the record's headers, in order")
            .setFields(BigQueryTypes.entry("BYTES")));
    columns.add(BigQueryTypes.required("code", STRING, "the reason"));
    columns.add(BigQueryTypes.required("message", STRING, "the reason in detail"));
    columns.add(BigQueryTypes.required("stage", STRING, "the step that failed"));
    columns.add(BigQueryTypes.required("contract", STRING, "the contract's name"));
    columns.add(BigQueryTypes.required("contract_version", INTEGER, "the contract's version"));
    columns.add(BigQueryTypes.required("consumer", STRING, "the pipeline that read the record"));
    columns.add(
        BigQueryTypes.required("first_seen", TIMESTAMP, "when it first became a dead letter"));
    columns.add(BigQueryTypes.required("attempt", INTEGER, "1, and one more after each replay"));
    columns.add(BigQueryTypes.required(Origin.WRITTEN_AT, TIMESTAMP, "when the row was encoded"));
    columns.addAll(Origin.elementColumns(contract.holdsMany()));
    return table(
        contract.tables().deadLetters().name(),
        columns,
        identity(
            contract, List.of(Origin.TOPIC, Origin.PARTITION, Origin.OFFSET, Origin.RECORD_TIME)),
        contract.tables().deadLetters().ttl(),
        List.of("contract", "code", Origin.TOPIC, Origin.RECORD_TIME),
        "Millrace contract " + contract.name() + " version " + contract.version(),
        Outcome.DEAD);
  }

  /** A table with the time of writing as a column, which the last of equal rows is found by. */
  private static BigQueryTable table(
      String name,
      List<TableFieldSchema> columns,
      List<String> identity,
      @Nullable Duration ttl,
      List<String> clusterBy,
      String description,
      @Nullable Outcome outcome) {
    List<TableFieldSchema> copy = List.copyOf(columns);
    return new BigQueryTable(
        name,
        copy,
        copy,
        identity,
        List.of(BigQuerySql.quote(Origin.WRITTEN_AT) + " DESC"),
        Origin.WRITTEN_AT,
        ttl,
        clusterBy,
        description,
        outcome,
        false);
  }

  public static TableRow deadLetterRow(DeadLetter letter, long writtenAtMillis) {
    SourceRecord origin = letter.origin();
    List<TableRow> headers = new ArrayList<>(origin.headers().size());
    for (SourceRecord.Header header : origin.headers()) {
      headers.add(
          new TableRow()
              .set(BigQueryTypes.MAP_KEY, header.storedName())
              .set(BigQueryTypes.MAP_VALUE, header.storedValue()));
    }
    TableRow row = Origin.place(origin);
    setIfThere(row, "key", origin.key());
    setIfThere(row, "value", origin.value());
    return row.set("headers", headers)
        .set("code", letter.code().label())
        .set("message", letter.message())
        .set("stage", letter.stage())
        .set("contract", letter.contract())
        .set("contract_version", (long) letter.contractVersion())
        .set("consumer", letter.consumer())
        .set("first_seen", Origin.micros(letter.firstSeenMillis()))
        .set("attempt", (long) letter.attempt())
        .set(Origin.WRITTEN_AT, Origin.micros(writtenAtMillis));
  }

  private static void setIfThere(TableRow row, String column, byte @Nullable [] bytes) {
    if (bytes != null) {
      row.set(column, bytes);
    }
  }
}
