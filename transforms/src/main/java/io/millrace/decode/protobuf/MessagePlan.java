package io.millrace.decode.protobuf;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.millrace.contract.FieldType;
import io.millrace.decode.DecodeException;
import io.millrace.decode.binary.JsonText;
import io.millrace.decode.binary.Place;
import io.millrace.decode.binary.RowTarget;
import io.millrace.decode.binary.ScalarValues;
import io.millrace.decode.binary.Target;
import io.millrace.decode.binary.TargetTree;
import io.millrace.decode.protobuf.ProtoReaders.ValueReader;
import io.millrace.decode.protobuf.WireReaders.WireReader;
import io.millrace.event.DeadLetterCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Compiles a message's descriptor to steps that put the values of messages into the rows of a
 * contract. A field without presence that the record does not hold has its default value, as
 * Protobuf asks for; one with presence is absent.
 */
final class MessagePlan {
  /** Puts what a message holds in one of its fields into a row, or into the unknown fields. */
  interface Step {
    void run(Message message, ProtoCursor cursor, @Nullable Object[] row) throws DecodeException;
  }

  private final Set<Target> placed = new HashSet<>();
  private final Map<String, String> problems = new LinkedHashMap<>();

  /** The path of the array whose records are being compiled; empty outside of arrays. */
  private String array = "";

  private MessagePlan() {}

  /**
   * A compiled message.
   *
   * @param top reads an event
   * @param problems for each path of a field that the message never has or that never fits: why
   */
  record Plan(WireMessage top, Map<String, String> problems) {}

  static Plan compile(Descriptor message, RowTarget row) {
    MessagePlan plan = new MessagePlan();
    WireMessage top = plan.wire(message, row.top(), null);
    for (Target target : row.top().targets()) {
      if (!plan.placed.contains(target)) {
        plan.problems.put(target.path, "the message has no such field");
      }
    }
    return new Plan(top, plan.problems);
  }

  private void problem(String path, String message) {
    problems.put(array.isEmpty() || path.isEmpty() ? array + path : array + "." + path, message);
  }

  /** Compiles a message whose declared scalars are read straight from the wire. */
  private WireMessage wire(Descriptor message, TargetTree tree, Place.@Nullable Level level) {
    WireMessage wire = new WireMessage(message, level);
    List<Step> others = new ArrayList<>();
    boolean haveDefault = false;
    for (FieldDescriptor field : byNumber(message)) {
      Target target = tree.field(field.getName());
      TargetTree object = tree.object(field.getName());
      boolean takes = WireMessage.takes(field);
      WireReader reader = target == null || !takes ? null : WireReaders.of(field, target);
      if (reader != null && target != null) {
        placed.add(target);
        wire.add(field, target.index, reader, reader(field, target));
      } else if (object != null
          && takes
          && !field.isRepeated()
          && field.getRealContainingOneof() == null
          && field.getType() == FieldDescriptor.Type.MESSAGE
          && isObject(field)) {
        Place.Level inner = Place.Level.object(field.getName());
        wire.add(field, wire(field.getMessageType(), object, inner));
      } else {
        haveDefault |= target != null && !field.isRepeated() && !field.hasPresence();
        others.add(field(field, tree));
      }
    }
    wire.others(all(others), haveDefault);
    return wire;
  }

  private static List<FieldDescriptor> byNumber(Descriptor message) {
    return message.getFields().stream()
        .sorted(Comparator.comparingInt(FieldDescriptor::getNumber))
        .toList();
  }

  private Step fields(Descriptor message, TargetTree tree) {
    return all(byNumber(message).stream().map(field -> field(field, tree)).toList());
  }

  private static Step all(List<Step> steps) {
    Step[] all = steps.toArray(new Step[0]);
    return (m, c, row) -> {
      for (Step step : all) {
        step.run(m, c, row);
      }
      unnamed(m.getUnknownFields(), c);
    };
  }

  /** Keeps fields that the descriptor does not have, under their numbers. */
  private static void unnamed(UnknownFieldSet fields, ProtoCursor cursor) {
    if (fields.isEmpty()) {
      return;
    }
    for (Map.Entry<Integer, UnknownFieldSet.Field> entry : fields.asMap().entrySet()) {
      String key = entry.getKey().toString();
      ProtoJson.unnamed(entry.getValue(), cursor.unknown.begin(JsonText.quotedKey(key)));
      cursor.unknown.end(key);
    }
  }

  private Step field(FieldDescriptor field, TargetTree tree) {
    Target target = tree.field(field.getName());
    if (target != null) {
      placed.add(target);
      return value(field, target);
    }
    TargetTree object = tree.object(field.getName());
    return object == null ? unknown(field) : object(field, object);
  }

  private static boolean isHeld(Message message, FieldDescriptor field) {
    return field.isRepeated() ? message.getRepeatedFieldCount(field) > 0 : message.hasField(field);
  }

  private static Step unknown(FieldDescriptor field) {
    String key = field.getName();
    byte[] quoted = JsonText.quotedKey(key);
    return (m, c, row) -> {
      if (isHeld(m, field)) {
        ProtoJson.field(field, m.getField(field), c.unknown.begin(quoted));
        c.unknown.end(key);
      }
    };
  }

  private Step value(FieldDescriptor field, Target target) {
    ValueReader reader = reader(field, target);
    int index = target.index;
    boolean mayBeAbsent = field.isRepeated() || field.hasPresence();
    return (m, c, row) -> {
      if (!mayBeAbsent || isHeld(m, field)) {
        row[index] = reader.read(m.getField(field), c);
      }
    };
  }

  private ValueReader reader(FieldDescriptor field, Target target) {
    ValueReader reader = field.isRepeated() ? repeated(field, target) : single(field, target);
    if (reader != null) {
      return reader;
    }
    String found = found(field);
    problem(
        target.path, "expected " + ScalarValues.expected(target) + "; the message has " + found);
    return (value, c) -> {
      throw c.scalars.wrongType(target, found);
    };
  }

  private @Nullable ValueReader single(FieldDescriptor field, Target target) {
    if (target.type == FieldType.MAP) {
      return isObject(field) && target.element == null ? MessagePlan::members : null;
    }
    return ProtoReaders.of(field, target);
  }

  private static boolean isObject(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && !ProtoJson.isTimestamp(field)
        && ProtoJson.wrapped(field) == null;
  }

  /** The fields of a message as a map. */
  private static Map<String, String> members(Object value, ProtoCursor cursor) {
    Message message = (Message) value;
    Map<String, String> map = new LinkedHashMap<>();
    message
        .getAllFields()
        .forEach(
            (field, member) -> {
              cursor.text.clear(true);
              ProtoJson.field(field, member, cursor.text);
              map.put(field.getName(), cursor.text.toString());
            });
    message
        .getUnknownFields()
        .asMap()
        .forEach(
            (number, member) -> {
              cursor.text.clear(true);
              ProtoJson.unnamed(member, cursor.text);
              map.put(number.toString(), cursor.text.toString());
            });
    return map;
  }

  private @Nullable ValueReader repeated(FieldDescriptor field, Target target) {
    return switch (target.type) {
      case JSON, TEXT ->
          target.objectsOnly && !field.isMapField()
              ? null
              : (value, c) -> {
                c.text.clear();
                ProtoJson.field(field, value, c.text);
                return ProtoReaders.texts(c, target);
              };
      case MAP -> field.isMapField() ? entries(field, target.element) : null;
      case ARRAY ->
          field.isMapField() || target.element == null
              ? null
              : array(field, target, target.element);
      default -> null;
    };
  }

  private static @Nullable ValueReader entries(FieldDescriptor field, @Nullable Target value) {
    FieldDescriptor element = field.getMessageType().findFieldByNumber(2);
    return value == null ? texts(field, element) : typedEntries(field, element, value);
  }

  private static @Nullable ValueReader typedEntries(
      FieldDescriptor field, FieldDescriptor element, Target target) {
    ValueReader reader = ProtoReaders.of(element, target);
    if (reader == null) {
      return null;
    }
    return (value, c) -> {
      Map<String, Object> map = new LinkedHashMap<>();
      for (Map.Entry<String, Object> entry : ProtoJson.entries(field, value).entrySet()) {
        try {
          map.put(entry.getKey(), reader.read(entry.getValue(), c));
        } catch (DecodeException e) {
          throw e.underKey(c.place.describe(target.path), entry.getKey());
        }
      }
      return map;
    };
  }

  private static ValueReader texts(FieldDescriptor field, FieldDescriptor element) {
    return (value, c) -> {
      Map<String, String> map = new LinkedHashMap<>();
      ProtoJson.entries(field, value)
          .forEach(
              (key, member) -> {
                c.text.clear(true);
                ProtoJson.single(element, member, c.text);
                map.put(key, c.text.toString());
              });
      return map;
    };
  }

  private ValueReader array(FieldDescriptor field, Target target, Target element) {
    String outside = array;
    array = (outside.isEmpty() ? "" : outside + ".") + target.path + "[]";
    boolean records = element.type == FieldType.RECORD;
    ValueReader reader = records ? rows(field, element) : ProtoReaders.of(field, element);
    if (reader == null) {
      problem(
          "", "expected " + ScalarValues.expected(element) + "; the message has " + found(field));
      reader =
          (value, c) -> {
            throw c.scalars.wrongType(element, found(field));
          };
    }
    array = outside;
    Place.Level level = Place.Level.array(field.getName(), target.path);
    ValueReader elements = reader;
    return (value, c) -> {
      List<Object> list = new ArrayList<>();
      c.place.enter(level);
      for (Object each : (List<?>) value) {
        Object read = elements.read(each, c);
        if (read == null) {
          throw new IllegalStateException("Protobuf has no null");
        }
        list.add(read);
        c.unknown.elementEnds();
        c.place.nextElement();
      }
      c.unknown.ends();
      c.place.leave();
      return list;
    };
  }

  private @Nullable ValueReader rows(FieldDescriptor field, Target element) {
    RowTarget target = element.row;
    if (!isObject(field) || target == null) {
      return null;
    }
    Step fields = fields(field.getMessageType(), target.top());
    return (value, c) -> {
      @Nullable Object[] values = target.newValues();
      fields.run((Message) value, c, values);
      return target.row(values, c.place.describing());
    };
  }

  private Step object(FieldDescriptor field, TargetTree tree) {
    Place.Level level = Place.Level.object(field.getName());
    if (field.isMapField()) {
      return nested(field, level, map(field, tree));
    } else if (!field.isRepeated() && isObject(field)) {
      Step fields = fields(field.getMessageType(), tree);
      return nested(field, level, (m, c, row) -> fields.run((Message) m.getField(field), c, row));
    }
    for (Target target : tree.targets()) {
      placed.add(target);
      problem(target.path, tree.path() + ": expected a message or a map, found " + found(field));
    }
    return (m, c, row) -> {
      if (isHeld(m, field)) {
        throw c.scalars.fail(
            DeadLetterCode.WRONG_TYPE, tree.path(), "expected an object, found " + found(field));
      }
    };
  }

  private static Step nested(FieldDescriptor field, Place.Level level, Step content) {
    return (m, c, row) -> {
      if (!isHeld(m, field)) {
        return;
      }
      c.place.enter(level);
      content.run(m, c, row);
      c.unknown.ends();
      c.place.leave();
    };
  }

  /** A map of which the contract declares keys. */
  private Step map(FieldDescriptor field, TargetTree tree) {
    FieldDescriptor element = field.getMessageType().findFieldByNumber(2);
    Map<String, Target> targets = new LinkedHashMap<>();
    Map<String, ValueReader> readers = new LinkedHashMap<>();
    for (String key : tree.keys()) {
      Target target = tree.field(key);
      if (target != null) {
        placed.add(target);
        targets.put(key, target);
        readers.put(key, reader(element, target));
      }
    }
    return (m, c, row) -> {
      for (Map.Entry<String, Object> entry :
          ProtoJson.entries(field, m.getField(field)).entrySet()) {
        String key = entry.getKey();
        Target target = targets.get(key);
        ValueReader reader = readers.get(key);
        if (target != null && reader != null) {
          row[target.index] = reader.read(entry.getValue(), c);
        } else {
          JsonText out = c.unknown.begin(JsonText.quotedKey(key));
          ProtoJson.single(element, entry.getValue(), out);
          c.unknown.end(key);
        }
      }
    };
  }

  private static String found(FieldDescriptor field) {
    String type = field.getType().name().toLowerCase(Locale.ROOT);
    if (field.isMapField()) {
      return "a Protobuf map";
    } else if (field.isRepeated()) {
      return "a repeated Protobuf " + type;
    }
    return ProtoJson.isTimestamp(field) ? "a Protobuf Timestamp" : "a Protobuf " + type;
  }
}
