package io.millrace.decode;

import com.fasterxml.jackson.core.JsonToken;
import io.millrace.contract.FieldType;
import io.millrace.decode.ObjectNode.Member;
import io.millrace.event.DeadLetterCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Walks an event's objects and arrays, and puts each field's value where its row has it. */
final class ObjectReader {
  private static final int BITS = Long.SIZE;

  private final JsonInput in;
  private final UnknownFieldCollector unknown;
  private final Place place = new Place();
  private final ScalarReader scalars;

  ObjectReader(JsonInput in, UnknownFieldCollector unknown) {
    this.in = in;
    this.unknown = unknown;
    this.scalars = new ScalarReader(in, place);
  }

  /** Begins another event. */
  void clear() {
    place.clear();
    unknown.clear();
  }

  /** Reads the object whose start is the current token, up to its end. */
  void read(ObjectNode node, @Nullable Object[] values) throws IOException, DecodeException {
    long seen = 0;
    KeySet others = null;
    for (String key = in.nextKey(); key != null; key = in.nextKey()) {
      Member member = node.find(key);
      if (member != null && member.number < BITS) {
        long bit = 1L << member.number;
        if ((seen & bit) != 0) {
          throw duplicate(node, key);
        }
        seen |= bit;
      } else {
        if (others == null) {
          others = in.keys();
        }
        if (!others.add(key)) {
          throw duplicate(node, key);
        }
      }
      if (member == null) {
        unknown.add(in, key, place);
      } else if (member.field != null) {
        values[member.field.index] = value(member, member.field, in.next());
      } else if (member.object != null) {
        object(member, member.object, values);
      }
    }
  }

  private void object(Member member, ObjectNode node, @Nullable Object[] values)
      throws IOException, DecodeException {
    JsonToken token = in.next();
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    if (token != JsonToken.START_OBJECT) {
      throw new DecodeException(
          DeadLetterCode.WRONG_TYPE,
          place.describe(node.path) + ": expected an object, found " + ScalarReader.kind(token));
    }
    place.enter(member);
    read(node, values);
    unknown.ends(place);
    place.leave();
  }

  private @Nullable Object value(Member member, FieldNode field, JsonToken token)
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

  private Map<String, String> map(FieldNode field, JsonToken start)
      throws IOException, DecodeException {
    if (start != JsonToken.START_OBJECT) {
      throw scalars.wrongType(field, "an object", start);
    }
    Map<String, String> map = new LinkedHashMap<>();
    for (String key = in.nextKey(); key != null; key = in.nextKey()) {
      JsonToken token = in.next();
      if (map.put(key, scalars.text(token)) != null) {
        throw KeySet.duplicate(place.describe(field.path), key);
      }
    }
    return map;
  }

  private List<Object> array(Member member, FieldNode field, JsonToken start)
      throws IOException, DecodeException {
    FieldNode element = field.element;
    if (start != JsonToken.START_ARRAY || element == null) {
      throw scalars.wrongType(field, "an array", start);
    }
    List<Object> list = new ArrayList<>();
    place.enter(member);
    for (JsonToken token = in.next(); token != JsonToken.END_ARRAY; token = in.next()) {
      if (token == JsonToken.VALUE_NULL) {
        throw scalars.wrongType(element, "an element", token);
      }
      list.add(
          element.record == null
              ? scalars.read(element, token)
              : row(element, element.record, token));
      unknown.elementEnds(place);
      place.nextElement();
    }
    unknown.ends(place);
    place.leave();
    return list;
  }

  private Row row(FieldNode element, RecordNode record, JsonToken token)
      throws IOException, DecodeException {
    if (token != JsonToken.START_OBJECT) {
      throw scalars.wrongType(element, "an object", token);
    }
    @Nullable Object[] values = new @Nullable Object[record.fields.length];
    read(record.top, values);
    complete(record, values);
    return Row.withSchema(record.schema).attachValues(Arrays.asList(values));
  }

  /**
   * Gives absent fields their default; fails with the paths of all required ones that are absent.
   */
  void complete(RecordNode record, @Nullable Object[] values) throws DecodeException {
    StringBuilder missing = null;
    for (FieldNode field : record.fields) {
      if (values[field.index] == null) {
        if (field.required) {
          missing = missing == null ? new StringBuilder() : missing.append(", ");
          missing.append(place.describe(field.path));
        } else {
          values[field.index] = absent(field);
        }
      }
    }
    if (missing != null) {
      throw new DecodeException(
          DeadLetterCode.MISSING_FIELD,
          missing.append(": required, but absent or null").toString());
    }
  }

  private static @Nullable Object absent(FieldNode field) {
    return switch (field.type) {
      case MAP -> Map.of();
      case ARRAY -> List.of();
      default -> field.defaultValue;
    };
  }

  private DecodeException duplicate(ObjectNode node, String key) {
    return KeySet.duplicate(place.describe(node.path), key);
  }
}
