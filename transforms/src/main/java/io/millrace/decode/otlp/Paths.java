package io.millrace.decode.otlp;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.TimeFormat;
import io.millrace.decode.otlp.Message.Field;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The paths that a contract can declare of a signal, and the types that each can have. */
final class Paths {
  private static final Field DERIVED_TEXT = Field.of(0, "", "", Kind.TEXT);
  private static final Field DERIVED_NUMBER = Field.of(0, "", "", Kind.SFIXED64);

  private final String format;
  private final Map<List<String>, Field> known = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  private Paths(Signal signal) {
    this.format = signal.format();
    known.put(List.of("service_name"), DERIVED_TEXT);
    known.put(List.of("hash"), DERIVED_TEXT);
    if (signal == Signal.TRACES) {
      known.put(List.of("duration"), DERIVED_NUMBER);
    } else if (signal == Signal.METRICS) {
      known.put(List.of("type"), DERIVED_TEXT);
    }
    level(signal.request());
  }

  /** What a contract declares that a signal does not have, see {@code RecordFormat.problems}. */
  static List<String> problems(Signal signal, Contract contract) {
    Paths paths = new Paths(signal);
    for (FieldDefinition field : contract.fields()) {
      paths.check(field, "fields." + field.name(), paths.known);
    }
    return paths.problems;
  }

  static List<String> prefix(Level level) {
    return level.prefix().isEmpty() ? List.of() : List.of(level.prefix());
  }

  /** The index of the field with a path of one key; -1 if there is none. */
  static int indexOf(Contract contract, String path) {
    for (int i = 0; i < contract.fields().size(); i++) {
      if (contract.fields().get(i).path().equals(List.of(path))) {
        return i;
      }
    }
    return -1;
  }

  private void level(Level level) {
    message(level.message(), prefix(level), known);
    Message element = level.element();
    if (element != null) {
      message(element, List.of(), known);
    }
    level.inner().forEach(this::level);
  }

  private static void message(Message message, List<String> prefix, Map<List<String>, Field> to) {
    for (Field field : message.fields()) {
      List<String> path = new ArrayList<>(prefix);
      if (!field.name().isEmpty()) {
        path.add(field.name());
        to.putIfAbsent(List.copyOf(path), field);
      }
      Message inner = field.message();
      if (field.kind() == Kind.MESSAGE && inner != null) {
        message(inner, path, to);
      }
    }
  }

  private void check(FieldDefinition definition, String name, Map<List<String>, Field> fields) {
    List<String> path = definition.path();
    Field field = fields.get(path);
    if (field != null) {
      type(definition, name, field);
      return;
    }
    Field attributes = fields.get(path.subList(0, path.size() - 1));
    if (attributes != null && attributes.kind() == Kind.ATTRIBUTES && fields == known) {
      if (!AnyReader.accepts(definition.type())) {
        problems.add(name + ".type: expected a scalar type or map for an attribute");
      }
      return;
    }
    List<String> names = fields.keySet().stream().map(p -> String.join(".", p)).sorted().toList();
    problems.add(
        "%s.path: %s has no `%s`; expected one of %s"
            .formatted(name, format, String.join(".", path), String.join(", ", names)));
  }

  private void type(FieldDefinition definition, String name, Field field) {
    Set<FieldType> types = types(field);
    if (!types.contains(definition.type()) || (definition.storedAsJson() && !isObject(field))) {
      problems.add(
          name
              + ".type: expected "
              + String.join(", ", types.stream().map(FieldType::contractName).sorted().toList()));
      return;
    }
    TimeFormat format = definition.timeFormat();
    if (field.kind() == Kind.TIME
        && definition.type() == FieldType.TIMESTAMP
        && format != TimeFormat.ISO8601
        && format != TimeFormat.EPOCH_NS) {
      problems.add(name + ".format: expected epoch_ns, or none: times have nanoseconds");
    }
    if (definition.type() == FieldType.ENUM
        && !new HashSet<>(definition.enumValues().names()).containsAll(field.names())) {
      problems.add(name + ".values: expected at least " + String.join(", ", field.names()));
    }
    FieldDefinition items = definition.items();
    if (definition.type() == FieldType.ARRAY && items != null) {
      items(items, name, field);
    }
  }

  private static boolean isObject(Field field) {
    return field.kind() == Kind.ATTRIBUTES
        || field.kind() == Kind.MESSAGE
        || field.kind() == Kind.ANY;
  }

  private void items(FieldDefinition items, String name, Field field) {
    Message message = field.message();
    if (message == null) {
      List<FieldType> expected =
          field.kind() == Kind.DOUBLES
              ? List.of(FieldType.FLOAT64, FieldType.FLOAT32)
              : List.of(FieldType.INT64, FieldType.UINT64);
      if (!expected.contains(items.type())) {
        problems.add(
            name
                + ".items.type: expected "
                + expected.get(0).contractName()
                + " or "
                + expected.get(1).contractName());
      }
      return;
    }
    if (items.type() != FieldType.RECORD) {
      problems.add(name + ".items.type: expected record");
      return;
    }
    Map<List<String>, Field> inner = new LinkedHashMap<>();
    message(message, List.of(), inner);
    for (FieldDefinition member : items.fields()) {
      check(member, name + ".items.fields." + member.name(), inner);
    }
  }

  @SuppressWarnings("ReferenceEquality") // two constants
  private static Set<FieldType> types(Field field) {
    if (field == DERIVED_TEXT) {
      return Set.of(FieldType.STRING, FieldType.TEXT);
    } else if (field == DERIVED_NUMBER) {
      return Set.of(FieldType.INT64);
    }
    return switch (field.kind()) {
      case TEXT, HEX -> Set.of(FieldType.STRING, FieldType.TEXT, FieldType.JSON);
      case TIME ->
          Set.of(
              FieldType.TIMESTAMP,
              FieldType.INT64,
              FieldType.UINT64,
              FieldType.TEXT,
              FieldType.JSON);
      case FIXED64, FIXED32, UINT32 ->
          Set.of(
              FieldType.INT64, FieldType.UINT64, FieldType.INT32, FieldType.TEXT, FieldType.JSON);
      case NUMBER, SINT32, SFIXED64 ->
          Set.of(FieldType.INT64, FieldType.INT32, FieldType.TEXT, FieldType.JSON);
      case DOUBLE -> Set.of(FieldType.FLOAT64, FieldType.FLOAT32, FieldType.TEXT, FieldType.JSON);
      case BOOL -> Set.of(FieldType.BOOLEAN, FieldType.TEXT, FieldType.JSON);
      case NAMED ->
          Set.of(
              FieldType.STRING,
              FieldType.ENUM,
              FieldType.TEXT,
              FieldType.INT32,
              FieldType.INT64,
              FieldType.JSON);
      case ANY -> Set.of(FieldType.TEXT, FieldType.STRING, FieldType.JSON, FieldType.MAP);
      case ATTRIBUTES -> Set.of(FieldType.MAP, FieldType.TEXT, FieldType.JSON);
      case MESSAGE -> Set.of(FieldType.TEXT, FieldType.JSON);
      case MESSAGES, FIXED64S, UINT64S, DOUBLES ->
          Set.of(FieldType.ARRAY, FieldType.TEXT, FieldType.JSON);
    };
  }
}
