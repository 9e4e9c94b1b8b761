package io.millrace.alert;

import io.millrace.contract.Alerts;
import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.event.RowValues;
import io.millrace.rollup.RollupRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The changes of a contract's alerts that follow from the final results of its roll-ups, in memory.
 * The conditions and states are those of {@link JudgeAlerts}. Event time ends with the last window
 * of each roll-up: until then, a group without a result is judged as one.
 */
public final class AlertResults {
  private static final int CHANGED_AT = Alerts.schema().indexOf(Alerts.CHANGED_AT);

  private AlertResults() {}

  /**
   * The rows of the table of alerts, in the order of their times.
   *
   * @param results the final results by the names of the tables
   * @param judgedAtMillis when the changes are found, milliseconds since the epoch, UTC
   */
  public static List<RollupRow> of(
      Contract contract, Map<String, List<RollupRow>> results, long judgedAtMillis) {
    Map<String, AlertedRollup> byTable = AlertedRollup.byTable(contract);
    List<RollupRow> changes = new ArrayList<>();
    for (Rollup rollup : contract.rollups()) {
      AlertedRollup alerted = byTable.get(rollup.table());
      if (alerted != null) {
        List<RollupRow> rows = results.getOrDefault(rollup.table(), List.of());
        for (GroupAlerts.Given<RowValues> given : given(alerted, rows)) {
          changes.add(alerted.row(given, judgedAtMillis));
        }
      }
    }
    changes.sort(
        Comparator.comparing(change -> (Instant) change.row().getValues().get(CHANGED_AT)));
    return List.copyOf(changes);
  }

  private static List<GroupAlerts.Given<RowValues>> given(
      AlertedRollup rollup, List<RollupRow> rows) {
    Map<String, TreeMap<Long, StoredResult<RowValues>>> groups = new LinkedHashMap<>();
    long last = Long.MIN_VALUE;
    for (RollupRow row : rows) {
      long tick = rollup.tick(RowValues.of(row.row()));
      last = Math.max(last, tick);
      groups
          .computeIfAbsent(rollup.key(row.row()), key -> new TreeMap<>())
          .put(tick, StoredResult.of(rollup, rollup.bytes(row.row())));
    }
    List<GroupAlerts.Given<RowValues>> given = new ArrayList<>();
    for (TreeMap<Long, StoredResult<RowValues>> group : groups.values()) {
      GroupAlerts<RowValues> alerts = rollup.newGroup();
      for (Map.Entry<Long, StoredResult<RowValues>> result : group.entrySet()) {
        alerts = advanced(rollup, alerts, result.getKey() - 1, given);
        given.addAll(alerts.add(result.getKey(), result.getValue()));
      }
      GroupAlerts<RowValues> unused = advanced(rollup, alerts, last, given);
    }
    return given;
  }

  /** Moves event time on; a group that is forgotten begins anew. */
  private static GroupAlerts<RowValues> advanced(
      AlertedRollup rollup,
      GroupAlerts<RowValues> alerts,
      long tick,
      List<GroupAlerts.Given<RowValues>> given) {
    GroupAlerts<RowValues> now = alerts;
    while (now.wake() != AlertTimeline.NONE && now.wake() <= tick) {
      given.addAll(now.advance(now.wake(), false));
      if (now.isForgotten()) {
        now = rollup.newGroup();
      }
    }
    return now;
  }
}
