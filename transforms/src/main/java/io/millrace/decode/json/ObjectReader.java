package io.millrace.decode.json;

import com.fasterxml.jackson.core.JsonToken;
import io.millrace.contract.FieldType;
import io.millrace.decode.DecodeException;
import io.millrace.decode.json.ObjectKeys.Member;
import io.millrace.event.DeadLetterCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Walks an event's objects and arrays, and puts each field's value where its row has it. */
final class ObjectReader {
  private static final int BITS = Long.SIZE;

  private final JsonInput in;
  private final UnknownFieldCollector unknown;
  private final JsonLocation location;
  private final UnaryOperator<String> describe;
  private final ScalarReader scalars;
  private final CarefulReader careful;

  ObjectReader(JsonInput in, UnknownFieldCollector unknown) {
    this(in, unknown, new JsonLocation());
  }

  /** A reader of a value further down in an event. */
  ObjectReader(JsonInput in, UnknownFieldCollector unknown, JsonLocation location) {
    this.in = in;
    this.unknown = unknown;
    this.location = location;
    this.describe = location::describe;
    this.scalars = new ScalarReader(in, location);
    this.careful = new CarefulReader(in, unknown, location, this);
  }

  /** Begins another event. */
  void clear() {
    location.clear();
    unknown.clear();
  }

  /** Reads the object whose start is the current token, up to its end. */
  void read(ObjectKeys node, @Nullable Object[] values) throws IOException, DecodeException {
    long seen = 0;
    SeenKeys others = null;
    while (in.toNextKey()) {
      Member member = in.member(node);
      if (member != null && member.number < BITS) {
        long bit = 1L << member.number;
        if ((seen & bit) != 0) {
          throw duplicate(node, in.key());
        }
        seen |= bit;
      } else if (in.isQuick()) {
        if (!in.addKey()) {
          throw duplicate(node, in.key());
        }
      } else {
        if (others == null) {
          others = in.keys();
        }
        if (!others.add(in.key())) {
          throw duplicate(node, in.key());
        }
      }
      if (member == null) {
        unknown.add(in, location);
      } else if (member.field != null) {
        values[member.field.index] = value(member, member.field, in.next());
      } else if (member.object != null) {
        object(member, member.object, values);
      } else {
        careful.read(member, values);
      }
    }
  }

  private void object(Member member, ObjectKeys node, @Nullable Object[] values)
      throws IOException, DecodeException {
    JsonToken token = in.next();
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    if (token != JsonToken.START_OBJECT) {
      if (node.tolerant) {
        careful.keepInsteadOfObject(member, token);
        return;
      }
      throw new DecodeException(
          DeadLetterCode.WRONG_TYPE,
          location.describe(node.path) + ": expected an object, found " + ScalarReader.kind(token));
    }
    location.enter(member);
    read(node, values);
    unknown.ends(location);
    location.leave();
  }

  /** The value of a field that begins with a token; the member is the field's. */
  @Nullable Object value(Member member, FieldPlan field, JsonToken token)
      throws IOException, DecodeException {
    if (token == JsonToken.VALUE_NULL) {
      return null;
    } else if (field.type == FieldType.MAP) {
      return map(field, token);
    } else if (field.type == FieldType.ARRAY) {
      return array(member, field, token);
    }
    return scalars.read(field, token);
  }

  private Map<String, Object> map(FieldPlan field, JsonToken start)
      throws IOException, DecodeException {
    if (start != JsonToken.START_OBJECT) {
      throw scalars.wrongType(field, "an object", start);
    }
    FieldPlan value = field.element;
    Map<String, Object> map = new LinkedHashMap<>();
    for (String key = in.nextKey(); key != null; key = in.nextKey()) {
      JsonToken token = in.next();
      Object read = value == null ? scalars.text(token) : mapValue(value, key, token);
      if (map.put(key, read) != null) {
        throw SeenKeys.duplicate(location.describe(field.path), key);
      }
    }
    return map;
  }

  private Object mapValue(FieldPlan value, String key, JsonToken token)
      throws IOException, DecodeException {
    try {
      if (token == JsonToken.VALUE_NULL) {
        throw scalars.wrongType(value, "a value", token);
      }
      return scalars.read(value, token);
    } catch (DecodeException e) {
      throw e.underKey(location.describe(value.path), key);
    }
  }

  private List<Object> array(Member member, FieldPlan field, JsonToken start)
      throws IOException, DecodeException {
    FieldPlan element = field.element;
    if (start != JsonToken.START_ARRAY || element == null) {
      throw scalars.wrongType(field, "an array", start);
    }
    List<Object> list = new ArrayList<>();
    location.enter(member);
    for (JsonToken token = in.next(); token != JsonToken.END_ARRAY; token = in.next()) {
      if (token == JsonToken.VALUE_NULL) {
        throw scalars.wrongType(element, "an element", token);
      }
      list.add(element(member, element, token));
      unknown.elementEnds(location);
      location.nextElement();
    }
    unknown.ends(location);
    location.leave();
    return list;
  }

  private Object element(Member member, FieldPlan element, JsonToken token)
      throws IOException, DecodeException {
    if (element.type == FieldType.ARRAY) {
      return array(member, element, token);
    }
    return element.record == null
        ? scalars.read(element, token)
        : row(element, element.record, token);
  }

  private Row row(FieldPlan element, RecordPlan record, JsonToken token)
      throws IOException, DecodeException {
    if (token != JsonToken.START_OBJECT) {
      throw scalars.wrongType(element, "an object", token);
    }
    @Nullable Object[] values = new @Nullable Object[record.schema().getFieldCount()];
    read(record.top(), values);
    record.absent().complete(values, describe);
    return Row.withSchema(record.schema()).attachValues(Arrays.asList(values));
  }

  private DecodeException duplicate(ObjectKeys node, String key) {
    return SeenKeys.duplicate(location.describe(node.path), key);
  }
}
