package io.millrace.clickhouse.schema;

import io.millrace.clickhouse.schema.ServerTables.ServerTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The views of the {@link AuditTable}, by name: one row for each event as it was written, each
 * event once with its last outcome, and their number by minute.
 *
 * <p>An event that was read again is in two batches, which have its minute in common. So each
 * minute of a partition is taken apart by itself: the batch that was inserted last, by the server's
 * clock, comes first, and of each place only the first entry counts. The rows are sorted by minute,
 * so this needs the memory of one minute, and a condition on the minute reads only its rows.
 */
final class AuditViews {
  private static final List<String> ENTRY =
      List.of(
          "contract",
          "topic",
          "partition",
          "offset",
          "record_time",
          "outcome",
          "written_at",
          "event_time",
          ClickHouseTable.ELEMENT,
          ClickHouseTable.ELEMENTS,
          AuditTable.MINUTE);

  private static final List<String> BY_MINUTE =
      List.of("contract", "topic", AuditTable.MINUTE, "outcome", "records");

  /**
   * One entry a batch, the last inserted first; the number of each event among those of its place.
   * Offsets alone, which mostly suffice, cost a third.
   */
  private static final String MINUTES =
      """
      SELECT contract, topic, partition, minute,
        arrayReverseSort(b -> b.1, groupArray(((inserted_at, written_at), outcome, offsets, record_times, event_times,
          arrayResize(element_numbers, records), arrayResize(element_counts, records, 1)))) AS batches,
        arrayEnumerateUniq(arrayFlatten(batches.3)) AS by_offset,
        arraySplit((number, first) -> first,
          if(arrayMax(by_offset) <= 1, by_offset, arrayEnumerateUniq(arrayFlatten(batches.3),
            arrayFlatten(batches.4), arrayFlatten(batches.6))),
          arrayFlatten(arrayMap(o -> arrayResize([1], length(o)), batches.3))) AS numbers
      FROM %s
      GROUP BY contract, topic, partition, minute
      SETTINGS optimize_aggregation_in_order = 1""";

  private static final String ENTRIES =
      """
      SELECT contract, topic, partition, offset, record_time, outcome, written_at, event_time, element,
        element_count AS elements, minute
      FROM (SELECT contract, topic, partition, minute, outcome, written_at, offsets, record_times,
        event_times, arrayResize(element_numbers, records) AS element_of_each,
        arrayResize(element_counts, records, 1) AS count_of_each
      FROM %s)
      ARRAY JOIN offsets AS offset, record_times AS record_time, event_times AS event_time,
        element_of_each AS element, count_of_each AS element_count""";

  private static final String EXACT =
      """
      SELECT contract, topic, partition, offset, record_time, outcome, written_at, event_time, element,
        element_count AS elements, minute
      FROM (SELECT contract, topic, partition, minute, batch.1.2 AS written_at, batch.2 AS outcome,
        batch.3 AS offsets, batch.4 AS record_times, batch.5 AS event_times,
        batch.6 AS element_of_each, batch.7 AS count_of_each, numbers_of_batch
      FROM (%s)
      ARRAY JOIN batches AS batch, numbers AS numbers_of_batch)
      ARRAY JOIN offsets AS offset, record_times AS record_time, event_times AS event_time,
        element_of_each AS element, count_of_each AS element_count, numbers_of_batch AS number
      WHERE number = 1""";

  private static final String PER_MINUTE =
      """
      SELECT contract, topic, minute, outcome, sum(counted) AS records
      FROM (SELECT contract, topic, minute, batch.2 AS outcome,
        arrayCount(number -> number = 1, numbers_of_batch) AS counted
      FROM (%s)
      ARRAY JOIN batches AS batch, numbers AS numbers_of_batch)
      GROUP BY contract, topic, minute, outcome
      HAVING records > 0""";

  /** The rows of a table of an older version, as batches of a minute. */
  private static final String AND_OLDER =
      """
      (SELECT contract, topic, partition, minute, outcome, inserted_at, written_at, records, offsets,
        record_times, event_times, element_numbers, element_counts
      FROM %s
      UNION ALL
      SELECT contract, topic, partition,
        %s AS minute,
        outcome, toDateTime64(0, 3, 'UTC'), max(written_at), toUInt32(count()), groupArray(offset), groupArray(record_time),
        groupArray(%s), groupArray(%s), groupArray(%s)
      FROM %s FINAL
      GROUP BY contract, topic, partition, minute, outcome)""";

  /**
   * A view.
   *
   * @param columns the names of its columns
   * @param select its query
   */
  record AuditView(List<String> columns, String select) {}

  private AuditViews() {}

  /**
   * The views by name, the exact one last: a view of an older version is known by it.
   *
   * @param older the table of an older version; null: there is none
   */
  static Map<String, AuditView> of(
      String database, ClickHouseTable table, @Nullable ServerTable older) {
    String batches = ClickHouseDdl.qualified(database, table.name());
    String minutes =
        MINUTES.formatted(older == null ? batches : withOlder(batches, database, older));
    Map<String, AuditView> views = new LinkedHashMap<>();
    if (older == null) {
      views.put(table.shownAs(), new AuditView(ENTRY, ENTRIES.formatted(batches)));
    }
    views.put(
        table.shownAs() + AuditTable.PER_MINUTE,
        new AuditView(BY_MINUTE, PER_MINUTE.formatted(minutes)));
    views.put(table.exactView(), new AuditView(ENTRY, EXACT.formatted(minutes)));
    return views;
  }

  private static String withOlder(String batches, String database, ServerTable older) {
    return AND_OLDER.formatted(
        batches,
        AuditTable.minuteOf("record_time"),
        orElse(older, "event_time", "toDateTime64(0, 3, 'UTC')"),
        orElse(older, ClickHouseTable.ELEMENT, "toInt32(0)"),
        orElse(older, ClickHouseTable.ELEMENTS, "toInt32(1)"),
        ClickHouseDdl.qualified(database, older.name()));
  }

  private static String orElse(ServerTable older, String column, String otherwise) {
    return older.columns().containsKey(column) ? column : otherwise;
  }
}
