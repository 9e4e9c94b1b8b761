package io.millrace.decode.otlp;

import io.millrace.decode.DecodeException;
import io.millrace.decode.json.JsonFraming;
import io.millrace.decode.json.JsonScan;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.RowBuffer;
import java.nio.charset.StandardCharsets;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Takes an export request in JSON apart, by structure alone. The objects around elements are copied
 * without them. Not thread-safe.
 */
final class JsonElements {
  private static final int NULL_BYTES = 4;

  private final Level request;
  private final JsonScan scan = new JsonScan();
  private byte[] bytes = {};

  JsonElements(Level request) {
    this.request = request;
  }

  /**
   * Finds the elements of a record.
   *
   * @throws DecodeException if it cannot be taken apart
   */
  void find(byte[] record, int maxBytes, Elements elements) throws DecodeException {
    int from = JsonFraming.firstByte(record, maxBytes);
    bytes = record;
    scan.open(record, record.length);
    int end = object(new Context(null, request, true), from, elements);
    JsonFraming.checkEnd(record, end);
  }

  /** Finds the elements in the object of a level; gives where it ends. */
  private int object(Context context, int from, Elements elements) throws DecodeException {
    Level level = context.level;
    if (bytes[from] != '{') {
      throw new DecodeException(
          DeadLetterCode.NOT_AN_OBJECT, "byte " + from + ": expected a JSON object");
    }
    if (level.element() != null) {
      elements.innermost(context);
    }
    RowBuffer rest = new RowBuffer(128);
    rest.writeByte('{');
    boolean seenElements = false;
    long seenInner = 0;
    int at = scan.space(from + 1);
    while (bytes[at] != '}') {
      int keyTo = scan.string(at);
      String key = new String(bytes, at + 1, keyTo - at - 2, StandardCharsets.UTF_8);
      int colon = scan.space(keyTo);
      if (bytes[colon] != ':') {
        throw JsonScan.malformed(colon);
      }
      int valueFrom = scan.space(colon + 1);
      int valueTo;
      Level inner = level.at(key);
      if (level.element() != null && key.equals(level.elementKey())) {
        requireOnce(!seenElements, at, key);
        seenElements = true;
        valueTo = array(context, null, valueFrom, elements, key);
      } else if (inner != null) {
        long bit = 1L << inner.number();
        requireOnce((seenInner & bit) == 0, at, key);
        seenInner |= bit;
        valueTo = inner(context, inner, valueFrom, elements, key);
      } else {
        valueTo = scan.value(valueFrom);
        JsonText.separate(rest);
        rest.writeRaw(bytes, at, keyTo - at);
        rest.writeByte(':');
        rest.writeRaw(bytes, valueFrom, valueTo - valueFrom);
      }
      at = next(valueTo, (byte) '}');
    }
    rest.writeByte('}');
    context.bytes = rest.toByteArray();
    return at + 1;
  }

  private int inner(Context context, Level inner, int from, Elements elements, String key)
      throws DecodeException {
    if (inner.isArray()) {
      return array(context, inner, from, elements, key);
    }
    return isNull(from)
        ? from + NULL_BYTES
        : object(new Context(context, inner, true), from, elements);
  }

  /**
   * Finds the elements in an array.
   *
   * @param inner the level of its objects; null if they are the elements
   */
  private int array(Context context, @Nullable Level inner, int from, Elements elements, String key)
      throws DecodeException {
    if (isNull(from)) {
      return from + NULL_BYTES;
    }
    if (bytes[from] != '[') {
      throw new DecodeException(
          DeadLetterCode.WRONG_TYPE, "byte " + from + ": expected an array `" + key + "`");
    }
    int at = scan.space(from + 1);
    while (bytes[at] != ']') {
      int end;
      if (inner == null) {
        end = scan.value(at);
        elements.add(context, at, end);
      } else {
        end = object(new Context(context, inner, true), at, elements);
      }
      at = next(end, (byte) ']');
    }
    return at + 1;
  }

  /** Where the next member or element begins; where the value around them ends, if none does. */
  private int next(int from, byte closing) throws DecodeException {
    int at = scan.space(from);
    if (bytes[at] == ',') {
      at = scan.space(at + 1);
      if (bytes[at] == closing) {
        throw JsonScan.malformed(at);
      }
      return at;
    } else if (bytes[at] != closing) {
      throw JsonScan.malformed(at);
    }
    return at;
  }

  private boolean isNull(int at) throws DecodeException {
    return bytes[at] == 'n' && scan.value(at) == at + NULL_BYTES && bytes[at + 1] == 'u';
  }

  private static void requireOnce(boolean first, int at, String key) throws DecodeException {
    if (!first) {
      throw new DecodeException(
          DeadLetterCode.DUPLICATE_KEY, "byte " + at + ": expected one key `" + key + "`");
    }
  }
}
