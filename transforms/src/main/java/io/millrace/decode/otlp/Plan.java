package io.millrace.decode.otlp;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.RowSchemas;
import io.millrace.decode.AbsentFields;
import io.millrace.decode.otlp.Message.Field;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A message, with what a contract makes of its fields. */
final class Plan {
  private static final List<String> NUMBER_FORMS = List.of("value", "value_int");

  private final Message message;
  private final List<Target> targets = new ArrayList<>();
  private final @Nullable Target[] byNumber = new @Nullable Target[32];
  private @Nullable Schema schema;
  private @Nullable AbsentFields absent;

  private Plan(Message message) {
    this.message = message;
  }

  /**
   * The plan of a message of an event.
   *
   * @param prefix the keys in a contract to its fields
   * @param fields the fields of the event, or of the record of an array
   */
  static Plan of(Message message, List<String> prefix, List<FieldDefinition> fields) {
    return new Compiler(fields).plan(message, prefix);
  }

  Message message() {
    return message;
  }

  List<Target> targets() {
    return targets;
  }

  /** What becomes of a field; null if the message has no such field. */
  @Nullable Target target(int number) {
    return number < byNumber.length ? byNumber[number] : null;
  }

  /** The schema of a record of an array. */
  Schema schema() {
    Schema known = schema;
    if (known == null) {
      throw new IllegalStateException("no record of an array");
    }
    return known;
  }

  /** What becomes of the fields that a record of an array does not hold. */
  AbsentFields absent() {
    AbsentFields known = absent;
    if (known == null) {
      throw new IllegalStateException("no record of an array");
    }
    return known;
  }

  /**
   * Puts in place what absent fields are by the protocol: numbers 0, enumerations their first
   * value, and texts empty, unless the contract has a default or requires them.
   */
  void initialize(@Nullable Object[] values) {
    for (Target target : targets) {
      FieldDefinition declared = target.definition;
      if (declared != null && !target.asJson) {
        Object initial = initial(target.field, declared);
        if (initial != null) {
          values[target.index] = initial;
        }
      } else if (target.field.kind() == Kind.MESSAGE && target.nested != null) {
        target.nested.initialize(values);
      }
      if (target.service != null && target.service.definition != null) {
        FieldDefinition service = target.service.definition;
        values[target.service.index] =
            service.required() || service.defaultValue() != null ? null : "";
      }
    }
  }

  private static @Nullable Object initial(Field field, FieldDefinition declared) {
    if (field.present() || declared.defaultValue() != null) {
      return null;
    }
    FieldType type = declared.type();
    return switch (field.kind()) {
      case NAMED -> type == FieldType.INT64 ? 0L : type == FieldType.INT32 ? 0 : named(field);
      case TEXT, HEX -> declared.required() ? null : "";
      case FIXED64, FIXED32, UINT32, NUMBER, SINT32 -> type == FieldType.INT32 ? 0 : (Object) 0L;
      case DOUBLE -> type == FieldType.FLOAT32 ? 0f : (Object) 0.0;
      case BOOL -> false;
      default -> null;
    };
  }

  private static String named(Field field) {
    return field.names().get(0);
  }

  /** Joins messages with the fields of a contract. */
  private static final class Compiler {
    private final List<FieldDefinition> fields;
    private int order;

    Compiler(List<FieldDefinition> fields) {
      this.fields = fields;
    }

    Plan plan(Message message, List<String> prefix) {
      Plan plan = new Plan(message);
      int numberForm = -1;
      for (Field field : message.fields()) {
        List<String> path = new ArrayList<>(prefix);
        if (!field.name().isEmpty()) {
          path.add(field.name());
        }
        int bit = plan.targets.size();
        if (field.present() && NUMBER_FORMS.contains(field.name())) {
          numberForm = numberForm < 0 ? bit : numberForm;
          bit = numberForm;
        }
        Target target = new Target(field, List.copyOf(path), order++, bit);
        plan.targets.add(target);
        plan.byNumber[field.number()] = target;
        declare(target);
        if (bit != plan.targets.size() - 1) {
          integerForm(target, plan.targets.get(bit));
        }
      }
      return plan;
    }

    /** A number that was sent as an integer is also a value of the field for the number. */
    private static void integerForm(Target integer, Target number) {
      FieldDefinition declared = number.definition;
      if (declared == null) {
        return;
      }
      if (!number.asJson) {
        integer.doubleForm = number;
      } else if (!integer.isDeclared()) {
        integer.declare(declared, number.index);
      }
    }

    private void declare(Target target) {
      int index = find(target.path);
      if (index >= 0) {
        target.declare(fields.get(index), index);
      }
      target.covered = target.dotted.equals("end_time") && find(List.of("duration")) >= 0;
      Message message = target.field.message();
      if (target.field.kind() == Kind.MESSAGE && message != null) {
        target.nested = plan(message, target.path);
      } else if (index >= 0 && target.type() == FieldType.ARRAY && message != null) {
        target.nested = record(message, fields.get(index));
      } else if (target.field.kind() == Kind.ATTRIBUTES) {
        keyed(target);
      }
    }

    private static @Nullable Plan record(Message message, FieldDefinition array) {
      FieldDefinition items = array.items();
      if (items == null) {
        return null;
      }
      Plan plan = of(message, List.of(), items.fields());
      plan.schema = RowSchemas.of(items.fields());
      plan.absent = new AbsentFields(items.fields());
      return plan;
    }

    private void keyed(Target attributes) {
      int depth = attributes.path.size();
      for (int i = 0; i < fields.size(); i++) {
        List<String> path = fields.get(i).path();
        if (path.size() == depth + 1 && path.subList(0, depth).equals(attributes.path)) {
          attributes.keyed.put(path.get(depth), any(path, i));
        }
      }
      int service = find(List.of("service_name"));
      if (service >= 0 && attributes.path.equals(List.of("resource", "attributes"))) {
        attributes.service = any(List.of("service_name"), service);
      }
    }

    private Target any(List<String> path, int index) {
      Target target =
          new Target(
              Field.of(0, path.get(path.size() - 1), path.get(path.size() - 1), Kind.ANY),
              path,
              order++,
              0);
      target.declare(fields.get(index), index);
      return target;
    }

    private int find(List<String> path) {
      for (int i = 0; i < fields.size(); i++) {
        if (fields.get(i).path().equals(path)) {
          return i;
        }
      }
      return -1;
    }
  }
}
