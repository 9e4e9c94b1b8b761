package io.millrace.clickhouse.schema;

import io.millrace.contract.Contract;
import io.millrace.io.schema.Remedy;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The statements by which a run creates a contract's tables and views in an empty server. */
public final class DdlScript {
  private DdlScript() {}

  /**
   * The statements, each with a semicolon and an empty line after it; empty if no table fits.
   *
   * @param table only the statements of this table and its views; empty: all, and the database
   */
  public static String of(Contract contract, String database, String table) {
    List<ClickHouseTable> tables = ClickHouseTable.of(contract);
    return TableCheck.differences(database, tables, Map.of(), (expected, life, ttl) -> false)
        .stream()
        .filter(difference -> table.isEmpty() || difference.table().equals(table))
        .map(difference -> ((Remedy.Change) difference.remedy()).statement() + ";\n")
        .collect(Collectors.joining("\n"));
  }
}
