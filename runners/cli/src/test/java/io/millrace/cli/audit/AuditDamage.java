package io.millrace.cli.audit;

import java.util.function.Consumer;

/** Alters single events of the audit, whose rows hold many. */
public final class AuditDamage {
  private AuditDamage() {}

  /**
   * Removes events, as if their outcomes had never been written.
   *
   * @param sql sends a statement
   * @param audit the audit's name with its database
   * @param which a condition on the columns of the audit's view
   */
  public static void forget(Consumer<String> sql, String audit, String which) {
    String left = audit + "_left";
    sql.accept(
        "CREATE TABLE %s ENGINE = Memory AS SELECT * FROM %s_exact WHERE NOT (%s)"
            .formatted(left, audit, which));
    sql.accept("TRUNCATE TABLE " + audit + "_batches");
    add(sql, audit, left);
    sql.accept("DROP TABLE " + left + " SYNC");
  }

  /**
   * Adds events.
   *
   * @param from a table or query with the columns of the audit's view
   */
  public static void add(Consumer<String> sql, String audit, String from) {
    sql.accept(
        "INSERT INTO "
            + audit
            + "_batches SELECT contract, topic, partition, minute, outcome, written_at, count(),"
            + " groupArray(offset), groupArray(record_time), groupArray(event_time),"
            + " groupArray(element), groupArray(elements) FROM "
            + from
            + " GROUP BY contract, topic, partition, minute, outcome, written_at SETTINGS"
            + " insert_deduplicate = 0");
  }
}
