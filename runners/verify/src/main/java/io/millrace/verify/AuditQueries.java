package io.millrace.verify;

import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.clickhouse.schema.DeadLetterTable;
import io.millrace.contract.Contract;
import io.millrace.event.LostRange;
import io.millrace.event.Outcome;
import io.millrace.kafka.RecordPosition;
import io.millrace.kafka.consume.OffsetSpan;
import io.millrace.pipeline.WrongUseException;
import io.millrace.pubsub.PubsubAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Queries the audit table of contracts through its exact view: an event that was read several times
 * counts once, with its last outcome.
 */
public final class AuditQueries {
  private static final int EXAMPLES = 20;

  // 2262-01-01. The audit clamps times that ClickHouse cannot represent.
  private static final long LATEST_COMPARED = 9_214_646_400_000L;

  private final ClickHouseQueries tables;
  private final String view;
  private final String lostRanges;
  private final String ours;
  private @Nullable AuditMinutes minutes;

  /**
   * Creates queries on one contract's records.
   *
   * @param topics topics to include; all if empty
   */
  public AuditQueries(ClickHouseQueries tables, Contract contract, List<String> topics) {
    this(tables, List.of(contract), topics);
  }

  /**
   * Creates queries on the records of the contracts of one run, which share an audit table.
   *
   * @param topics topics to include; all if empty
   */
  AuditQueries(ClickHouseQueries tables, List<Contract> contracts, List<String> topics) {
    this.tables = tables;
    String table = contracts.get(0).tables().audit().name();
    this.view = table + "_exact";
    this.lostRanges = table + LostRange.TABLE_SUFFIX;
    String named =
        contracts.stream()
            .map(contract -> ClickHouseQueries.literal(contract.name()))
            .collect(Collectors.joining(", ", "contract IN (", ")"));
    this.ours =
        topics.isEmpty()
            ? named
            : named
                + " AND topic IN ("
                + topics.stream().map(ClickHouseQueries::literal).collect(Collectors.joining(", "))
                + ")";
  }

  /** Asked for when the view is there. */
  private AuditMinutes minutes() {
    AuditMinutes known = minutes;
    if (known == null) {
      known = new AuditMinutes(tables, view);
      minutes = known;
    }
    return known;
  }

  String view() {
    return view;
  }

  /** The SQL condition for these contracts and these topics. */
  String ours() {
    return ours;
  }

  boolean isThere() {
    return tables.hasTable(view);
  }

  /**
   * Offsets that readers reported as lost; may overlap. The arrival time of a lost record is
   * unknown but precedes its detection, so the result contains all offsets detected since the range
   * began.
   */
  List<OffsetSpan> lostRanges(AuditRange range) {
    return unread(range, "reason NOT IN ('skipped', 'topic_deleted', 'truncated')", "1");
  }

  /** Likewise, of logs that continued with other records at these offsets. */
  List<OffsetSpan> replacedRanges(AuditRange range) {
    return unread(range, "reason IN ('topic_deleted', 'truncated')", "0");
  }

  /** Offsets before the places at which readers were told to begin; may overlap. */
  List<OffsetSpan> skippedRanges() {
    return unread(new AuditRange(null, null), "reason = 'skipped'", "0");
  }

  /**
   * Ranges of a kind.
   *
   * @param without the condition for a table that an older version wrote, without reasons
   */
  private List<OffsetSpan> unread(AuditRange range, String kind, String without) {
    if (!tables.hasTable(lostRanges)) {
      return List.of();
    }
    return spans(
        "SELECT DISTINCT topic, partition, first_offset, last_offset FROM "
            + lostRanges
            + " WHERE "
            + ours
            + " AND "
            + (tables.hasColumn(lostRanges, "reason") ? kind : without)
            + (range.from() == null ? "" : " AND detected_at >= " + AuditRange.time(range.from()))
            + " ORDER BY 1, 2, 3");
  }

  /** Whether the audit table has event times; older ones do not. */
  boolean knowsEventTimes() {
    return tables.hasColumn(view, "event_time");
  }

  /** Counts the records of a range; {@code events} is the number of their outcomes. */
  RecordCounts records(AuditRange range, long events) {
    if (!tables.hasColumn(view, ClickHouseTable.ELEMENTS)) {
      return RecordCounts.ofWhole(events);
    }
    String[] counts =
        tables
            .rows(
                "SELECT countIf(element = 0), countIf(outcome = '"
                    + Outcome.NO_EVENT
                    + "') FROM "
                    + view
                    + where(range))
            .get(0);
    String incomplete =
        "SELECT topic, partition, offset, max(elements) - uniqExact(element) AS missing,"
            + " min(element) AS first FROM "
            + view
            + where(range)
            + " AND elements > 1 GROUP BY topic, partition, offset, record_time"
            + " HAVING missing > 0";
    String[] missing =
        tables.rows("SELECT sum(missing), countIf(first > 0) FROM (" + incomplete + ")").get(0);
    List<String> examples = new ArrayList<>();
    if (!missing[0].equals("0")) {
      tables.rows(
          incomplete + " ORDER BY 1, 2, 3 LIMIT " + EXAMPLES,
          row -> examples.add("%s/%s@%s: %s events".formatted(row[0], row[1], row[2], row[3])));
    }
    return new RecordCounts(
        Long.parseLong(counts[0]) + Long.parseLong(missing[1]),
        Long.parseLong(counts[1]),
        Long.parseLong(missing[0]),
        List.copyOf(examples));
  }

  /** Events by outcome and minute of arrival, in milliseconds since the epoch. */
  public SortedMap<Long, Map<Outcome, Long>> minutes(AuditRange range) {
    SortedMap<Long, Map<Outcome, Long>> minutes = new TreeMap<>();
    tables.rows(
        // Not toStartOfMinute: it overflows outside 1970 to 2106, and -1 stands for no time.
        ("SELECT toInt64(floor(toUnixTimestamp64Milli(record_time) / 60000)) * 60000,"
                + " outcome, count() FROM %s%s AND outcome != '%s' GROUP BY 1, 2")
            .formatted(view, where(range), Outcome.NO_EVENT),
        row ->
            minutes
                .computeIfAbsent(Long.parseLong(row[0]), minute -> new EnumMap<>(Outcome.class))
                .put(outcome(row[1]), Long.parseLong(row[2])));
    return minutes;
  }

  /**
   * From the first to the last offset of a range, by partition. Excludes Pub/Sub subscriptions,
   * whose message ids are not consecutive.
   */
  List<OffsetSpan> spans(AuditRange range) {
    return spans(
        "SELECT topic, partition, min(offset), max(offset) FROM "
            + view
            + where(range)
            + " AND NOT startsWith(topic, "
            + ClickHouseQueries.literal(PubsubAddress.RECORD_TOPIC_PREFIX)
            + ") GROUP BY 1, 2 ORDER BY 1, 2");
  }

  /** The contiguous audited parts of these spans, in order, regardless of arrival time. */
  List<OffsetSpan> unbroken(List<OffsetSpan> within) {
    if (within.isEmpty()) {
      return List.of();
    }
    String places =
        within.stream()
            .map(
                span ->
                    "topic = %s AND partition = %s AND offset >= %s AND offset < %s"
                        .formatted(
                            ClickHouseQueries.literal(span.topic()),
                            span.partition(),
                            span.from(),
                            span.to()))
            .collect(Collectors.joining(") OR (", "((", "))"));
    return spans(
        "SELECT topic, partition, min(offset), max(offset) FROM (SELECT topic, partition, offset,"
            // Equal for all contiguous offsets. By rank, because a topic that was deleted and
            // created again has an offset twice.
            + " offset - dense_rank() OVER (PARTITION BY topic, partition ORDER BY offset) AS run"
            + " FROM "
            + view
            + " WHERE "
            + ours
            + " AND "
            + places
            + ") GROUP BY topic, partition, run ORDER BY 1, 2, 3");
  }

  /** The given records that the audit has with the same time, or that have no time to compare. */
  Set<RecordPosition> audited(List<RecordPosition> records) {
    Set<RecordPosition> audited = new HashSet<>();
    Map<OffsetSpan, RecordPosition> asked = new HashMap<>();
    for (RecordPosition record : records) {
      if (record.timeMillis() < 0 || record.timeMillis() > LATEST_COMPARED) {
        audited.add(record);
      } else {
        asked.put(record.span(), record);
      }
    }
    if (!asked.isEmpty()) {
      String rows =
          asked.values().stream()
              .map(
                  record ->
                      "(%s, %d, %d, %d)"
                          .formatted(
                              ClickHouseQueries.literal(record.topic()),
                              record.partition(),
                              record.offset(),
                              record.timeMillis()))
              .collect(Collectors.joining(", "));
      spans(
              ("SELECT DISTINCT topic, partition, offset, offset FROM %s WHERE %s AND"
                      + " (topic, partition, offset, toUnixTimestamp64Milli(record_time)) IN (%s)%s")
                  .formatted(
                      view,
                      ours,
                      rows,
                      minutes()
                          .andOf(asked.values().stream().mapToLong(RecordPosition::timeMillis))))
          .forEach(span -> audited.add(asked.get(span)));
    }
    return audited;
  }

  private List<OffsetSpan> spans(String sql) {
    List<OffsetSpan> spans = new ArrayList<>();
    tables.rows(
        sql,
        row ->
            spans.add(
                new OffsetSpan(
                    row[0],
                    Integer.parseInt(row[1]),
                    Long.parseLong(row[2]),
                    Long.parseLong(row[3]) + 1)));
    return spans;
  }

  /** The WHERE clause of these records in a range, for the audit's view. */
  String where(AuditRange range) {
    return whereOfAny(range) + minutes().andOf(range);
  }

  /** The same for another table that has the records' places and times. */
  String whereOfAny(AuditRange range) {
    return " WHERE " + ours + " AND " + range.sql();
  }

  /**
   * The SQL condition for dead letters that no replay has brought to another outcome: replayed ones
   * stay in their table, and the audit has their new outcome.
   *
   * @param deadLetters the dead-letter table
   */
  String stillDead(String deadLetters) {
    String replays = deadLetters + DeadLetterTable.REPLAYS_SUFFIX;
    if (!tables.hasTable(replays)) {
      return "";
    }
    boolean many = tables.hasColumn(deadLetters + "_exact", ClickHouseTable.ELEMENT);
    boolean audited = tables.hasColumn(view, ClickHouseTable.ELEMENT);
    String place = "topic, partition, offset, record_time, ";
    return (" AND (%s) NOT IN (SELECT %s FROM %s WHERE %s AND outcome != 'dead'"
            + " AND (topic, partition, offset) IN (SELECT topic, partition, offset FROM `%s`)%s)")
        .formatted(
            place + (many ? "element" : "toInt32(0)"),
            place + (audited ? "element" : "toInt32(0)"),
            view,
            ours,
            replays,
            minutes().andOfTable("`" + replays + "`"));
  }

  private static Outcome outcome(String label) {
    for (Outcome outcome : Outcome.values()) {
      if (outcome.label().equals(label)) {
        return outcome;
      }
    }
    throw new WrongUseException("the audit table contains an unknown outcome: " + label);
  }
}
