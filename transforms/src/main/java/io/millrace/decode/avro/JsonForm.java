package io.millrace.decode.avro;

import io.millrace.decode.DecodeException;
import io.millrace.decode.binary.JsonText;
import io.millrace.event.DeadLetterCode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The JSON of values of one schema: records and maps are objects; enums, dates (ISO-8601),
 * timestamps (ISO-8601, UTC) and UUIDs are strings; bytes are Base64; a union is its branch;
 * everything else is what it is in JSON. Compiled once for a schema, which may contain itself.
 */
final class JsonForm {
  final AvroKind kind;
  private final int size;
  private final int scale;
  private final boolean maybeEmpty;
  private final byte[][] names;
  private final JsonForm[] parts;

  private JsonForm(AvroKind kind, int size, int scale, boolean maybeEmpty, int names, int parts) {
    this.kind = kind;
    this.size = size;
    this.scale = scale;
    this.maybeEmpty = maybeEmpty;
    this.names = new byte[names][];
    this.parts = new JsonForm[parts];
  }

  static JsonForm of(Schema schema) {
    return of(schema, new IdentityHashMap<>());
  }

  private static JsonForm of(Schema schema, Map<Schema, JsonForm> known) {
    JsonForm before = known.get(schema);
    if (before != null) {
      return before;
    }
    AvroKind kind = AvroKind.of(schema);
    JsonForm form =
        switch (schema.getType()) {
          case FIXED -> new JsonForm(kind, schema.getFixedSize(), scale(kind, schema), false, 0, 0);
          case BYTES -> new JsonForm(kind, -1, scale(kind, schema), false, 0, 0);
          case ENUM -> {
            int symbols = schema.getEnumSymbols().size();
            yield new JsonForm(kind, symbols, 0, false, symbols, 0);
          }
          case ARRAY -> new JsonForm(kind, 0, 0, AvroKind.isEmpty(schema.getElementType()), 0, 1);
          case MAP -> new JsonForm(kind, 0, 0, false, 0, 1);
          case UNION -> new JsonForm(kind, 0, 0, false, 0, schema.getTypes().size());
          case RECORD -> {
            int fields = schema.getFields().size();
            yield new JsonForm(kind, fields, 0, false, fields, fields);
          }
          default -> new JsonForm(kind, 0, 0, false, 0, 0);
        };
    known.put(schema, form);
    form.fill(schema, known);
    return form;
  }

  private static int scale(AvroKind kind, Schema schema) {
    return kind == AvroKind.DECIMAL ? AvroKind.scale(schema) : 0;
  }

  private void fill(Schema schema, Map<Schema, JsonForm> known) {
    switch (schema.getType()) {
      case ENUM -> {
        List<String> symbols = schema.getEnumSymbols();
        for (int i = 0; i < names.length; i++) {
          names[i] = symbols.get(i).getBytes(StandardCharsets.UTF_8);
        }
      }
      case ARRAY -> parts[0] = of(schema.getElementType(), known);
      case MAP -> parts[0] = of(schema.getValueType(), known);
      case UNION -> {
        for (int i = 0; i < parts.length; i++) {
          parts[i] = of(schema.getTypes().get(i), known);
        }
      }
      case RECORD -> {
        for (Schema.Field field : schema.getFields()) {
          names[field.pos()] = JsonText.quotedKey(field.name());
          parts[field.pos()] = of(field.schema(), known);
        }
      }
      default -> {}
    }
  }

  /** The form of the branch that a union has chosen; the form itself if it is no union. */
  JsonForm branch(AvroInput in) throws DecodeException {
    JsonForm form = this;
    while (form.kind == AvroKind.UNION) {
      form = form.parts[in.index(form.parts.length)];
    }
    return form;
  }

  /** Reads a value and writes its JSON. */
  void write(AvroInput in, JsonText out) throws DecodeException {
    switch (kind) {
      case NULL -> out.nullValue();
      case BOOLEAN -> out.bool(in.readBoolean());
      case INT -> out.number(in.readInt());
      case LONG, LOCAL_TIMESTAMP -> out.number(in.readLong());
      case FLOAT -> out.number(in.readFloat());
      case DOUBLE -> out.number(in.readDouble());
      case STRING -> {
        requireUtf8(in.string(), in);
        out.string(in.bytes(), in.from(), in.to());
      }
      case BYTES, FIXED, DURATION -> {
        readBytes(in);
        out.base64(in.bytes(), in.from(), in.to());
      }
      case DECIMAL -> decimal(in, out);
      case UUID -> {
        readBytes(in);
        out.string(AvroTimes.uuid(in.bytes(), in.from()));
      }
      case ENUM -> {
        byte[] symbol = names[in.index(names.length)];
        out.string(symbol, 0, symbol.length);
      }
      case DATE -> out.string(LocalDate.ofEpochDay(in.readInt()).toString());
      case TIMESTAMP_MILLIS, TIMESTAMP_MICROS, TIMESTAMP_NANOS ->
          out.string(AvroTimes.instant(kind, in.readLong()).toString());
      case ARRAY -> array(in, out);
      case MAP -> map(in, out);
      case UNION -> branch(in).write(in, out);
      case RECORD -> record(in, out);
    }
  }

  /** The symbol of an enum, as UTF-8. */
  byte[] symbol(AvroInput in) throws DecodeException {
    return names[in.index(names.length)];
  }

  private void readBytes(AvroInput in) throws DecodeException {
    if (size < 0) {
      in.binary();
    } else {
      in.fixed(size);
    }
  }

  private void decimal(AvroInput in, JsonText out) throws DecodeException {
    readBytes(in);
    BigDecimal value = AvroTimes.decimal(in.bytes(), in.from(), in.to(), scale);
    if (value == null) {
      out.base64(in.bytes(), in.from(), in.to());
    } else {
      out.ascii(value.toString());
    }
  }

  private void array(AvroInput in, JsonText out) throws DecodeException {
    in.enter();
    out.beginArray();
    for (int count = in.block(maybeEmpty); count != 0; count = in.block(maybeEmpty)) {
      for (int i = 0; i < count; i++) {
        out.element();
        parts[0].write(in, out);
      }
    }
    out.endArray();
    in.leave();
  }

  private void map(AvroInput in, JsonText out) throws DecodeException {
    in.enter();
    out.beginObject();
    MapKeys keys = new MapKeys();
    for (int count = in.block(false); count != 0; count = in.block(false)) {
      for (int i = 0; i < count; i++) {
        requireUtf8(in.string(), in);
        keys.add(in);
        out.key(in.bytes(), in.from(), in.to());
        parts[0].write(in, out);
      }
    }
    out.endObject();
    in.leave();
  }

  private void record(AvroInput in, JsonText out) throws DecodeException {
    in.enter();
    out.beginObject();
    for (int i = 0; i < parts.length; i++) {
      out.key(names[i]);
      parts[i].write(in, out);
    }
    out.endObject();
    in.leave();
  }

  /** The number of a record's fields, or of the bytes of a fixed; -1 for bytes. */
  int size() {
    return size;
  }

  /** The form of a record's field, of a union's branch, or of an element. */
  JsonForm part(int i) {
    return parts[i];
  }

  static void requireUtf8(boolean valid, AvroInput in) throws DecodeException {
    if (!valid) {
      throw new DecodeException(
          DeadLetterCode.NOT_UTF8, "byte " + in.from() + ": expected UTF-8 in a string");
    }
  }

  /** The keys of one map so far: Avro's encoding allows a key to occur twice, JSON does not. */
  static final class MapKeys {
    private @Nullable String first;
    private @Nullable Set<String> all;

    /** Adds the string that was read last. */
    String add(AvroInput in) throws DecodeException {
      String key = new String(in.bytes(), in.from(), in.to() - in.from(), StandardCharsets.UTF_8);
      if (first == null) {
        first = key;
        return key;
      }
      Set<String> keys = all;
      if (keys == null) {
        keys = new HashSet<>();
        keys.add(first);
        all = keys;
      }
      if (!keys.add(key)) {
        throw new DecodeException(
            DeadLetterCode.DUPLICATE_KEY, "byte " + in.from() + ": the map holds a key twice");
      }
      return key;
    }
  }
}
