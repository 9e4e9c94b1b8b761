package io.millrace.direct;

import io.millrace.testdata.Manifest;
import io.millrace.testdata.ManifestEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what is in the tables with a manifest, event by event: what is missing, what is there
 * and should not be, and what is there with other values. Knows the tables of the query events.
 */
final class ManifestCheck {
  private static final int EXAMPLES = 5;

  private static final String IDENTITY =
      "concat(query_id, '|', event_type, '|', toString(toUnixTimestamp64Milli(event_time)))";

  /** The hash that the manifest holds, recomputed from the columns. */
  private static final String ROW_HASH =
      "lower(hex(SHA256(concatWithSeparator(char(31), query_id, event_type, query_text, user_id,"
          + " database_name, toString(ifNull(duration_ms, 0)), toString(ifNull(rows_affected, 0)),"
          + " ifNull(payload, ''), %s, toString(toUnixTimestamp64Milli(event_time))))))";

  private final ClickHouseQueries tables;
  private final Map<String, Integer> expected = new HashMap<>();
  private final List<String> examples = new ArrayList<>();
  private long differences;
  private long duplicates;

  ManifestCheck(ClickHouseQueries tables) {
    this.tables = tables;
  }

  /**
   * Compares.
   *
   * @param manifests of everything that was sent
   * @param duplicatesCounted what the pipeline counted; duplicates leave no row
   */
  Result compare(List<Path> manifests, long duplicatesCounted) {
    manifests.forEach(manifest -> Manifest.read(manifest, this::expect));
    tables.rows(
        "SELECT " + IDENTITY + ", " + ROW_HASH.formatted("''") + " FROM sink_output_exact",
        row -> found("accepted " + row[0] + " " + row[1]));
    tables.rows(
        "SELECT " + IDENTITY + ", database_name FROM error_events_exact",
        row -> found("error " + row[0] + " " + row[1]));
    tables.rows(
        "SELECT "
            + IDENTITY
            + ", "
            + ROW_HASH.formatted("ifNull(error, '')")
            + " FROM late_events_exact",
        row -> found("late " + row[0] + " " + row[1]));
    tables.rows(
        "SELECT partition, code, if(isNull(value), '', lower(hex(SHA256(assumeNotNull(value)))))"
            + " FROM dead_letters_exact",
        row -> found("dead " + row[0] + " " + row[1] + " " + row[2]));
    expected.forEach((what, times) -> differ("missing " + times + "x: " + what, times));
    if (duplicates != duplicatesCounted) {
      differ(
          "duplicates: expected " + duplicates + ", counted " + duplicatesCounted,
          Math.abs(duplicates - duplicatesCounted));
    }
    return new Result(differences, List.copyOf(examples));
  }

  private void expect(ManifestEntry entry) {
    switch (entry.outcome()) {
      case ACCEPTED -> expect("accepted " + entry.identity() + " " + entry.rowSha256());
      case ERROR -> expect("error " + entry.identity() + " " + entry.database());
      // A late event that comes twice is late twice, and one row for whoever queries.
      case LATE -> expected.put("late " + entry.identity() + " " + entry.rowSha256(), 1);
      case DEAD ->
          expect(
              "dead "
                  + entry.partition()
                  + " "
                  + entry.code()
                  + " "
                  + (entry.sha256() == null ? "" : entry.sha256()));
      case DUPLICATE -> duplicates++;
    }
  }

  private void expect(String what) {
    expected.merge(what, 1, Integer::sum);
  }

  private void found(String what) {
    Integer times = expected.remove(what);
    if (times == null) {
      differ("not expected: " + what, 1);
    } else if (times > 1) {
      expected.put(what, times - 1);
    }
  }

  private void differ(String what, long times) {
    differences += times;
    if (examples.size() < EXAMPLES) {
      examples.add(what);
    }
  }

  /**
   * What came of the comparison.
   *
   * @param differences how many rows are missing, unexpected or hold other values
   * @param examples the first few of them
   */
  record Result(long differences, List<String> examples) {}
}
