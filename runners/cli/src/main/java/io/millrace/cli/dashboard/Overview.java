package io.millrace.cli.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Rollup;

/** What the dashboard can show, from its flags and contracts alone. */
final class Overview {
  private Overview() {}

  static JsonNode of(DashboardConfig config) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    all.put("database", config.output().database());
    all.put("server", config.output().endpoint());
    all.put("metrics", config.metrics() == null ? null : config.metrics().toString());
    ArrayNode contracts = all.putArray("contracts");
    for (Contract contract : config.contracts()) {
      ObjectNode one = contracts.addObject();
      one.put("name", contract.name()).put("version", contract.version());
      one.put("alerts", contract.alerts().all().size());
      ArrayNode rollups = one.putArray("rollups");
      for (Rollup rollup : contract.rollups()) {
        ObjectNode node = rollups.addObject().put("table", rollup.table());
        node.put("window", rollup.window().kind().name().toLowerCase(java.util.Locale.ROOT));
        node.put("size", rollup.window().size().toMillis());
        ArrayNode groups = node.putArray("group_by");
        rollup.groupBy().stream().map(FieldDefinition::name).forEach(groups::add);
      }
    }
    return all;
  }
}
