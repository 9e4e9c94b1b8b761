package io.millrace.bigquery;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import io.millrace.bigquery.schema.BigQueryTypes;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import java.io.IOException;
import java.util.List;

/** A contract whose tables change, and BigQuery with them. */
final class Things {
  static final String DECLARED =
      """
      contract: things
      version: 1
      format: json
      fields:
        id: {type: string, required: true}
        at: {type: timestamp, format: epoch_us, required: true}
        score: {type: decimal, precision: 9, scale: 2, required: true}
      %s
      event_time: {field: at}
      identity: [id, score, at]
      unknown_fields: {column: extra, as: map}
      tables:
        normal: {name: things, columns: [id, at, score, extra%s], order_by: [id]%s}
        error: {name: things_error, columns: [id, at, score, extra]}
        late: {name: things_late, columns: [id, at, score, extra]}
        dead_letters: {name: things_dead}
      """;

  private Things() {}

  static Contract things(String fields, String columns, String more) {
    return ContractLoader.parse(DECLARED.formatted(fields, columns, more), "things.yaml");
  }

  static BigQuerySink sink(FakeBigQuery fake, Contract contract) {
    return fake.sink(fake.config(), contract, Clock.system());
  }

  static FakeBigQuery with(Contract contract) throws Exception {
    FakeBigQuery fake = FakeBigQuery.withDataset();
    sink(fake, contract).prepare();
    return fake;
  }

  static List<String> columns(Table table) {
    return table.getSchema().getFields().stream()
        .map(c -> c.getName() + " " + BigQueryTypes.sql(c) + " " + c.getMode())
        .toList();
  }

  static TableFieldSchema column(FakeBigQuery fake, String table, String name) throws IOException {
    return fake.table(table).getSchema().getFields().stream()
        .filter(c -> c.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
