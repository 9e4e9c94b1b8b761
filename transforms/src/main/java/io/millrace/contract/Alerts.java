package io.millrace.contract;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The alerts of a contract and the table of their changes. A change is identified by alert, group,
 * event time and kind. A correction writes the same change again with a greater {@link #REVISION},
 * which replaces the earlier row in queries.
 *
 * @param table the name of the table; empty without alerts
 * @param ttl how long a change is kept; null: indefinitely
 * @param all the alerts on roll-ups, in order
 * @param health the alerts on the health of the contract's run, in order; none of this is about
 *     them
 */
public record Alerts(
    String table, @Nullable Duration ttl, List<Alert> all, List<HealthAlert> health)
    implements Serializable {

  /** A contract without alerts, which has no table for them. */
  public static final Alerts NONE = new Alerts("", null, List.of(), List.of());

  /** Column: the name of the alert. */
  public static final String ALERT = "alert";

  /** Column: the values of the group as a JSON array. */
  public static final String GROUP_KEY = "group_key";

  /** Column: what changed: pending, firing, resolved or inactive. */
  public static final String CHANGE = "change";

  /** Column: the event time of the change, UTC. */
  public static final String CHANGED_AT = "changed_at";

  /** Column: the state of alert and group after everything that is known: see the rows' order. */
  public static final String STATE = "state";

  /** Column: the event time since which the alert fires, or fired until this change. */
  public static final String FIRING_SINCE = "firing_since";

  /** Column: whether a late result added or altered the change. */
  public static final String CORRECTED = "corrected";

  /** Column: whether a late result showed that the change did not happen. */
  public static final String REVOKED = "revoked";

  /** Column: of several rows of one change, the greatest is the latest. */
  public static final String REVISION = "revision";

  /** Column: the labels. */
  public static final String LABELS = "labels";

  /** Column: the summary. */
  public static final String SUMMARY = "summary";

  /** Column: when the change was found, by the worker's clock, UTC. */
  public static final String JUDGED_AT = "judged_at";

  public Alerts {
    all = List.copyOf(all);
    // Savepoints from before there were alerts on health
    health = health == null ? List.of() : List.copyOf(health);
  }

  /** Whether the pipeline has nothing to judge. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** What concerns the pipeline: a change of the others must change none of its coders. */
  public Alerts withoutHealth() {
    return new Alerts(table, ttl, all, List.of());
  }

  /** The columns, in the order of the rows. The window is that of the result judged last. */
  public static List<FieldDefinition> columns() {
    return List.of(
        name(ALERT),
        FieldDefinition.column(GROUP_KEY, FieldType.STRING, true),
        name(CHANGE),
        FieldDefinition.column(CHANGED_AT, FieldType.TIMESTAMP, true),
        name(STATE),
        FieldDefinition.column(FIRING_SINCE, FieldType.TIMESTAMP, false),
        FieldDefinition.column(CORRECTED, FieldType.BOOLEAN, true),
        FieldDefinition.column(REVOKED, FieldType.BOOLEAN, true),
        FieldDefinition.column(REVISION, FieldType.INT64, true),
        FieldDefinition.column(Rollup.WINDOW_START, FieldType.TIMESTAMP, true),
        FieldDefinition.column(Rollup.WINDOW_END, FieldType.TIMESTAMP, true),
        FieldDefinition.column(LABELS, FieldType.MAP, false),
        FieldDefinition.column(SUMMARY, FieldType.TEXT, true),
        FieldDefinition.column(JUDGED_AT, FieldType.TIMESTAMP, true));
  }

  private static FieldDefinition name(String column) {
    return FieldDefinition.added(column, FieldType.STRING, true, 0, 0, null, true);
  }

  public static Schema schema() {
    return RowSchemas.of(columns());
  }

  /** The table, independent of any sink's dialect; empty without alerts. */
  public Optional<TableDefinition> definition() {
    if (all.isEmpty()) {
      return Optional.empty();
    }
    List<FieldDefinition> fields = columns();
    List<ColumnDefinition> columns = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      columns.add(new ColumnDefinition(fields.get(i), i, fields.get(i).nullable()));
    }
    return Optional.of(
        new TableDefinition(
            table,
            List.copyOf(columns),
            List.of(ALERT, GROUP_KEY, CHANGED_AT, CHANGE),
            List.of(ALERT, GROUP_KEY),
            CHANGED_AT,
            ttl));
  }
}
