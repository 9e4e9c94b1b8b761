package io.millrace.cli.explain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.pipeline.WrongUseException;
import io.millrace.verify.ClickHouseQueries;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads dead letters of ClickHouse, by the view without duplicates of their table. */
public final class DeadLetterReader {
  private final ClickHouseQueries tables;
  private final String view;

  /**
   * Creates a reader. Queries nothing.
   *
   * @param table the name of the dead-letter table
   */
  public DeadLetterReader(ClickHouseQueries tables, String table) {
    this.tables = tables;
    this.view = table + "_exact";
  }

  /** The names of the dead-letter tables in a database, by their columns. */
  public static List<String> tables(ClickHouseQueries database) {
    List<String> names = new ArrayList<>();
    database.rows(
        """
        SELECT substring(table, 1, length(table) - 6) FROM system.columns
        WHERE database = currentDatabase() AND endsWith(table, '_exact')
          AND name IN ('topic', 'code', 'stage', 'contract_version', 'first_seen', 'attempt')
        GROUP BY table HAVING count() = 6 ORDER BY table
        """,
        row -> names.add(row[0]));
    return List.copyOf(names);
  }

  /** Whether the table is there. */
  public boolean isThere() {
    return tables.hasTable(view);
  }

  /** Whether the table tells elements of records. */
  public boolean hasElements() {
    return tables.hasColumn(view, ClickHouseTable.ELEMENT);
  }

  /**
   * The dead letters of a position: one, or one for each dead element of the record. A topic that
   * was created again may have given a position twice.
   *
   * @throws WrongUseException if there is none, or the table cannot be read
   */
  public List<StoredDeadLetter> read(DeadLetterPlace place) {
    List<StoredDeadLetter> letters = new ArrayList<>();
    if (isThere()) {
      read(condition(place, hasElements()), true, letters::add);
    }
    if (letters.isEmpty()) {
      throw new WrongUseException(
          "no dead letter %s in %s; expected the place of one, as in its columns topic, partition and offset"
              .formatted(place, view));
    }
    return letters;
  }

  private static String condition(DeadLetterPlace place, boolean many) {
    return "topic = %s AND partition = %d AND offset = %d"
            .formatted(ClickHouseQueries.literal(place.topic()), place.partition(), place.offset())
        + (many && place.element() != null ? " AND element = " + place.element() : "");
  }

  /**
   * Passes dead letters to a receiver one by one, in the order of their places.
   *
   * @param condition a condition in SQL on the columns of the view
   * @param values whether to read their bytes
   * @throws WrongUseException if the table cannot be read
   */
  public void read(String condition, boolean values, Consumer<StoredDeadLetter> letters) {
    boolean many = hasElements();
    // All that may hold tabs and line ends is in base64.
    tables.rows(
        """
        SELECT isNull(key), base64Encode(ifNull(key, '')),
          %s, ifNull(length(value), -1),
          arrayStringConcat(arrayMap((n, v) -> concat(base64Encode(n), ':', base64Encode(v)),
            mapKeys(headers), mapValues(headers)), ','),
          base64Encode(code), base64Encode(message), base64Encode(stage), base64Encode(contract),
          contract_version, toUnixTimestamp64Milli(record_time), attempt,
          base64Encode(topic), partition, offset, base64Encode(consumer),
          toUnixTimestamp64Milli(first_seen), %s
        FROM `%s`
        WHERE %s
        ORDER BY topic, partition, offset, record_time, %s
        """
            .formatted(
                values ? "base64Encode(ifNull(value, ''))" : "''",
                many ? "element, elements" : "-1, 1",
                view,
                condition,
                many ? "element" : "contract"),
        row -> letters.accept(letter(row, values)));
  }

  private static StoredDeadLetter letter(String[] row, boolean values) {
    long length = Long.parseLong(row[3]);
    return new StoredDeadLetter(
        new SourceRecord(
            text(row[12]),
            Integer.parseInt(row[13]),
            Long.parseLong(row[14]),
            row[0].equals("1") ? null : Base64.getDecoder().decode(row[1]),
            bytes(length, row[2], values),
            headers(row[4]),
            Long.parseLong(row[10]),
            Long.MIN_VALUE,
            null,
            Integer.parseInt(row[17]),
            Integer.parseInt(row[18])),
        length,
        text(row[5]),
        text(row[6]),
        text(row[7]),
        "",
        text(row[8]),
        Integer.parseInt(row[9]),
        text(row[15]),
        Long.parseLong(row[16]),
        Integer.parseInt(row[11]));
  }

  private static byte @Nullable [] bytes(long length, String base64, boolean values) {
    return length < 0 || !values ? null : Base64.getDecoder().decode(base64);
  }

  private static String text(String base64) {
    return new String(Base64.getDecoder().decode(base64), UTF_8);
  }

  private static List<Header> headers(String text) {
    List<Header> headers = new ArrayList<>();
    for (String header : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      int colon = header.indexOf(':');
      String name = text(header.substring(0, colon));
      byte[] value = Base64.getDecoder().decode(header.substring(colon + 1));
      boolean none = value.length == 0 && name.endsWith(Header.NULL_SUFFIX);
      headers.add(
          none
              ? new Header(name.substring(0, name.length() - Header.NULL_SUFFIX.length()), null)
              : new Header(name, value));
    }
    return List.copyOf(headers);
  }
}
