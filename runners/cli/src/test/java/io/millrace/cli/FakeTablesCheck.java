package io.millrace.cli;

import com.google.api.services.bigquery.model.TableRow;
import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.testdata.manifest.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Compares the tables of a fake BigQuery with the manifest of what was sent, event by event: none
 * missing, extra, wrong or repeated. The fake runs no SQL, so the exact views are not asked; rows
 * are counted as they are. Only a late event that was sent twice may be there twice, as one
 * identity.
 */
final class FakeTablesCheck {
  private final FakeTables tables;
  private final List<String> differences = new ArrayList<>();

  private FakeTablesCheck(FakeTables tables) {
    this.tables = tables;
  }

  /** The differences, one line each. */
  static List<String> compare(FakeTables tables, Path manifest) throws Exception {
    FakeTablesCheck check = new FakeTablesCheck(tables);
    List<ManifestEntry> sent = new ArrayList<>();
    Manifest.read(manifest, sent::add);
    check.events(sent, Outcome.ACCEPTED, "sink_output");
    check.events(sent, Outcome.ERROR, "error_events");
    check.events(sent, Outcome.LATE, "late_events");
    check.deadLetters(sent);
    check.audit(sent);
    return check.differences;
  }

  private void events(List<ManifestEntry> sent, Outcome outcome, String table) throws Exception {
    Map<String, String> expected = new HashMap<>();
    Map<String, Integer> times = new HashMap<>();
    for (ManifestEntry entry : sent) {
      if (entry.outcome() == outcome) {
        boolean error = outcome == Outcome.ERROR;
        expected.put(
            entry.identity(), error ? entry.database() + "|" + entry.userId() : entry.rowSha256());
        times.merge(entry.identity(), 1, Integer::sum);
      }
    }
    for (TableRow row : tables.rows(table)) {
      String identity =
          text(row, "query_id") + "|" + text(row, "event_type") + "|" + millis(row, "event_time");
      String values = expected.get(identity);
      if (values == null) {
        differences.add("extra in " + table + ": " + identity);
      } else if (times.merge(identity, -1, Integer::sum) < 0) {
        differences.add("repeated in " + table + ": " + identity);
      } else {
        String found =
            outcome == Outcome.ERROR
                ? text(row, "database_name") + "|" + text(row, "user_id")
                : hash(row);
        if (!found.equals(values)) {
          differences.add("wrong values in " + table + ": " + identity + ": " + row);
        }
      }
    }
    times.forEach(
        (identity, left) -> {
          if (left > 0) {
            differences.add("missing in " + table + ": " + identity);
          }
        });
  }

  private static String hash(TableRow row) throws Exception {
    String columns =
        String.join(
            "\u001f",
            text(row, "query_id"),
            text(row, "event_type"),
            text(row, "query_text"),
            text(row, "user_id"),
            text(row, "database_name"),
            number(row, "duration_ms"),
            number(row, "rows_affected"),
            text(row, "payload"),
            text(row, "error"),
            Long.toString(millis(row, "event_time")));
    return sha256(columns.getBytes(StandardCharsets.UTF_8));
  }

  private void deadLetters(List<ManifestEntry> sent) throws Exception {
    Map<String, Integer> expected = new HashMap<>();
    for (ManifestEntry entry : sent) {
      if (entry.outcome() == Outcome.DEAD) {
        String bytes = entry.sha256() == null ? "tombstone" : entry.sha256();
        expected.merge(
            entry.partition() + " " + entry.sentAt() + " " + bytes + " " + entry.code(),
            1,
            Integer::sum);
      }
    }
    for (TableRow row : tables.rows("dead_letters")) {
      Object value = row.get("value");
      String bytes =
          value == null ? "tombstone" : sha256(Base64.getDecoder().decode(value.toString()));
      String letter =
          text(row, "partition")
              + " "
              + millis(row, "record_time")
              + " "
              + bytes
              + " "
              + text(row, "code");
      if (expected.merge(letter, -1, Integer::sum) < 0) {
        differences.add("extra dead letter: " + letter);
      }
    }
    expected.forEach(
        (letter, left) -> {
          if (left > 0) {
            differences.add("missing dead letter: " + letter);
          }
        });
  }

  private void audit(List<ManifestEntry> sent) throws Exception {
    Map<String, Integer> expected = new HashMap<>();
    for (ManifestEntry entry : sent) {
      String place = entry.partition() + " " + entry.sentAt() + " " + entry.outcome().label();
      expected.merge(place, 1, Integer::sum);
    }
    Map<String, Integer> records = new HashMap<>();
    Map<String, Integer> moved = new HashMap<>();
    for (TableRow row : tables.rows("audit")) {
      String record = text(row, "partition") + "@" + text(row, "offset");
      if (records.merge(record, 1, Integer::sum) > 1) {
        differences.add("repeated in the audit: " + record);
      }
      String place =
          text(row, "partition") + " " + millis(row, "record_time") + " " + text(row, "outcome");
      expected.merge(place, -1, Integer::sum);
    }
    // Which of two copies is the duplicate is decided by their order; their sum is not.
    expected.forEach(
        (place, left) -> {
          String outcome = place.substring(place.lastIndexOf(' ') + 1);
          boolean copies = List.of("accepted", "error", "duplicate").contains(outcome);
          if (copies) {
            moved.merge(outcome, left, Integer::sum);
          } else if (left != 0) {
            differences.add("the audit differs by " + -left + ": " + place);
          }
        });
    moved.forEach(
        (outcome, left) -> {
          if (left != 0) {
            differences.add("the audit differs by " + -left + ": " + outcome);
          }
        });
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static String text(TableRow row, String column) {
    Object value = row.get(column);
    return value == null ? "" : value.toString();
  }

  private static String number(TableRow row, String column) {
    Object value = row.get(column);
    return value == null ? "0" : value.toString();
  }

  private static long millis(TableRow row, String column) {
    // The fake puts a blank and a T between date and time of day.
    String text = text(row, column).replace(" ", "");
    return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC).toEpochMilli();
  }
}
