package io.millrace.cli.explain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.schema.DeadLetterTable;
import io.millrace.contract.Contract;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.pipeline.WrongUseException;
import io.millrace.verify.ClickHouseQueries;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads dead letters of a contract from ClickHouse, by the view without duplicates. */
final class DeadLetterReader {
  private final ClickHouseQueries tables;
  private final String view;

  DeadLetterReader(ClickHouseConfig output, Contract contract) {
    this.tables = new ClickHouseQueries(output);
    this.view = DeadLetterTable.of(contract).exactView();
  }

  /**
   * The dead letters of a position: one, or one for each dead element of the record. A topic that
   * was created again may have given a position twice.
   *
   * @throws WrongUseException if there is none, or the table cannot be read
   */
  List<StoredDeadLetter> read(DeadLetterPlace place) {
    boolean many =
        tables.number(
                ("SELECT count() FROM system.columns WHERE database = currentDatabase() AND table ="
                        + " %s AND name = 'element'")
                    .formatted(ClickHouseQueries.literal(view)))
            > 0;
    String element = many ? "element, elements" : "0, 1";
    String onlyElement = many && place.element() != null ? " AND element = " + place.element() : "";
    List<StoredDeadLetter> letters = new ArrayList<>();
    // All that may hold tabs and line ends is in base64.
    tables.rows(
        """
        SELECT isNull(key), base64Encode(ifNull(key, '')), isNull(value), base64Encode(ifNull(value, '')),
          arrayStringConcat(arrayMap((n, v) -> concat(base64Encode(n), ':', base64Encode(v)),
            mapKeys(headers), mapValues(headers)), ','),
          base64Encode(code), base64Encode(message), base64Encode(stage), base64Encode(contract),
          contract_version, toUnixTimestamp64Milli(record_time), attempt, %s
        FROM `%s`
        WHERE topic = %s AND partition = %d AND offset = %d%s
        ORDER BY record_time, %s
        """
            .formatted(
                element,
                view,
                ClickHouseQueries.literal(place.topic()),
                place.partition(),
                place.offset(),
                onlyElement,
                many ? "element" : "contract"),
        row -> letters.add(letter(place, row)));
    if (letters.isEmpty()) {
      throw new WrongUseException(
          "--deadLetter: no dead letter %s in %s; expected the place of one, as in its columns topic,"
                  .formatted(place, view)
              + " partition and offset");
    }
    return letters;
  }

  private static StoredDeadLetter letter(DeadLetterPlace place, String[] row) {
    return new StoredDeadLetter(
        new SourceRecord(
            place.topic(),
            place.partition(),
            place.offset(),
            bytes(row[0], row[1]),
            bytes(row[2], row[3]),
            headers(row[4]),
            Long.parseLong(row[10]),
            Long.MIN_VALUE,
            null,
            Integer.parseInt(row[12]),
            Integer.parseInt(row[13])),
        text(row[5]),
        text(row[6]),
        text(row[7]),
        text(row[8]),
        Integer.parseInt(row[9]),
        Integer.parseInt(row[11]));
  }

  private static byte @Nullable [] bytes(String isNull, String base64) {
    return isNull.equals("1") ? null : Base64.getDecoder().decode(base64);
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
