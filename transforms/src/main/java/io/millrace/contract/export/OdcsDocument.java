package io.millrace.contract.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.Contract;
import io.millrace.contract.Durations;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.TableDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A data contract in the Open Data Contract Standard, version 3.1, about the tables whose columns
 * the contract decides. It describes what a consumer of the tables gets. How records are decoded is
 * not part of the standard.
 */
public final class OdcsDocument {
  private static final String VERSION = "v3.1.0";

  private final Function<ColumnDefinition, String> physicalType;

  private OdcsDocument(Function<ColumnDefinition, String> physicalType) {
    this.physicalType = physicalType;
  }

  /**
   * The document as YAML.
   *
   * @param physicalType the type of a column in the sink
   */
  public static String of(Contract contract, Function<ColumnDefinition, String> physicalType) {
    try {
      return YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build()
          .writeValueAsString(new OdcsDocument(physicalType).document(contract));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write YAML: " + e.getOriginalMessage(), e);
    }
  }

  private Map<String, Object> document(Contract contract) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("apiVersion", VERSION);
    document.put("kind", "DataContract");
    document.put("id", contract.name());
    document.put("name", contract.name());
    document.put("version", String.valueOf(contract.version()));
    document.put("status", "active");
    if (!contract.description().isBlank()) {
      document.put("description", Map.of("purpose", contract.description().strip()));
    }
    List<Object> tables = new ArrayList<>();
    List<Object> levels = new ArrayList<>();
    for (TableRole role : TableRole.of(contract)) {
      tables.add(table(role));
      TableDefinition table = role.table();
      if (table.ttl() != null) {
        Map<String, Object> level = new LinkedHashMap<>();
        level.put("property", "retention");
        level.put("value", Durations.format(table.ttl()));
        level.put("element", table.name() + "." + table.timeColumn());
        levels.add(level);
      }
    }
    document.put("schema", tables);
    if (!levels.isEmpty()) {
      document.put("slaProperties", levels);
    }
    return document;
  }

  private Map<String, Object> table(TableRole role) {
    Map<String, Object> table = new LinkedHashMap<>();
    table.put("name", role.table().name());
    table.put("logicalType", "object");
    table.put("physicalType", "table");
    table.put(
        "description", role.about().isEmpty() ? role.holds() : role.holds() + ": " + role.about());
    List<Object> columns = new ArrayList<>();
    for (ColumnDefinition column : role.table().columns()) {
      columns.add(column(role.table(), column));
    }
    table.put("properties", columns);
    return table;
  }

  private Map<String, Object> column(TableDefinition table, ColumnDefinition column) {
    Map<String, Object> property = new LinkedHashMap<>();
    property.put("name", column.name());
    property.putAll(logical(column.field()));
    property.put("physicalType", physicalType.apply(column));
    property.put("required", !column.nullable());
    int position = table.identity().indexOf(column.name());
    if (position >= 0) {
      property.put("primaryKey", true);
      property.put("primaryKeyPosition", position + 1);
    }
    if (column.name().equals(table.timeColumn())) {
      property.put("partitioned", true);
      property.put("partitionKeyPosition", 1);
    }
    if (!column.field().path().isEmpty()) {
      property.put("description", "the event's " + column.field().dottedPath());
    }
    return property;
  }

  private static Map<String, Object> logical(FieldDefinition field) {
    Map<String, Object> logical = new LinkedHashMap<>();
    logical.put("logicalType", logicalType(field));
    FieldDefinition items = field.items();
    if (items != null && field.type() == FieldType.ARRAY) {
      logical.put("items", logical(items));
    }
    if (!field.fields().isEmpty()) {
      logical.put(
          "properties",
          field.fields().stream()
              .map(
                  f -> {
                    Map<String, Object> property = new LinkedHashMap<>();
                    property.put("name", f.name());
                    property.putAll(logical(f));
                    return property;
                  })
              .toList());
    }
    String format = format(field);
    if (format != null) {
      logical.put("logicalTypeOptions", Map.of("format", format));
    }
    return logical;
  }

  private static String logicalType(FieldDefinition field) {
    return switch (field.type()) {
      case STRING, UUID, TEXT, IPV4, IPV6, ENUM -> "string";
      case INT32, INT64, UINT64 -> "integer";
      case FLOAT32, FLOAT64, DECIMAL -> "number";
      case BOOLEAN -> "boolean";
      case TIMESTAMP -> "timestamp";
      case JSON -> field.storedAsJson() ? "object" : "string";
      case MAP, RECORD -> "object";
      case ARRAY -> "array";
    };
  }

  private static @Nullable String format(FieldDefinition field) {
    return switch (field.type()) {
      case UUID -> "uuid";
      case INT32 -> "i32";
      case INT64 -> "i64";
      case UINT64 -> "u64";
      case FLOAT32 -> "f32";
      case FLOAT64 -> "f64";
      case IPV4 -> "ipv4";
      case IPV6 -> "ipv6";
      case ENUM, STRING, TEXT, DECIMAL, BOOLEAN, TIMESTAMP, JSON, MAP, RECORD, ARRAY -> null;
    };
  }
}
