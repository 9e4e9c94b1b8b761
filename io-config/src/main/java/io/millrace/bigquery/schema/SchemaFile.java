package io.millrace.bigquery.schema;

import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableReference;
import io.millrace.contract.Contract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** The tables of a contract as JSON, as BigQuery's tools take them. */
public final class SchemaFile {
  private SchemaFile() {}

  /** A list of tables as the REST API takes them, without project and dataset. */
  public static String tables(Contract contract) {
    List<Table> tables =
        BigQueryTable.of(contract).stream()
            .map(
                table ->
                    table
                        .definition("", "")
                        .setTableReference(new TableReference().setTableId(table.name())))
            .toList();
    return json(tables);
  }

  /** The columns of one table, as {@code bq mk --schema} takes them; empty: no such table. */
  public static Optional<String> columns(Contract contract, String name) {
    return BigQueryTable.of(contract).stream()
        .filter(table -> table.name().equals(name))
        .findFirst()
        .map(table -> json(table.stored()));
  }

  private static String json(Object value) {
    try {
      return GsonFactory.getDefaultInstance().toPrettyString(value);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write JSON", e);
    }
  }
}
