package io.millrace.decode.otlp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.decode.DecodeException;
import io.millrace.decode.Utf8Validator;
import io.millrace.decode.json.JsonFraming;
import io.millrace.decode.json.JsonInput;
import io.millrace.decode.json.SeenKeys;
import io.millrace.decode.json.SyntaxErrors;
import io.millrace.decode.otlp.Message.Field;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.RowBuffer;
import java.io.IOException;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes messages in OpenTelemetry's JSON in the wire form. Members that the protocol does not know
 * become one field of their message ({@link Message#JSON_MEMBERS}). Not thread-safe.
 */
final class JsonToWire implements ToWire {
  /** Levels of JSON for one of nesting values, and those around the outermost one. */
  private static final int LEVELS = 5;

  private static final int LEVELS_AROUND = 12;

  private static final Field KEY = Field.of(1, "key", "key", Kind.TEXT);
  private static final Field VALUE = Field.of(2, "value", "value", Kind.ANY);
  private static final Field ARRAY = Field.of(1, "values", "values", Kind.ANY);
  private static final Field KEY_VALUES = Field.of(1, "values", "values", Kind.ATTRIBUTES);

  private final int maxDepth;
  private final Utf8Validator utf8 = new Utf8Validator();
  private final JsonInput in;
  private final WireWriter out = new WireWriter();
  private final JsonScalars scalars;
  private int depth;

  JsonToWire(int maxDepth) {
    this.maxDepth = maxDepth;
    this.in = new JsonInput(LEVELS * maxDepth + LEVELS_AROUND);
    this.scalars = new JsonScalars(in, out);
  }

  @Override
  public byte[] message(Message message, byte[] json) throws DecodeException {
    int brace = JsonFraming.openingBrace(json, Integer.MAX_VALUE, utf8);
    out.clear();
    depth = 0;
    try {
      in.open(json, brace, utf8.loneSurrogates());
      message(message);
      JsonFraming.checkEnd(json, in.position());
    } catch (JsonProcessingException e) {
      throw SyntaxErrors.of(e, json, brace, in.inArray());
    } catch (IOException e) {
      throw new IllegalStateException("reading bytes does no IO", e);
    } finally {
      in.close();
    }
    return out.toByteArray();
  }

  /** The object whose start is the current token. */
  private void message(Message message) throws IOException, DecodeException {
    int start = out.size();
    int latest = 0;
    boolean sorted = true;
    RowBuffer others = null;
    SeenKeys seen = in.keys();
    for (String key = in.nextKey(); key != null; key = in.nextKey()) {
      requireNew(seen, key, message.name());
      Field field = message.withKey(key);
      if (field == null) {
        others = other(others);
        continue;
      }
      int before = out.size();
      field(field, in.next());
      if (out.size() > before) {
        sorted &= field.number() >= latest;
        latest = Math.max(latest, field.number());
      }
    }
    end(others);
    if (!sorted) {
      out.sort(start);
    }
  }

  private static void requireNew(SeenKeys seen, String key, String object) throws DecodeException {
    if (!seen.add(key)) {
      throw SeenKeys.duplicate(object, key);
    }
  }

  private RowBuffer other(@Nullable RowBuffer others) throws IOException, DecodeException {
    RowBuffer members = others;
    if (members == null) {
      members = new RowBuffer(128);
      members.writeByte('{');
    }
    JsonText.separate(members);
    in.sliceKey();
    members.writeRaw(in.bytes(), in.sliceFrom(), in.sliceTo() - in.sliceFrom());
    members.writeByte(':');
    in.sliceValue(in.next());
    members.writeRaw(in.bytes(), in.sliceFrom(), in.sliceTo() - in.sliceFrom());
    return members;
  }

  private void end(@Nullable RowBuffer others) {
    if (others != null) {
      others.writeByte('}');
      out.field(Message.JSON_MEMBERS, others);
    }
  }

  private void field(Field field, JsonToken token) throws IOException, DecodeException {
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    switch (field.kind()) {
      case ANY -> nested(field, token);
      case MESSAGE -> nested(field, token);
      case ATTRIBUTES, MESSAGES -> {
        scalars.require(token == JsonToken.START_ARRAY, field, "an array", token);
        for (JsonToken next = in.next(); next != JsonToken.END_ARRAY; next = in.next()) {
          nested(field, next);
        }
      }
      case FIXED64S, UINT64S, DOUBLES -> {
        scalars.require(token == JsonToken.START_ARRAY, field, "an array", token);
        int start = out.size();
        for (JsonToken next = in.next(); next != JsonToken.END_ARRAY; next = in.next()) {
          scalars.element(field, next);
        }
        if (out.size() > start) {
          out.wrap(field.number(), start);
        }
      }
      default -> scalars.write(field, token);
    }
  }

  /** An object that becomes one message. */
  private void nested(Field field, JsonToken token) throws IOException, DecodeException {
    scalars.require(token == JsonToken.START_OBJECT, field, "an object", token);
    int start = out.size();
    Message message = field.message();
    if (message != null) {
      message(message);
    } else if (field.kind() == Kind.ANY) {
      any(field);
    } else {
      keyValue(field);
    }
    out.wrap(field.number(), start);
  }

  private void keyValue(Field field) throws IOException, DecodeException {
    int start = out.size();
    RowBuffer others = null;
    boolean sorted = true;
    boolean value = false;
    SeenKeys seen = in.keys();
    for (String key = in.nextKey(); key != null; key = in.nextKey()) {
      requireNew(seen, key, field.key());
      if (key.equals("key")) {
        sorted &= !value;
        field(KEY, in.next());
      } else if (key.equals("value")) {
        value = true;
        field(VALUE, in.next());
      } else {
        others = other(others);
      }
    }
    end(others);
    if (!sorted) {
      out.sort(start);
    }
  }

  private void any(Field field) throws IOException, DecodeException {
    if (++depth > maxDepth) {
      throw new DecodeException(
          DeadLetterCode.TOO_DEEP,
          field.key() + ": expected at most " + maxDepth + " levels of nesting");
    }
    RowBuffer others = null;
    SeenKeys seen = in.keys();
    for (String key = in.nextKey(); key != null; key = in.nextKey()) {
      requireNew(seen, key, field.key());
      switch (key) {
        case "stringValue", "boolValue", "intValue", "doubleValue", "bytesValue" ->
            scalars.any(key, in.next());
        case "arrayValue" -> list(field, ARRAY, AnyValue.ARRAY, in.next());
        case "kvlistValue" -> list(field, KEY_VALUES, AnyValue.KEY_VALUES, in.next());
        default -> others = other(others);
      }
    }
    end(others);
    depth--;
  }

  private void list(Field field, Field values, int number, JsonToken token)
      throws IOException, DecodeException {
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    scalars.require(token == JsonToken.START_OBJECT, field, "an object", token);
    int start = out.size();
    RowBuffer others = null;
    SeenKeys seen = in.keys();
    for (String key = in.nextKey(); key != null; key = in.nextKey()) {
      requireNew(seen, key, field.key());
      if (!key.equals("values")) {
        others = other(others);
        continue;
      }
      JsonToken array = in.next();
      if (array == JsonToken.VALUE_NULL) {
        continue;
      }
      scalars.require(array == JsonToken.START_ARRAY, values, "an array", array);
      for (JsonToken next = in.next(); next != JsonToken.END_ARRAY; next = in.next()) {
        nested(values, next);
      }
    }
    end(others);
    out.wrap(number, start);
  }
}
