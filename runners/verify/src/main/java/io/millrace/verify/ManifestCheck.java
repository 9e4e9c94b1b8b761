package io.millrace.verify;

import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Outcome;
import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.verify.ManifestDifferences.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Compares tables and audit with manifests of everything that was sent, event by event. Supports
 * query events, in the tables of any contract that has their fields.
 *
 * <p>A bounded range checks only events sent within it. Rows have no arrival time, so unexpected
 * rows are reported only for the unbounded range.
 *
 * <p>Takes about 500 bytes of memory per sent event.
 */
public final class ManifestCheck {
  /** The fields that a contract needs for a comparison with a manifest. */
  public static final List<String> FIELDS =
      List.of(
          "query_id",
          "event_type",
          "query_text",
          "user_id",
          "database_name",
          "duration_ms",
          "rows_affected",
          "payload",
          "error",
          "event_time");

  private static final String IDENTITY =
      "concat(query_id, '|', event_type, '|', toString(toUnixTimestamp64Milli(event_time)))";

  /** The manifest's row hash, recomputed from the columns. */
  private static final String ROW_HASH =
      "lower(hex(SHA256(concatWithSeparator(char(31), query_id, event_type, query_text, user_id,"
          + " database_name, toString(ifNull(duration_ms, 0)), toString(ifNull(rows_affected, 0)),"
          + " ifNull(payload, ''), %s, toString(toUnixTimestamp64Milli(event_time))))))";

  /** The event tables, with the SQL of the compared values. */
  private enum Place {
    NORMAL(ROW_HASH.formatted("''")),
    /** The error table lacks some columns of the hash. */
    ERROR("concat(database_name, '|', user_id)"),
    LATE(ROW_HASH.formatted("ifNull(error, '')"));

    private final String values;

    Place(String values) {
      this.values = values;
    }
  }

  private static final class Expected {
    private final String values;
    private final String sha256;
    private final boolean asked;
    private boolean found;

    Expected(String values, String sha256, boolean asked) {
      this.values = values;
      this.sha256 = sha256;
      this.asked = asked;
    }
  }

  /** The expected events of one identity: it can be accepted once, and late afterwards. */
  private static final class Identity {
    private final Map<Place, Expected> places = new EnumMap<>(Place.class);
    private long firstSentAt;
  }

  /** An event in a table where it is unexpected or missing. */
  private record Misplaced(String identity, Place place) {}

  private final ClickHouseQueries tables;
  private final Contract contract;
  private final AuditRange range;
  private final ManifestDifferences differences;
  private final ManifestMinutes minutes;
  private final Map<String, Identity> identities = new HashMap<>();
  private final List<Misplaced> misplaced = new ArrayList<>();
  private final DeadLetterCheck dead;
  private final boolean deadLetterTable;
  private @Nullable Map<String, Misplaced> missingBySha256;

  /**
   * Creates a comparison.
   *
   * @param examples maximum number of examples per kind of difference
   * @param deadLetterTable whether dead letters are written to their table; if not, only their
   *     number per minute is compared
   */
  public ManifestCheck(
      ClickHouseQueries tables,
      Contract contract,
      AuditRange range,
      int examples,
      boolean deadLetterTable) {
    this.deadLetterTable = deadLetterTable;
    this.tables = tables;
    this.contract = contract;
    this.range = range;
    this.differences = new ManifestDifferences(examples);
    this.minutes = new ManifestMinutes(range::holds);
    this.dead = new DeadLetterCheck(differences);
  }

  /**
   * Compares the tables with manifests.
   *
   * @param manifests manifests of everything that was sent
   * @param audited the range's outcomes by minute, from the audit
   */
  public ManifestDifferences compare(List<Path> manifests, Map<Long, Map<Outcome, Long>> audited) {
    manifests.forEach(manifest -> Manifest.read(manifest, this::expect));
    for (Place place : Place.values()) {
      if (place == Place.ERROR && contract.tables().error() == null) {
        continue;
      }
      for (String table : tables(place)) {
        tables.rows(
            "SELECT " + IDENTITY + ", " + place.values + " FROM " + table + "_exact",
            row -> found(place, row[0], row[1]));
      }
    }
    misplaced.forEach(this::judge);
    if (deadLetterTable) {
      dead.compare(
          tables,
          contract.tables().deadLetters().name()
              + "_exact WHERE contract = "
              + ClickHouseQueries.literal(contract.name())
              + " AND "
              + range.sql(),
          this::sentAsEvent);
    }
    identities.forEach(this::missing);
    compareDuplicates(audited);
    minutes.compare(audited, differences);
    return differences;
  }

  private List<String> tables(Place place) {
    return place == Place.NORMAL
        ? contract.tables().accepted().stream().map(TableDefinition::name).toList()
        : List.of(table(place));
  }

  private String table(Place place) {
    return switch (place) {
      case NORMAL -> contract.tables().normal().name();
      case ERROR -> {
        TableDefinition error = contract.tables().error();
        yield error == null ? "an error table (missing in the contract)" : error.name();
      }
      case LATE -> contract.tables().late().name();
    };
  }

  private void expect(ManifestEntry entry) {
    minutes.add(entry);
    switch (entry.outcome()) {
      case ACCEPTED -> expect(entry, Place.NORMAL, entry.rowSha256());
      case ERROR -> expect(entry, Place.ERROR, entry.database() + "|" + entry.userId());
      // A duplicate of a late event is also late; both are one row in the exact view.
      case LATE -> expect(entry, Place.LATE, entry.rowSha256());
      case DEAD -> {
        if (range.holds(entry.sentAt())) {
          dead.expect(entry);
        }
      }
      case DUPLICATE -> {
        Identity first = identities.get(entry.identity());
        if (first != null) {
          minutes.copies(first.firstSentAt, entry.sentAt());
        }
      }
    }
  }

  private void expect(ManifestEntry entry, Place place, String values) {
    Identity identity = identities.computeIfAbsent(entry.identity(), i -> new Identity());
    boolean asked = range.holds(entry.sentAt());
    Expected before = identity.places.get(place);
    if (before == null || (asked && !before.asked)) {
      identity.places.put(place, new Expected(values, entry.sha256(), asked));
    }
    if (place != Place.LATE) {
      identity.firstSentAt = entry.sentAt();
    }
  }

  private void found(Place place, String name, String values) {
    Identity identity = identities.get(name);
    Expected expected = identity == null ? null : identity.places.get(place);
    if (expected == null) {
      misplaced.add(new Misplaced(name, place));
    } else if (expected.found) {
      differences.add(Kind.REPEATED, name + " more than once in " + table(place));
    } else {
      expected.found = true;
      if (expected.asked && !expected.values.equals(values)) {
        differences.add(
            Kind.WRONG_VALUES,
            name + " in " + table(place) + ": sent " + expected.values + ", found " + values);
      }
    }
  }

  /** Called after all tables are read, because the event may also be in the right table. */
  private void judge(Misplaced row) {
    Identity identity = identities.get(row.identity);
    if (identity != null) {
      for (Place right : Place.values()) {
        Expected expected = identity.places.get(right);
        if (expected != null && !expected.found) {
          expected.found = true;
          if (expected.asked) {
            differences.add(
                Kind.WRONG_OUTCOME,
                row.identity + ": expected in " + table(right) + ", found in " + table(row.place));
          }
          return;
        }
      }
    }
    if (range.isWhole()) {
      differences.add(Kind.EXTRA, row.identity + " in " + table(row.place));
    }
  }

  /** The missing event with the bytes of an unexpected dead letter; null if there is none. */
  private @Nullable String sentAsEvent(String sha256) {
    if (missingBySha256 == null) {
      missingBySha256 = new HashMap<>();
      for (Map.Entry<String, Identity> identity : identities.entrySet()) {
        for (Place place : Place.values()) {
          Expected expected = identity.getValue().places.get(place);
          if (expected != null && !expected.found) {
            missingBySha256.put(expected.sha256, new Misplaced(identity.getKey(), place));
          }
        }
      }
    }
    Misplaced event = missingBySha256.remove(sha256);
    if (event == null) {
      return null;
    }
    identities.get(event.identity).places.get(event.place).found = true;
    return event.identity + ": expected in " + table(event.place);
  }

  private void missing(String name, Identity identity) {
    for (Place place : Place.values()) {
      Expected expected = identity.places.get(place);
      if (expected != null && expected.asked && !expected.found) {
        differences.add(Kind.MISSING, name + ": expected in " + table(place));
      }
    }
  }

  private void compareDuplicates(Map<Long, Map<Outcome, Long>> audited) {
    long sent = minutes.of(Outcome.DUPLICATE);
    long found =
        audited.values().stream().mapToLong(m -> m.getOrDefault(Outcome.DUPLICATE, 0L)).sum();
    // A bounded range may contain only one of two copies; ManifestMinutes checks these.
    if (sent != found && range.isWhole()) {
      differences.add(
          Kind.DUPLICATES, "sent " + sent + ", audited " + found, Math.abs(sent - found));
    }
  }
}
