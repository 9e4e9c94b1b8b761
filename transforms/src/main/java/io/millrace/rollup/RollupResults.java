package io.millrace.rollup;

import io.millrace.contract.Contract;
import io.millrace.event.RowValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The final results of a contract's roll-ups over a few events, in memory. The conditions, windows
 * and accumulators are those of {@link RollUpMetrics}, so the results are the rows that it has
 * emitted last when its input ends.
 *
 * <p>Keeps a cell for each window and group. Not thread-safe.
 */
public final class RollupResults {
  private final List<Result> results;

  /** The windows of one roll-up, by their start and then by their group. */
  private record Result(
      CompiledRollup rollup,
      Map<Long, Map<String, Cell>> windows,
      Map<String, SessionList> sessions) {}

  /** The roll-ups of a contract, without events. */
  public RollupResults(Contract contract) {
    List<Result> empty = new ArrayList<>();
    for (CompiledRollup rollup : CompiledRollup.all(contract)) {
      empty.add(new Result(rollup, new TreeMap<>(), new TreeMap<>()));
    }
    this.results = List.copyOf(empty);
  }

  /**
   * Adds an event with the outcome accepted or error.
   *
   * @param row the contract's row of the event
   * @param time the event time, milliseconds since the epoch, UTC
   */
  public void add(RowValues row, long time) {
    for (Result result : results) {
      CompiledRollup rollup = result.rollup;
      if (!rollup.counts(row)) {
        continue;
      }
      String group = CompiledRollup.groupText(rollup.group(row));
      if (rollup.sessions()) {
        result
            .sessions
            .computeIfAbsent(group, text -> new SessionList())
            .addEvent(time, rollup.sizeMillis(), row, rollup::newCell);
        continue;
      }
      WindowStarts windows = rollup.windows();
      long last = windows.last(time);
      for (long start = windows.first(last); start <= last; start += windows.periodMillis()) {
        result
            .windows
            .computeIfAbsent(start, s -> new TreeMap<>())
            .computeIfAbsent(group, text -> rollup.newCell())
            .add(row);
      }
    }
  }

  /**
   * The results by the names of the tables. Windows are in the order of their starts; sessions in
   * the order of their groups.
   */
  public Map<String, List<RollupRow>> rows() {
    Map<String, List<RollupRow>> byTable = new HashMap<>();
    for (Result result : results) {
      CompiledRollup rollup = result.rollup;
      List<RollupRow> rows = new ArrayList<>();
      result.windows.forEach(
          (start, cells) ->
              cells.forEach(
                  (group, cell) ->
                      rows.add(
                          rollup.row(group, start, start + rollup.sizeMillis(), cell, false))));
      result.sessions.forEach(
          (group, sessions) -> {
            // Emitting marks them, so it works on a copy.
            SessionList copy = SessionList.of(sessions.toBytes(), rollup::newCell);
            copy.emitUntil(
                Long.MAX_VALUE,
                (start, end, cell, merged) ->
                    rows.add(rollup.row(group, start, end, cell, merged)));
          });
      byTable.put(rollup.table(), rows);
    }
    return byTable;
  }
}
