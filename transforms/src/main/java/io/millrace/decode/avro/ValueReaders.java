package io.millrace.decode.avro;

import io.millrace.contract.FieldType;
import io.millrace.decode.DecodeException;
import io.millrace.decode.binary.JsonText;
import io.millrace.decode.binary.Place;
import io.millrace.decode.binary.Target;
import io.millrace.event.DeadLetterCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Compiles readers for fields from the schemas that a writer has at their paths. */
final class ValueReaders {
  private final PlanCompiler plans;

  ValueReaders(PlanCompiler plans) {
    this.plans = plans;
  }

  /** The reader for a field whose writer has a schema; reports a schema that never fits. */
  ValueReader of(Schema schema, Target field, String key) {
    if (schema.getType() != Schema.Type.UNION) {
      ValueReader reader = single(schema, field, key);
      if (reader == null) {
        plans.mismatch(field, AvroKind.of(schema));
        return misfit(field, schema);
      }
      return reader;
    }
    List<Schema> branches = schema.getTypes();
    ValueReader[] readers = new ValueReader[branches.size()];
    Schema misfit = null;
    boolean fits = false;
    for (int i = 0; i < readers.length; i++) {
      Schema branch = branches.get(i);
      ValueReader reader = single(branch, field, key);
      fits |= reader != null && branch.getType() != Schema.Type.NULL;
      misfit = reader == null ? branch : misfit;
      readers[i] = reader == null ? misfit(field, branch) : reader;
    }
    if (!fits && misfit != null) {
      plans.mismatch(field, AvroKind.of(misfit));
    }
    return union(readers, branches);
  }

  private static ValueReader union(ValueReader[] readers, List<Schema> branches) {
    // The union of nearly every optional field: null and one more branch
    if (readers.length == 2 && branches.get(0).getType() == Schema.Type.NULL) {
      ValueReader present = readers[1];
      return c -> c.in.index(2) == 0 ? null : present.read(c);
    }
    return c -> readers[c.in.index(readers.length)].read(c);
  }

  private static ValueReader misfit(Target field, Schema schema) {
    String found = AvroKind.of(schema).found();
    return c -> {
      throw c.scalars.wrongType(field, found);
    };
  }

  private @Nullable ValueReader single(Schema schema, Target field, String key) {
    if (schema.getType() == Schema.Type.NULL) {
      return c -> null;
    }
    return switch (field.type) {
      case MAP -> field.element == null ? map(schema) : typedMap(schema, field.element);
      case ARRAY ->
          schema.getType() == Schema.Type.ARRAY && field.element != null
              ? array(schema.getElementType(), field, field.element, key)
              : null;
      case RECORD -> schema.getType() == Schema.Type.RECORD ? plans.row(schema, field) : null;
      default -> ScalarReaders.of(schema, field);
    };
  }

  private ValueReader array(Schema items, Target field, Target element, String key) {
    ValueReader reader = plans.elements(items, field, element, key);
    boolean maybeEmpty = AvroKind.isEmpty(items);
    boolean records = element.type == FieldType.RECORD;
    Place.Level level = Place.Level.array(key, field.path);
    return c -> {
      List<Object> list = new ArrayList<>();
      c.in.enter();
      c.place.enter(level);
      for (int count = c.in.block(maybeEmpty); count != 0; count = c.in.block(maybeEmpty)) {
        for (int i = 0; i < count; i++) {
          Object value = reader.read(c);
          if (value == null) {
            throw c.scalars.fail(DeadLetterCode.WRONG_TYPE, "", "expected an element, found null");
          }
          list.add(value);
          if (records) {
            c.unknown.elementEnds();
          }
          c.place.nextElement();
        }
      }
      if (records) {
        c.unknown.ends();
      }
      c.place.leave();
      c.in.leave();
      return list;
    };
  }

  private @Nullable ValueReader typedMap(Schema schema, Target value) {
    if (schema.getType() != Schema.Type.MAP) {
      return null;
    }
    ValueReader reader = of(schema.getValueType(), value, "");
    return c -> {
      c.in.enter();
      Map<String, Object> map = new LinkedHashMap<>();
      JsonForm.MapKeys keys = new JsonForm.MapKeys();
      for (int count = c.in.block(false); count != 0; count = c.in.block(false)) {
        for (int i = 0; i < count; i++) {
          JsonForm.requireUtf8(c.in.string(), c.in);
          String key = keys.add(c.in);
          map.put(key, member(c, reader, value, key));
        }
      }
      c.in.leave();
      return map;
    };
  }

  private static Object member(AvroCursor cursor, ValueReader reader, Target value, String key)
      throws DecodeException {
    try {
      Object read = reader.read(cursor);
      if (read == null) {
        throw cursor.scalars.wrongType(value, "null");
      }
      return read;
    } catch (DecodeException e) {
      throw e.underKey(cursor.place.describe(value.path), key);
    }
  }

  /** A map of each key, or field of a record, to its text or the JSON of its value. */
  private static @Nullable ValueReader map(Schema schema) {
    if (schema.getType() == Schema.Type.MAP) {
      JsonForm values = JsonForm.of(schema.getValueType());
      return c -> {
        c.in.enter();
        Map<String, String> map = new LinkedHashMap<>();
        JsonForm.MapKeys keys = new JsonForm.MapKeys();
        for (int count = c.in.block(false); count != 0; count = c.in.block(false)) {
          for (int i = 0; i < count; i++) {
            JsonForm.requireUtf8(c.in.string(), c.in);
            String key = keys.add(c.in);
            map.put(key, text(c, values));
          }
        }
        c.in.leave();
        return map;
      };
    } else if (schema.getType() == Schema.Type.RECORD) {
      JsonForm record = JsonForm.of(schema);
      String[] names = schema.getFields().stream().map(Schema.Field::name).toArray(String[]::new);
      return c -> {
        c.in.enter();
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
          JsonForm branch = record.part(i).branch(c.in);
          if (branch.kind != AvroKind.NULL) {
            map.put(names[i], text(c, branch));
          }
        }
        c.in.leave();
        return map;
      };
    }
    return null;
  }

  private static String text(AvroCursor cursor, JsonForm form) throws DecodeException {
    JsonText text = cursor.text;
    text.clear(true);
    form.write(cursor.in, text);
    return text.toString();
  }
}
