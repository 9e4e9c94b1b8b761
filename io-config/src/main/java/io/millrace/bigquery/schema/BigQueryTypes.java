package io.millrace.bigquery.schema;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The BigQuery type of a contract's field, in two forms. <b>Stored</b> is the column. <b>Sent</b>
 * is the schema that rows are encoded with: the same, except that decimals and uint64 are sent as
 * text. NUMERIC and BIGNUMERIC have different binary forms, so BigQuery would misread them in a
 * column that is widened while a pipeline writes. Text is unambiguous.
 */
public final class BigQueryTypes {
  static final String REQUIRED = "REQUIRED";
  public static final String NULLABLE = "NULLABLE";
  static final String REPEATED = "REPEATED";

  public static final String MAP_KEY = "key";
  public static final String MAP_VALUE = "value";

  /** Digits before and after the point that a NUMERIC holds. */
  private static final int NUMERIC_WHOLE = 29;

  private static final int NUMERIC_SCALE = 9;

  /** Digits of the largest uint64. */
  private static final long UINT64_DIGITS = 20;

  /** Stands for the type that BigQuery does not have; see {@link #problems}. */
  private static final String ARRAY_OF_ARRAYS = "ARRAY";

  private BigQueryTypes() {}

  /** One line for each column with a type that BigQuery does not have. */
  public static List<String> problems(String table, List<TableFieldSchema> columns) {
    return columns.stream()
        .filter(BigQueryTypes::hasArrayOfArrays)
        .map(
            column ->
                "contract, table "
                    + table
                    + ": column `"
                    + column.getName()
                    + "`: BigQuery has no arrays of arrays; declare the field as json, or leave it"
                    + " out of the table")
        .toList();
  }

  private static boolean hasArrayOfArrays(TableFieldSchema column) {
    return ARRAY_OF_ARRAYS.equals(column.getType())
        || (column.getFields() != null
            && column.getFields().stream().anyMatch(BigQueryTypes::hasArrayOfArrays));
  }

  static TableFieldSchema stored(ColumnDefinition column) {
    return of(column.field(), column.name(), column.nullable(), false)
        .setDescription(description(column.field()));
  }

  /** The column in the schema of sent rows. */
  static TableFieldSchema sent(ColumnDefinition column) {
    return of(column.field(), column.name(), column.nullable(), true);
  }

  /** A list that the client's classes can clone: they call its constructor. */
  static List<TableFieldSchema> cloneable(TableFieldSchema... columns) {
    return new ArrayList<>(Arrays.asList(columns));
  }

  /** A column that no contract declares. */
  static TableFieldSchema column(String name, String type, String mode, String description) {
    return new TableFieldSchema()
        .setName(name)
        .setType(type)
        .setMode(mode)
        .setDescription(description);
  }

  static TableFieldSchema required(String name, String type, String description) {
    return column(name, type, REQUIRED, description);
  }

  /** The columns of an entry of a map with keys of text. */
  static List<TableFieldSchema> entry(String valueType) {
    return entry(new TableFieldSchema().setName(MAP_VALUE).setType(valueType).setMode(REQUIRED));
  }

  private static List<TableFieldSchema> entry(TableFieldSchema value) {
    return cloneable(
        new TableFieldSchema().setName(MAP_KEY).setType("STRING").setMode(REQUIRED), value);
  }

  private static List<TableFieldSchema> entry(FieldDefinition map, boolean sent) {
    return map.items() == null ? entry("STRING") : entry(of(map.items(), MAP_VALUE, false, sent));
  }

  private static TableFieldSchema of(
      FieldDefinition field, String name, boolean nullable, boolean sent) {
    TableFieldSchema column =
        new TableFieldSchema().setName(name).setMode(nullable ? NULLABLE : REQUIRED);
    return switch (field.type()) {
      case STRING, TEXT, UUID, IPV4, IPV6, ENUM -> column.setType("STRING");
      // STRING keeps any JSON value as it was sent; JSON stores an object by path.
      case JSON -> column.setType(field.storedAsJson() ? "JSON" : "STRING");
      case INT32, INT64 -> column.setType("INTEGER");
      // An INTEGER ends at 2^63 - 1.
      case UINT64 ->
          sent
              ? column.setType("STRING")
              : column.setType("NUMERIC").setPrecision(UINT64_DIGITS).setScale(0L);
      case FLOAT32, FLOAT64 -> column.setType("FLOAT");
      case DECIMAL -> sent ? column.setType("STRING") : decimal(column, field);
      case BOOLEAN -> column.setType("BOOLEAN");
      case TIMESTAMP -> column.setType("TIMESTAMP");
      case MAP -> column.setType("RECORD").setMode(REPEATED).setFields(entry(field, sent));
      case ARRAY ->
          field.items().type() == FieldType.ARRAY
              ? column.setType(ARRAY_OF_ARRAYS).setMode(REPEATED)
              : of(field.items(), name, false, sent).setMode(REPEATED);
      case RECORD ->
          column
              .setType("RECORD")
              .setFields(
                  field.fields().stream()
                      .map(f -> of(f, f.name(), f.nullable(), sent))
                      .collect(Collectors.toCollection(ArrayList::new)));
    };
  }

  private static TableFieldSchema decimal(TableFieldSchema column, FieldDefinition field) {
    boolean small =
        field.scale() <= NUMERIC_SCALE && field.precision() - field.scale() <= NUMERIC_WHOLE;
    return column
        .setType(small ? "NUMERIC" : "BIGNUMERIC")
        .setPrecision((long) field.precision())
        .setScale((long) field.scale());
  }

  private static String description(FieldDefinition field) {
    String type = field.type().contractName();
    if (field.type() == FieldType.JSON && !field.storedAsJson()) {
      type = "json, as the text that was sent";
    }
    return field.path().isEmpty() || field.dottedPath().equals(field.name())
        ? type
        : type + " at " + field.dottedPath();
  }

  static boolean canCluster(TableFieldSchema column) {
    return !REPEATED.equals(column.getMode())
        && switch (name(column)) {
          case "STRING", "INT64", "NUMERIC", "BIGNUMERIC", "BOOL", "TIMESTAMP" -> true;
          default -> false;
        };
  }

  /** The type's name in SQL; the API has other names for some types. */
  static String name(TableFieldSchema column) {
    String type = column.getType().toUpperCase(Locale.ROOT);
    return switch (type) {
      case "INTEGER" -> "INT64";
      case "FLOAT" -> "FLOAT64";
      case "BOOLEAN" -> "BOOL";
      case "RECORD" -> "STRUCT";
      default -> type;
    };
  }

  /** The mode; the API leaves the default out. */
  static String mode(TableFieldSchema column) {
    return column.getMode() == null ? NULLABLE : column.getMode();
  }

  /** The type in SQL, with parameters: {@code NUMERIC(9, 2)}, {@code ARRAY<STRUCT<a INT64>>}. */
  public static String sql(TableFieldSchema column) {
    String name = name(column);
    String type;
    if (name.equals("STRUCT")) {
      type =
          column.getFields().stream()
              .map(field -> BigQuerySql.quote(field.getName()) + " " + sql(field))
              .collect(Collectors.joining(", ", "STRUCT<", ">"));
    } else if (column.getPrecision() != null) {
      type =
          name
              + "("
              + column.getPrecision()
              + (column.getScale() == null ? ")" : ", " + column.getScale() + ")");
    } else {
      type = name;
    }
    return mode(column).equals(REPEATED) ? "ARRAY<" + type + ">" : type;
  }
}
