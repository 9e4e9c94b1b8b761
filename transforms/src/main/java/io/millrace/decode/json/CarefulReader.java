package io.millrace.decode.json;

import com.fasterxml.jackson.core.JsonToken;
import io.millrace.decode.DecodeException;
import io.millrace.decode.json.ObjectKeys.Member;
import io.millrace.event.DeadLetterCode;
import java.io.IOException;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads a value that several fields hold, or that makes its field null if it is invalid. An invalid
 * value is kept as it was sent, among the unknown fields; errors of the JSON in it fail the event.
 *
 * <p>An object or array is passed once, which checks its JSON, and then read once more for each
 * field. Other values are read in place.
 */
final class CarefulReader {
  private final JsonInput in;
  private final UnknownFieldCollector unknown;
  private final JsonLocation location;
  private final ObjectReader objects;

  private @Nullable JsonInput innerInput;
  private @Nullable ObjectReader inner;

  CarefulReader(
      JsonInput in, UnknownFieldCollector unknown, JsonLocation location, ObjectReader objects) {
    this.in = in;
    this.unknown = unknown;
    this.location = location;
    this.objects = objects;
  }

  /** Reads the value under a key, which is the current token, for each of the key's readings. */
  void read(Member member, @Nullable Object[] values) throws IOException, DecodeException {
    JsonToken token = in.next();
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    boolean valid =
        token.isStructStart() ? nested(member, token, values) : scalar(member, token, values);
    if (!valid) {
      unknown.keep(in, member, token, location);
    }
  }

  /** Keeps the value that begins with a token where a contract expects an object. */
  void keepInsteadOfObject(Member member, JsonToken token) throws IOException, DecodeException {
    in.sliceValue(token);
    unknown.keep(in, member, token, location);
  }

  private boolean scalar(Member member, JsonToken token, @Nullable Object[] values)
      throws IOException, DecodeException {
    boolean valid = true;
    for (int i = 0; i < member.readings.size(); i++) {
      valid &= read(objects, member.readings.get(i), token, values);
    }
    if (!valid) {
      in.sliceValue(token);
    }
    return valid;
  }

  private boolean nested(Member member, JsonToken token, @Nullable Object[] values)
      throws IOException, DecodeException {
    in.sliceValue(token);
    Object before = unknown.mark();
    boolean valid = again(member.readings.get(0), values);
    // What the first field does not know is enough: a valid value is complete with that.
    Object afterFirst = unknown.mark();
    for (int i = 1; i < member.readings.size(); i++) {
      valid &= again(member.readings.get(i), values);
      unknown.rollback(afterFirst);
    }
    if (!valid) {
      unknown.rollback(before);
    }
    return valid;
  }

  private boolean again(Member reading, @Nullable Object[] values)
      throws IOException, DecodeException {
    JsonInput input = innerInput;
    ObjectReader reader = inner;
    if (input == null || reader == null) {
      input = in.another();
      reader = new ObjectReader(input, unknown, location);
      innerInput = input;
      inner = reader;
    }
    try {
      return read(reader, reading, input.openSlice(in), values);
    } finally {
      input.close();
    }
  }

  private boolean read(
      ObjectReader reader, Member reading, JsonToken token, @Nullable Object[] values)
      throws IOException, DecodeException {
    FieldPlan field = reading.field;
    if (field == null) {
      throw new IllegalStateException("a reading is of a field");
    }
    int depth = location.depth();
    try {
      values[field.index] = reader.value(reading, field, token);
      return true;
    } catch (DecodeException e) {
      if (!field.nullIfInvalid || !isOfField(e.code())) {
        throw e;
      }
      location.leaveTo(depth);
      return false;
    }
  }

  /** Whether a failure is one of the field, not of the JSON. */
  private static boolean isOfField(DeadLetterCode code) {
    return code == DeadLetterCode.WRONG_TYPE
        || code == DeadLetterCode.NUMBER_OVERFLOW
        || code == DeadLetterCode.UNKNOWN_VALUE
        || code == DeadLetterCode.INVALID_TIME
        || code == DeadLetterCode.TIME_OUT_OF_RANGE
        || code == DeadLetterCode.MISSING_FIELD;
  }
}
