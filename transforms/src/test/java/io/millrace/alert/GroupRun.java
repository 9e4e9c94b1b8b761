package io.millrace.alert;

import io.millrace.alert.GroupAlerts.Given;
import io.millrace.alert.NumberAlert.Result;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Drives the alerts of one group as {@link JudgeAlertsFn} does, and keeps what a table would. */
final class GroupRun {
  private final List<NumberAlert> alerts;
  private final long keepTicks;
  private final List<Given<Result>> given = new ArrayList<>();
  private GroupAlerts<Result> group;
  private long time = Long.MIN_VALUE;
  private int forgotten;

  GroupRun(List<NumberAlert> alerts, long keepTicks) {
    this.alerts = alerts;
    this.keepTicks = keepTicks;
    this.group = empty();
  }

  private GroupAlerts<Result> empty() {
    return new GroupAlerts<>(NumberAlert.RESULTS, alerts, keepTicks);
  }

  /** Stores the state and reads it again, as between two bundles or after a restart. */
  void restart() {
    group = empty().read(group.toBytes());
  }

  /** How often the state was freed. */
  int forgotten() {
    return forgotten;
  }

  GroupRun result(long tick, long events, long value) {
    given.addAll(group.add(tick, NumberAlert.stored(events, value)));
    fireTimers();
    return this;
  }

  /** Moves event time on. */
  GroupRun until(long tick) {
    time = tick;
    fireTimers();
    return this;
  }

  private void fireTimers() {
    while (group.wake() != AlertTimeline.NONE && group.wake() <= time) {
      given.addAll(group.advance(group.wake(), false));
      if (group.isForgotten()) {
        forgotten++;
        group = empty();
      }
    }
  }

  List<Given<Result>> given() {
    return given;
  }

  /** What was given, for people: the alert, the change and its time, and marks of corrections. */
  List<String> texts() {
    return given.stream()
        .map(
            one ->
                one.alert().name()
                    + " "
                    + one.change().kind()
                    + "@"
                    + one.change().tick()
                    + (one.revoked() ? " revoked" : one.corrected() ? " corrected" : "")
                    + " -> "
                    + one.state())
        .toList();
  }

  /** The changes of an alert as the exact view of a table shows them, without revoked ones. */
  List<AlertChange> table(String alert) {
    Map<String, Given<Result>> rows = new LinkedHashMap<>();
    for (Given<Result> one : given) {
      if (one.alert().name().equals(alert)) {
        rows.merge(
            one.change().kind() + "@" + one.change().tick(),
            one,
            (before, after) -> after.revision() >= before.revision() ? after : before);
      }
    }
    return rows.values().stream()
        .filter(row -> !row.revoked())
        .map(Given::change)
        .sorted(Comparator.comparingLong(AlertChange::tick))
        .toList();
  }
}
