package io.millrace.cli.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contract.Alert;
import io.millrace.contract.Contract;
import io.millrace.verify.ClickHouseQueries;
import java.util.List;

/** The state of each alert of the contracts, and their changes in a range of time. */
final class AlertFigures {
  private static final int MOST_GROUPS = 200;
  private static final int MOST_CHANGES = 200;

  private final TableQueries tables;
  private final List<Contract> contracts;

  AlertFigures(TableQueries tables, List<Contract> contracts) {
    this.tables = tables;
    this.contracts = contracts;
  }

  /** States are those of now, whatever the range is. Changes that were revoked are left out. */
  JsonNode answer(TimeRange range) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode alerts = answer.putArray("alerts");
    ArrayNode states = answer.putArray("states");
    ArrayNode changes = answer.putArray("changes");
    for (Contract contract : contracts) {
      contract.alerts().all().forEach(alert -> declared(contract, alert, alerts.addObject()));
      if (!contract.alerts().isEmpty()) {
        tables.with(
            queries -> {
              read(queries, contract, range, states, changes);
              return answer;
            });
      }
    }
    return answer;
  }

  private static void declared(Contract contract, Alert alert, ObjectNode node) {
    node.put("contract", contract.name()).put("alert", alert.name()).put("on", alert.rollup());
    node.put("when", alert.when()).put("clear", alert.clear());
    node.put("hold", alert.hold().toMillis());
    node.put("absent_for", alert.absentFor() == null ? null : alert.absentFor().toMillis());
  }

  private static void read(
      ClickHouseQueries queries,
      Contract contract,
      TimeRange range,
      ArrayNode states,
      ArrayNode changes) {
    String table = contract.alerts().table();
    if (!queries.hasTable(table + "_current")) {
      return;
    }
    for (JsonNode row : TableQueries.rows(queries, current(table))) {
      ObjectNode state = states.addObject().put("contract", contract.name());
      state.set("alert", row.get(0));
      state.set("group", row.get(1));
      state.set("state", row.get(2));
      state.put("since", row.get(3).asLong());
      state.set("summary", row.get(4));
      state.set("labels", row.get(5));
      state.put("changed", row.get(6).asLong());
    }
    for (JsonNode row : TableQueries.rows(queries, changes(table, range))) {
      ObjectNode change = changes.addObject().put("contract", contract.name());
      change.put("at", row.get(0).asLong());
      change.set("alert", row.get(1));
      change.set("group", row.get(2));
      change.set("change", row.get(3));
      change.set("summary", row.get(4));
      change.put("corrected", row.get(5).asBoolean());
    }
  }

  private static String current(String table) {
    return """
    SELECT alert, group_key, latest_state, ifNull(%s, 0), latest_summary,
      latest_labels, %s
    FROM %s WHERE latest_state IN ('firing', 'pending')
    ORDER BY latest_state, latest_firing_since, alert, group_key LIMIT %d"""
        .formatted(
            TableQueries.millis("latest_firing_since"),
            TableQueries.millis("last_change"),
            TableQueries.quoted(table + "_current"),
            MOST_GROUPS);
  }

  private static String changes(String table, TimeRange range) {
    return """
    SELECT %s, alert, group_key, change, summary, corrected
    FROM %s WHERE NOT revoked AND %s
    ORDER BY changed_at DESC, alert, group_key, change LIMIT %d"""
        .formatted(
            TableQueries.millis("changed_at"),
            TableQueries.quoted(table + "_exact"),
            range.sql("changed_at"),
            MOST_CHANGES);
  }
}
