package io.millrace.clickhouse.schema;

import io.millrace.clickhouse.schema.ClickHouseTable.View;
import io.millrace.contract.Alerts;
import io.millrace.contract.Contract;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The table of the changes of a contract's alerts. Of several rows of one change, that with the
 * greatest revision stays. The view {@code _current} shows the state of each alert and group: the
 * one in the row of the latest change.
 */
public final class AlertTable {
  private static final List<String> KEY = List.of(Alerts.ALERT, Alerts.GROUP_KEY);

  private static final List<String> LATEST =
      List.of(Alerts.STATE, Alerts.FIRING_SINCE, Alerts.LABELS, Alerts.SUMMARY, Alerts.REVOKED);

  private AlertTable() {}

  /** The table; empty if the contract has no alerts. */
  public static Optional<ClickHouseTable> of(Contract contract) {
    return contract
        .alerts()
        .definition()
        .map(
            table ->
                ClickHouseTable.of(contract, table, List.of(Alerts.REVISION))
                    .withViews(List.of(current(table.name()))));
  }

  private static View current(String table) {
    List<String> columns = new ArrayList<>(KEY);
    List<String> select = new ArrayList<>(KEY.stream().map(ClickHouseTypes::quote).toList());
    String order =
        "(%s, %s)"
            .formatted(
                ClickHouseTypes.quote(Alerts.CHANGED_AT), ClickHouseTypes.quote(Alerts.REVISION));
    for (String column : LATEST) {
      columns.add("latest_" + column);
      // In a tuple, because argMax passes over nulls.
      select.add(
          "tupleElement(argMax(tuple(%s), %s), 1) AS %s"
              .formatted(
                  ClickHouseTypes.quote(column), order, ClickHouseTypes.quote("latest_" + column)));
    }
    columns.add("last_change");
    select.add(
        "max(%s) AS %s"
            .formatted(
                ClickHouseTypes.quote(Alerts.CHANGED_AT), ClickHouseTypes.quote("last_change")));
    return new View(
        table + "_current",
        List.copyOf(columns),
        String.join(", ", select),
        String.join(", ", KEY.stream().map(ClickHouseTypes::quote).toList()));
  }
}
