package io.millrace.decode.influx;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.TimeFormat;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The paths that a contract can have in a point, and the types at each. */
final class PointPaths {
  static final String MEASUREMENT = "measurement";
  static final String SERIES = "series";
  static final String TAGS = "tags";
  static final String FIELDS = "fields";
  static final String TIME = "time";
  static final String FIELD = "field";
  static final String VALUE = "value";
  static final String VALUE_TYPE = "value_type";

  private static final Set<FieldType> TEXTS = EnumSet.of(FieldType.STRING, FieldType.TEXT);
  private static final Set<FieldType> SETS =
      EnumSet.of(FieldType.MAP, FieldType.JSON, FieldType.STRING, FieldType.TEXT);
  private static final Set<FieldType> OF_A_STRING =
      EnumSet.of(
          FieldType.STRING,
          FieldType.TEXT,
          FieldType.JSON,
          FieldType.UUID,
          FieldType.IPV4,
          FieldType.IPV6,
          FieldType.ENUM,
          FieldType.DECIMAL,
          FieldType.TIMESTAMP);
  private static final Set<FieldType> SCALARS =
      EnumSet.complementOf(EnumSet.of(FieldType.MAP, FieldType.ARRAY, FieldType.RECORD));

  private final boolean ofFields;
  private final TimeFormat unit;
  private final List<String> problems = new ArrayList<>();

  private PointPaths(boolean ofFields, TimeFormat unit) {
    this.ofFields = ofFields;
    this.unit = unit;
  }

  /** What in a contract has no place in a point; see {@code RecordFormat.problems}. */
  static List<String> problems(Contract contract, boolean ofFields, TimeFormat unit) {
    PointPaths paths = new PointPaths(ofFields, unit);
    contract.fields().forEach(paths::check);
    if (ofFields) {
      for (String path : List.of(FIELD, VALUE)) {
        if (contract.fields().stream().noneMatch(f -> f.path().equals(List.of(path)))) {
          paths.problems.add(
              "format.rows: expected a field with the path "
                  + path
                  + ", without which an event for each field would lose it");
        }
      }
    }
    return paths.problems;
  }

  private void check(FieldDefinition field) {
    List<String> path = field.path();
    String first = path.get(0);
    boolean ofASet = first.equals(TAGS) || first.equals(FIELDS);
    if (path.size() > 2 && ofASet) {
      problem(
          field,
          "path",
          "expected one name; write a name that holds dots as [" + first + ", \"a.b\"]");
    } else if (path.size() == 2 && ofASet) {
      member(field, first);
    } else if (path.size() == 1) {
      part(field, first);
    } else {
      unknownPath(field);
    }
  }

  private void member(FieldDefinition field, String first) {
    if (first.equals(FIELDS)) {
      onlyWithRows(field, false);
      types(field, SCALARS);
    } else {
      types(field, OF_A_STRING);
      if (field.type() == FieldType.TIMESTAMP && field.timeFormat() != TimeFormat.ISO8601) {
        problem(field, "format", "expected iso8601, because the value of a tag is a string");
      }
    }
    noObject(field);
  }

  private void part(FieldDefinition field, String path) {
    switch (path) {
      case MEASUREMENT, SERIES -> types(field, TEXTS);
      case TAGS -> {
        types(field, SETS);
        FieldDefinition values = field.items();
        if (values != null && !OF_A_STRING.contains(values.type())) {
          problem(
              field, "values", "expected a type for strings, because the value of a tag is one");
        }
      }
      case FIELDS -> {
        onlyWithRows(field, false);
        types(field, SETS);
      }
      case FIELD, VALUE_TYPE -> {
        onlyWithRows(field, true);
        types(field, TEXTS);
      }
      case VALUE -> {
        onlyWithRows(field, true);
        types(field, SCALARS);
        noObject(field);
      }
      case TIME -> time(field);
      default -> unknownPath(field);
    }
  }

  private void time(FieldDefinition field) {
    types(field, EnumSet.of(FieldType.TIMESTAMP));
    TimeFormat format = field.timeFormat();
    if (format != null && format != TimeFormat.ISO8601 && format != unit) {
      problem(
          field,
          "format",
          "expected " + unit.contractName() + ", which is the precision of the format influx");
    }
  }

  private void unknownPath(FieldDefinition field) {
    problem(
        field,
        "path",
        field.dottedPath()
            + " is nowhere in a point; expected measurement, series, tags, tags.NAME, "
            + (ofFields ? "field, value, value_type" : "fields, fields.NAME")
            + " or time");
  }

  private void onlyWithRows(FieldDefinition field, boolean rowsOfFields) {
    if (ofFields != rowsOfFields) {
      problem(
          field,
          "path",
          field.dottedPath() + " is only for rows: " + (rowsOfFields ? "field" : "point"));
    }
  }

  private void types(FieldDefinition field, Set<FieldType> allowed) {
    if (!allowed.contains(field.type())) {
      problem(
          field,
          "type",
          "expected one of "
              + allowed.stream().map(FieldType::contractName).collect(Collectors.joining(", "))
              + " for "
              + field.dottedPath());
    }
  }

  private void noObject(FieldDefinition field) {
    if (field.storedAsJson()) {
      problem(field, "store_as", "expected text: the value is no JSON object");
    }
  }

  private void problem(FieldDefinition field, String key, String message) {
    problems.add("fields." + field.name() + "." + key + ": " + message);
  }
}
