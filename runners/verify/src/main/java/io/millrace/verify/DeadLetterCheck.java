package io.millrace.verify;

import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.verify.ManifestDifferences.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Compares dead letters with the malformed records that were sent. Matches them by partition, time
 * and bytes, and compares the error code.
 */
final class DeadLetterCheck {
  private final ManifestDifferences differences;

  /** Expected codes by partition, time and bytes. */
  private final Map<String, List<String>> expected = new HashMap<>();

  DeadLetterCheck(ManifestDifferences differences) {
    this.differences = differences;
  }

  void expect(ManifestEntry entry) {
    String sha256 = entry.sha256() == null ? "" : entry.sha256();
    expected
        .computeIfAbsent(place(entry.partition(), entry.sentAt(), sha256), k -> new ArrayList<>(1))
        .add(entry.code());
  }

  private static String place(Object partition, Object sentAt, String sha256) {
    return "partition " + partition + ", sent at " + sentAt + ", SHA-256 " + sha256;
  }

  /**
   * Compares all dead letters.
   *
   * @param from the SQL table and condition
   * @param event returns the missing event with a SHA-256; null if there is none
   */
  void compare(ClickHouseQueries tables, String from, UnaryOperator<String> event) {
    tables.rows(
        "SELECT partition, toUnixTimestamp64Milli(record_time),"
            + " if(isNull(value), '', lower(hex(SHA256(assumeNotNull(value))))), code FROM "
            + from,
        row -> found(row, event));
    expected.forEach(
        (place, codes) ->
            codes.forEach(
                code -> differences.add(Kind.MISSING, "dead letter " + code + ", " + place)));
  }

  private void found(String[] row, UnaryOperator<String> event) {
    String place = place(row[0], row[1], row[2]);
    String code = row[3];
    List<String> codes = expected.get(place);
    if (codes != null && codes.remove(code)) {
      return;
    }
    if (codes != null && !codes.isEmpty()) {
      String sent = codes.remove(0);
      differences.add(
          Kind.WRONG_VALUES, "dead letter, " + place + ": expected " + sent + ", found " + code);
      return;
    }
    String elsewhere = event.apply(row[2]);
    if (elsewhere != null) {
      differences.add(Kind.WRONG_OUTCOME, elsewhere + ", found as dead letter " + code);
    } else {
      differences.add(Kind.EXTRA, "dead letter " + code + ", " + place);
    }
  }
}
