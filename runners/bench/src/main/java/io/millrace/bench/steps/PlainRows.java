package io.millrace.bench.steps;

import io.millrace.clickhouse.beam.BeamClickHouseWrite;
import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Event;
import io.millrace.event.Packed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.Row;

/**
 * Converts events to rows like a user of ClickHouseIO, for a table of types that it writes
 * correctly, with times in milliseconds. Has no checks and no audit.
 */
final class PlainRows extends DoFn<List<Event>, Row> {
  private static final long serialVersionUID = 1L;

  private final Packed<Contract> contract;
  private transient TableDefinition table;
  private transient Schema schema;

  PlainRows(Contract contract) {
    this.contract = Packed.of(contract);
  }

  @Setup
  public void setUp() {
    table = contract.get().tables().normal();
    schema = schema(table);
  }

  @ProcessElement
  public void process(@Element List<Event> group, OutputReceiver<Row> out) {
    for (Event event : group) {
      out.output(row(event.row(), table, schema));
    }
  }

  static Row row(Row event, TableDefinition table, Schema schema) {
    List<Object> values = new ArrayList<>(table.columns().size());
    for (ColumnDefinition column : table.columns()) {
      Object value = event.getValue(column.index());
      if (column.hasExtraDigits()) {
        values.add(column.extraDigits((Instant) value));
      } else {
        values.add(value instanceof Instant time ? (Long) time.toEpochMilli() : value);
      }
    }
    return Row.withSchema(schema).attachValues(values);
  }

  static Schema schema(TableDefinition table) {
    Schema.Builder schema = Schema.builder();
    for (ColumnDefinition column : table.columns()) {
      Schema.FieldType type =
          switch (column.field().type()) {
            case STRING, TEXT, JSON -> Schema.FieldType.STRING;
            case INT32 -> Schema.FieldType.INT32;
            case INT64, TIMESTAMP -> Schema.FieldType.INT64;
            case UINT64, FLOAT32, FLOAT64, DECIMAL, BOOLEAN, UUID, IPV4, IPV6, ENUM ->
                throw new IllegalArgumentException("not measured: " + column.field().type());
            case MAP, ARRAY, RECORD ->
                throw new IllegalArgumentException("not measured: " + column.field().type());
          };
      schema.addField(Schema.Field.of(column.name(), type).withNullable(column.nullable()));
    }
    return schema.build();
  }

  static List<BeamClickHouseWrite.Column> columns(TableDefinition table) {
    return schema(table).getFields().stream()
        .map(field -> new BeamClickHouseWrite.Column(field.getName(), type(field.getType())))
        .collect(Collectors.toList());
  }

  private static String type(Schema.FieldType type) {
    // ClickHouse has the same names: String, Int32, Int64.
    String plain = type.getTypeName().name();
    plain = plain.charAt(0) + plain.substring(1).toLowerCase(Locale.ROOT);
    return type.getNullable() ? "Nullable(" + plain + ")" : plain;
  }

  static String createTable(String database, TableDefinition table) {
    return columns(table).stream()
        .map(c -> c.name() + " " + c.type())
        .collect(
            Collectors.joining(
                ", ",
                "CREATE TABLE " + database + "." + table.name() + " (",
                ") ENGINE = MergeTree ORDER BY query_id"));
  }
}
