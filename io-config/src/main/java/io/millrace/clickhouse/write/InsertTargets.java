package io.millrace.clickhouse.write;

import io.millrace.clickhouse.schema.AlertTable;
import io.millrace.clickhouse.schema.AuditTable;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.clickhouse.schema.DeadLetterTable;
import io.millrace.clickhouse.schema.LostRangeTable;
import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import java.util.HashMap;
import java.util.Map;

/** The tables of a contract that rows are inserted into, by name. */
final class InsertTargets {
  private InsertTargets() {}

  static Map<String, InsertTarget> of(Contract contract) {
    Contract.Tables tables = contract.tables();
    Map<String, InsertTarget> targets = new HashMap<>();
    for (TableDefinition table : tables.accepted()) {
      add(targets, InsertTarget.of(ClickHouseTable.of(contract, table), Outcome.ACCEPTED));
    }
    if (tables.error() != null) {
      add(targets, InsertTarget.of(ClickHouseTable.of(contract, tables.error()), Outcome.ERROR));
    }
    add(targets, InsertTarget.of(ClickHouseTable.of(contract, tables.late()), Outcome.LATE));
    add(targets, InsertTarget.of(DeadLetterTable.of(contract), Outcome.DEAD));
    add(
        targets,
        new InsertTarget(
            tables.audit().name(),
            AuditTable.of(contract),
            AuditTable.entryEncoding(contract),
            null,
            PipelineMetrics.counter(PipelineMetrics.AUDITED)));
    add(
        targets,
        InsertTarget.of(
            LostRangeTable.of(contract),
            PipelineMetrics.counter(PipelineMetrics.LOST_RANGES_AUDITED)));
    for (Rollup rollup : contract.rollups()) {
      add(targets, results(ClickHouseTable.of(contract, rollup)));
    }
    AlertTable.of(contract).ifPresent(table -> add(targets, results(table)));
    return targets;
  }

  private static InsertTarget results(ClickHouseTable table) {
    return InsertTarget.of(table, PipelineMetrics.counter(PipelineMetrics.ROLLUPS_WRITTEN));
  }

  private static void add(Map<String, InsertTarget> targets, InsertTarget target) {
    targets.put(target.name(), target);
  }
}
