package io.millrace.cli.deadletters;

import io.millrace.clickhouse.encoding.ValueEncoders;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.clickhouse.schema.DeadLetterTable;
import io.millrace.contract.Contract;
import io.millrace.event.SourceRecord;
import io.millrace.verify.AuditMinutes;
import io.millrace.verify.ClickHouseQueries;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The table that marks replayed dead letters. Its name is the dead-letter table's and {@code
 * _replays}; the first replay creates it. A row is an event that a replay makes of a dead letter,
 * by the place of its record and its number in it. The last written row of a place counts.
 *
 * <p>A replay claims events before the pipeline reads them, so that a replay that was killed can be
 * started again: {@code first} still says whether the event is the first of its identity, although
 * its row may be written by then. {@code outcome} is empty for a claim. {@link #settle} sets it to
 * what the audit says. {@code written} tells whether the tables have a row of the event itself.
 */
public final class ReplayTable {
  private static final String PLACE = "contract, topic, partition, offset, record_time, element";

  /** Rows in one INSERT, so that a statement stays below the server's limit of 256 KiB. */
  private static final int MOST_ROWS = 500;

  private final ClickHouseQueries tables;
  private final String name;
  private @Nullable Boolean auditHasElements;
  private @Nullable AuditMinutes auditMinutes;

  /** The table of a dead-letter table; queries nothing. */
  public ReplayTable(ClickHouseQueries tables, String deadLetters) {
    this.tables = tables;
    this.name = deadLetters + DeadLetterTable.REPLAYS_SUFFIX;
  }

  /**
   * An event of a record.
   *
   * @param recordTimeMillis as tables store it
   * @param element the event's number in its record, from 0
   */
  record Place(String topic, int partition, long offset, long recordTimeMillis, int element) {
    static Place of(SourceRecord record, int element) {
      return new Place(
          record.topic(),
          record.partition(),
          record.offset(),
          ValueEncoders.storable(record.recordTimeMillis()),
          element);
    }

    Place of(int otherElement) {
      return new Place(topic, partition, offset, recordTimeMillis, otherElement);
    }
  }

  /**
   * An event that the table holds or will hold.
   *
   * @param first whether it is the first of its identity
   * @param written whether its row was in the tables of accepted events or of errors before
   * @param outcome empty for one that the pipeline has to read
   */
  record Claim(Place place, boolean first, boolean written, String outcome) {
    /** Whether the pipeline has to read it: a replay has claimed it and did not end. */
    boolean isOpen() {
      return outcome.isEmpty();
    }

    /** Whether it is known to be the first of its identity, or not to be; null: ask the tables. */
    @Nullable Boolean decided() {
      return isOpen() ? Boolean.valueOf(first) : written ? Boolean.TRUE : null;
    }
  }

  /** Whether a replay has created it. */
  public boolean isThere() {
    return tables.hasTable(name);
  }

  void create() {
    tables.rows(
        """
        CREATE TABLE IF NOT EXISTS `%s` (contract LowCardinality(String), topic LowCardinality(String),
          partition Int32, offset Int64, record_time DateTime64(3, 'UTC'), element Int32, first UInt8, written UInt8,
          claimed_at DateTime64(3, 'UTC'), outcome LowCardinality(String), settled_at DateTime64(3, 'UTC'))
        ENGINE = ReplacingMergeTree ORDER BY (%s)
        COMMENT 'Millrace: events that replays make of dead letters'
        """
            .formatted(name, PLACE));
  }

  /**
   * The condition in SQL for dead letters that no replay has brought to another outcome.
   *
   * @param many whether the dead-letter table has elements
   */
  public String openCondition(boolean many) {
    return ("(contract, topic, partition, offset, record_time, %s) NOT IN (SELECT %s FROM `%s` FINAL WHERE"
            + " outcome NOT IN ('', 'dead'))")
        .formatted(many ? "element" : "toInt32(0)", PLACE, name);
  }

  /** Writes events, in order. */
  void claim(String contract, List<Claim> claims, long nowMillis) {
    for (int from = 0; from < claims.size(); from += MOST_ROWS) {
      String rows =
          claims.subList(from, Math.min(claims.size(), from + MOST_ROWS)).stream()
              .map(
                  claim ->
                      "(%s, %d, %d, %d, %d, %d, %d, %s)"
                          .formatted(
                              ClickHouseQueries.literal(claim.place.topic()),
                              claim.place.partition(),
                              claim.place.offset(),
                              claim.place.recordTimeMillis(),
                              claim.place.element(),
                              claim.first ? 1 : 0,
                              claim.written ? 1 : 0,
                              ClickHouseQueries.literal(claim.outcome)))
              .collect(Collectors.joining(", "));
      tables.rows(
          """
          INSERT INTO `%s` (%s, first, written, claimed_at, outcome, settled_at)
          SELECT %s, topic, partition, offset, fromUnixTimestamp64Milli(time, 'UTC'), element, first, written,
            fromUnixTimestamp64Milli(toInt64(%d), 'UTC'), outcome, fromUnixTimestamp64Milli(toInt64(%d), 'UTC')
          FROM values('topic String, partition Int32, offset Int64, time Int64, element Int32, first UInt8, written UInt8, outcome String', %s)
          """
              .formatted(
                  name, PLACE, ClickHouseQueries.literal(contract), nowMillis, nowMillis, rows));
    }
  }

  /** The events of records that the table holds. */
  Map<Place, Claim> claims(String contract, Collection<SourceRecord> records) {
    Map<Place, Claim> claims = new HashMap<>();
    tables.rows(
        "SELECT topic, partition, offset, toUnixTimestamp64Milli(record_time), element, first,"
            + " written, outcome FROM `%s` FINAL WHERE contract = %s AND (topic, partition, offset) IN (%s)"
                .formatted(name, ClickHouseQueries.literal(contract), places(records)),
        row ->
            claims.put(
                place(row), new Claim(place(row), row[5].equals("1"), row[6].equals("1"), row[7])));
    return claims;
  }

  /** The audited outcome of each event of records. */
  Map<Place, String> audited(Contract contract, Collection<SourceRecord> records) {
    Map<Place, String> outcomes = new HashMap<>();
    String view = contract.tables().audit().name() + "_exact";
    tables.rows(
        "SELECT topic, partition, offset, toUnixTimestamp64Milli(record_time), %s, outcome FROM"
                .formatted(element(view))
            + " `%s` WHERE contract = %s AND (topic, partition, offset) IN (%s)%s"
                .formatted(
                    view,
                    ClickHouseQueries.literal(contract.name()),
                    places(records),
                    minutes(view)
                        .andOf(records.stream().mapToLong(SourceRecord::recordTimeMillis))),
        row -> outcomes.put(place(row), row[5]));
    return outcomes;
  }

  private AuditMinutes minutes(String view) {
    AuditMinutes known = auditMinutes;
    if (known == null) {
      known = new AuditMinutes(tables, view);
      auditMinutes = known;
    }
    return known;
  }

  private static String places(Collection<SourceRecord> records) {
    return records.stream()
        .map(
            record ->
                "(%s, toInt32(%d), toInt64(%d))"
                    .formatted(
                        ClickHouseQueries.literal(record.topic()),
                        record.partition(),
                        record.offset()))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static Place place(String[] row) {
    return new Place(
        row[0],
        Integer.parseInt(row[1]),
        Long.parseLong(row[2]),
        Long.parseLong(row[3]),
        Integer.parseInt(row[4]));
  }

  private String element(String view) {
    Boolean known = auditHasElements;
    if (known == null) {
      known = tables.hasColumn(view, ClickHouseTable.ELEMENT);
      auditHasElements = known;
    }
    return known ? "element" : "toInt32(0)";
  }

  /**
   * Sets the outcome of each event that was audited since its claim. A run that reads an old record
   * again may also make a live one dead. Idempotent. The server does it alone; its cost depends on
   * the number of events that were ever replayed.
   */
  void settle(Contract contract) {
    String view = contract.tables().audit().name() + "_exact";
    String ours = "contract = " + ClickHouseQueries.literal(contract.name());
    String claims = "SELECT %s FROM `" + name + "` FINAL WHERE " + ours;
    tables.rows(
        """
        INSERT INTO `%1$s` (%2$s, first, written, claimed_at, outcome, settled_at)
        SELECT claim.contract, claim.topic, claim.partition, claim.offset, claim.record_time, claim.element,
          claim.first, claim.written OR audited.outcome IN ('accepted', 'error'), claim.claimed_at,
          audited.outcome, now64(3, 'UTC')
        FROM (SELECT topic, partition, offset, record_time, %4$s AS element, outcome, written_at
          FROM `%5$s` WHERE %6$s AND (topic, partition, offset) IN (%7$s)%8$s) AS audited
        INNER JOIN (%3$s) AS claim
        ON claim.topic = audited.topic AND claim.partition = audited.partition AND claim.offset = audited.offset
          AND claim.record_time = audited.record_time AND claim.element = audited.element
        WHERE audited.written_at >= claim.claimed_at AND audited.outcome != claim.outcome
        """
            .formatted(
                name,
                PLACE,
                claims.formatted("*"),
                element(view),
                view,
                ours,
                claims.formatted("topic, partition, offset"),
                minutes(view).andOfTable("`" + name + "` FINAL WHERE " + ours)));
  }
}
