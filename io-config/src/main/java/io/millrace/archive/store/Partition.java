package io.millrace.archive.store;

import io.millrace.event.Outcome;
import java.io.Serializable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * The rows that share files: those of one outcome, table and day.
 *
 * @param outcome accepted, error, late or dead
 * @param table the table that holds the rows in another sink
 * @param date the day in UTC: {@code 2026-03-01}
 * @param shard which of several writers has them; all shards share a directory
 */
public record Partition(Outcome outcome, String table, String date, int shard)
    implements Serializable {
  private static final String DATE = "event_date=";

  /** The partition of a time in milliseconds since the epoch, UTC. */
  public static Partition of(Outcome outcome, String table, long millis, int shard) {
    String date = LocalDate.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC).toString();
    return new Partition(outcome, table, date, shard);
  }

  /** Its directory below the archive's root. */
  public String directory() {
    return outcome.label() + "/" + table + "/" + DATE + date;
  }

  /** A text that {@link #parse} reads. */
  public String key() {
    return outcome.name() + "/" + table + "/" + date + "/" + shard;
  }

  /** The partition of a {@link #key}. */
  public static Partition parse(String key) {
    String[] parts = key.split("/", -1);
    return new Partition(Outcome.valueOf(parts[0]), parts[1], parts[2], Integer.parseInt(parts[3]));
  }
}
