package io.millrace.clickhouse.write;

import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.RowBlockBuilder;
import io.millrace.clickhouse.encoding.TableRowWriter;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.fixtures.TestEvents;
import io.millrace.io.SinkMigration;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A contract that changes, its tables and batches of its rows. */
final class ChangingTables {
  private ChangingTables() {}

  static Contract contract(int version, String... fields) {
    return withTtl(version, "", fields);
  }

  static Contract withTtl(int version, String ttl, String... fields) {
    List<String> names = new ArrayList<>();
    for (String field : fields) {
      names.add(field.substring(0, field.indexOf(':')));
    }
    String columns = "[id, " + String.join(", ", names) + ", at, ingestion_time, extra]";
    return ContractLoader.parse(
        """
        contract: changing
        version: %d
        format: json
        fields:
          id: {type: string, required: true}
          %s
          at: {type: timestamp, format: epoch_ms, required: true}
        event_time: {field: at}
        identity: [id, at]
        unknown_fields: {column: extra, as: json}
        tables:
          normal: {name: things, columns: %s%s}
          error: {name: things_error, columns: %s}
          late: {name: things_late, columns: %s}
          dead_letters: {name: things_dead}
        """
            .formatted(version, String.join("\n  ", fields), columns, ttl, columns, columns),
        "changing.yaml");
  }

  static ClickHouseSink sink(LocalClickHouse server, String database, Contract contract) {
    return ClickHouseSink.of(
        ClickHouseConfig.of(server.address(), database),
        contract,
        DeadLetterFactory.of(contract, "test", Clock.system()),
        Clock.system());
  }

  static SinkMigration migrate(ClickHouseSink sink) {
    return sink.migrate(false, change -> {});
  }

  static InsertClient client(LocalClickHouse server, String database) {
    return new HttpInsertClient(ClickHouseConfig.of(server.address(), database));
  }

  static ClickHouseTable things(Contract contract) {
    return ClickHouseTable.of(contract).get(0);
  }

  static Batch batch(Contract contract, int from, int to, Map<String, Object> given)
      throws InvalidRowException {
    RowBlockBuilder builder = new RowBlockBuilder();
    TableRowWriter writer = TableRowWriter.of(contract.tables().normal());
    for (int n = from; n < to; n++) {
      Map<String, Object> values = new HashMap<>(given);
      values.put("id", "n" + n);
      values.put("at", Instant.ofEpochMilli(TestEvents.BASE_TIME));
      values.put("ingestion_time", Instant.ofEpochMilli(TestEvents.BASE_TIME));
      Event event =
          TestEvents.event(contract, values, TestEvents.BASE_TIME, TestEvents.origin(n, 1));
      builder.add(event.values(), writer, TestEvents.BASE_TIME, event.origin());
    }
    return Batch.of(List.of(builder.build()));
  }

  static String number(LocalClickHouse server, String query) {
    return server.query(query).strip();
  }
}
