package io.millrace.clickhouse.schema;

import io.millrace.io.SinkMigration.Change;
import io.millrace.io.schema.SchemaPlan;
import java.util.List;
import java.util.Map;

/** The statements that create tables in an empty server, in order. */
public final class Creations {
  private Creations() {}

  public static List<String> of(String database, List<ClickHouseTable> tables) {
    return SchemaPlan.of(
            TableCheck.differences(database, tables, Map.of(), (table, life, before) -> false))
        .migration()
        .changes()
        .stream()
        .map(Change::statement)
        .toList();
  }
}
