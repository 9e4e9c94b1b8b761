package io.millrace.decode.otlp;

import io.millrace.decode.DecodeException;
import io.millrace.decode.otlp.Message.Field;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.RowBuffer;
import io.millrace.text.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes values of the wire form as JSON: attributes as an object, bytes in base64, the numbers of
 * traces and spans in hexadecimal digits, times as nanoseconds, and what is neither a number nor
 * absent ({@code NaN}, {@code Infinity}) as a string. Not thread-safe.
 */
final class JsonText {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final WireReader in;
  private final Notes notes;
  private final AnyValue any;
  private final KeyCache keys;
  private final int maxDepth;
  private final RowBuffer textBuffer = new RowBuffer(256);

  JsonText(WireReader in, Notes notes, AnyValue any, KeyCache keys, int maxDepth) {
    this.in = in;
    this.notes = notes;
    this.any = any;
    this.keys = keys;
    this.maxDepth = maxDepth;
  }

  /** The value of a field, which is one of those that may come again. */
  void value(RowBuffer out, Field field, String path, int from, int to) throws DecodeException {
    value(out, field, path, from, to, 1);
  }

  private void value(RowBuffer out, Field field, String path, int from, int to, int depth)
      throws DecodeException {
    switch (field.kind()) {
      case TEXT -> string(out, path, from, to);
      case HEX -> hex(out, field, path, from, to);
      case ANY -> any(out, path, from, to, depth);
      case MESSAGE, MESSAGES -> message(out, field, path, from, to, depth);
      case ATTRIBUTES, FIXED64S, UINT64S, DOUBLES ->
          throw new IllegalStateException(field.kind() + " is written from all of its parts");
      default -> {
        int at = in.position();
        int end = in.end();
        in.seek(from, to);
        number(out, field, path);
        in.seek(at, end);
      }
    }
  }

  private void number(RowBuffer out, Field field, String path) throws DecodeException {
    switch (field.kind()) {
      case TIME, FIXED64 -> ascii(out, Long.toUnsignedString(in.fixed64()));
      case SFIXED64 -> ascii(out, Long.toString(in.fixed64()));
      case DOUBLE -> number(out, Double.longBitsToDouble(in.fixed64()));
      case BOOL -> ascii(out, Numbers.bool(in, path) ? "true" : "false");
      case NAMED -> {
        int value = (int) Numbers.integer(in, field.kind(), path);
        String name = Numbers.name(field, value);
        ascii(out, value < 0 || value >= field.names().size() ? name : '"' + name + '"');
      }
      default -> ascii(out, Long.toString(Numbers.integer(in, field.kind(), path)));
    }
  }

  /** The elements of an array of numbers, packed or a single one, each after a comma. */
  void numbers(RowBuffer out, Field field, int from, int to) throws DecodeException {
    int at = in.position();
    int end = in.end();
    in.seek(from, to);
    while (in.hasNext()) {
      separate(out);
      switch (field.kind()) {
        case DOUBLES -> number(out, Double.longBitsToDouble(in.fixed64()));
        case FIXED64S -> ascii(out, Long.toUnsignedString(in.fixed64()));
        default -> ascii(out, Long.toUnsignedString(in.varint()));
      }
    }
    in.seek(at, end);
  }

  private void message(RowBuffer out, Field field, String path, int from, int to, int depth)
      throws DecodeException {
    Message message = field.message();
    if (message == null) {
      throw new IllegalStateException(path + " is no message");
    }
    out.writeByte('{');
    for (Field member : message.fields()) {
      member(out, member, path, from, to, depth, true);
    }
    others(message, from, to);
    out.writeByte('}');
  }

  /** What a contract does not declare of a message, as an object. */
  void undeclared(RowBuffer out, Plan plan, String path, int from, int to) throws DecodeException {
    out.writeByte('{');
    for (Target member : plan.targets()) {
      if (!member.isDeclared()) {
        member(out, member.field, path, from, to, 1, true);
      }
    }
    out.writeByte('}');
  }

  /** The value of a message's field; nothing if it is not there. */
  void member(RowBuffer out, Field field, String path, int from, int to) throws DecodeException {
    member(out, field, path, from, to, 1, false);
  }

  private void member(
      RowBuffer out, Field field, String path, int from, int to, int depth, boolean named)
      throws DecodeException {
    int at = in.position();
    int end = in.end();
    in.seek(from, to);
    int found = 0;
    Set<String> seen = null;
    while (in.hasNext()) {
      int tag = in.tag();
      if (WireReader.number(tag) != field.number()) {
        in.skip(WireReader.type(tag));
        continue;
      }
      Numbers.checkType(field, WireReader.type(tag), path);
      int length = WireReader.type(tag) == WireReader.LENGTH ? in.length() : -1;
      int valueFrom = in.position();
      if (length < 0) {
        in.skip(WireReader.type(tag));
      } else {
        in.seek(valueFrom + length, to);
      }
      int valueTo = in.position();
      if (++found == 1) {
        if (named) {
          separate(out);
          name(out, field.name());
        }
        if (field.kind().repeated) {
          out.writeByte(field.kind() == Kind.ATTRIBUTES ? '{' : '[');
        }
      } else if (!field.kind().repeated) {
        throw Numbers.twice(path + "." + field.name());
      }
      if (field.kind() == Kind.ATTRIBUTES) {
        seen = seen == null ? new HashSet<>() : seen;
        attribute(out, path, valueFrom, valueTo, seen, depth);
      } else if (field.kind().isNumbers()) {
        numbers(out, field, valueFrom, valueTo);
      } else {
        if (field.kind().repeated) {
          separate(out);
        }
        value(out, field, path, valueFrom, valueTo, depth + 1);
      }
    }
    if (found > 0 && field.kind().repeated) {
      out.writeByte(field.kind() == Kind.ATTRIBUTES ? '}' : ']');
    }
    in.seek(at, end);
  }

  private void others(Message message, int from, int to) throws DecodeException {
    int at = in.position();
    int end = in.end();
    in.seek(from, to);
    while (in.hasNext()) {
      int fieldFrom = in.position();
      int tag = in.tag();
      in.skip(WireReader.type(tag));
      if (message.fields().stream().noneMatch(f -> f.number() == WireReader.number(tag))) {
        notes.addOther(message.name(), fieldFrom, in.position());
      }
    }
    in.seek(at, end);
  }

  /** One attribute, as a member of an object, after a comma if it needs one. */
  void attribute(RowBuffer out, String path, int from, int to, Set<String> seen)
      throws DecodeException {
    attribute(out, path, from, to, seen, 1);
  }

  private void attribute(RowBuffer out, String path, int from, int to, Set<String> seen, int depth)
      throws DecodeException {
    KeyValue pair = KeyValue.read(in, notes, path, from, to);
    if (!seen.add(key(path, pair))) {
      throw Numbers.twice(path);
    }
    separate(out);
    string(out, path, pair.keyFrom(), pair.keyTo());
    out.writeByte(':');
    any(out, path, pair.valueFrom(), pair.valueTo(), depth + 1);
  }

  /** The key of an attribute. */
  String key(String path, KeyValue pair) throws DecodeException {
    String key = keys.text(in.bytes(), pair.keyFrom(), pair.keyTo());
    if (key == null) {
      throw notUtf8(path);
    }
    return key;
  }

  /** A value of any type. */
  void any(RowBuffer out, String path, int from, int to) throws DecodeException {
    any(out, path, from, to, 1);
  }

  private void any(RowBuffer out, String path, int from, int to, int depth) throws DecodeException {
    if (depth > maxDepth) {
      throw new DecodeException(
          DeadLetterCode.TOO_DEEP, path + ": expected at most " + maxDepth + " levels of nesting");
    }
    any.open(from, to, path);
    switch (any.which()) {
      case AnyValue.STRING -> string(out, path, any.from(), any.to());
      case AnyValue.BOOL -> ascii(out, any.number() == 0 ? "false" : "true");
      case AnyValue.INT -> ascii(out, Long.toString(any.number()));
      case AnyValue.DOUBLE -> number(out, Double.longBitsToDouble(any.number()));
      case AnyValue.ARRAY -> list(out, path, any.from(), any.to(), depth, null);
      case AnyValue.KEY_VALUES -> list(out, path, any.from(), any.to(), depth, new HashSet<>());
      case AnyValue.BYTES -> base64(out, in.bytes(), any.from(), any.to());
      default -> ascii(out, "null");
    }
  }

  /** A value of any type as text: a string as it is, anything else as its JSON. */
  String text(String path, int from, int to) throws DecodeException {
    any.open(from, to, path);
    if (any.which() == AnyValue.STRING) {
      if (!Utf8.isValid(in.bytes(), any.from(), any.to())) {
        throw notUtf8(path);
      }
      return new String(in.bytes(), any.from(), any.to() - any.from(), StandardCharsets.UTF_8);
    }
    textBuffer.clear();
    any(textBuffer, path, from, to);
    return new String(textBuffer.toByteArray(), StandardCharsets.UTF_8);
  }

  private void list(
      RowBuffer out, String path, int from, int to, int depth, @Nullable Set<String> seen)
      throws DecodeException {
    int at = in.position();
    int end = in.end();
    in.seek(from, to);
    out.writeByte(seen == null ? '[' : '{');
    while (in.hasNext()) {
      int fieldFrom = in.position();
      int tag = in.tag();
      if (WireReader.number(tag) != 1) {
        in.skip(WireReader.type(tag));
        notes.addOther(seen == null ? "ArrayValue" : "KeyValueList", fieldFrom, in.position());
        continue;
      }
      if (WireReader.type(tag) != WireReader.LENGTH) {
        throw new DecodeException(
            DeadLetterCode.WRONG_TYPE, path + ": expected the wire type of its field");
      }
      int length = in.length();
      int valueFrom = in.position();
      in.seek(valueFrom + length, to);
      if (seen == null) {
        separate(out);
        any(out, path, valueFrom, valueFrom + length, depth + 1);
      } else {
        attribute(out, path, valueFrom, valueFrom + length, seen, depth);
      }
    }
    out.writeByte(seen == null ? ']' : '}');
    in.seek(at, end);
  }

  private void hex(RowBuffer out, Field field, String path, int from, int to)
      throws DecodeException {
    byte[] digits = hex(in.bytes(), field, path, from, to);
    out.writeByte('"');
    out.writeRaw(digits, 0, digits.length);
    out.writeByte('"');
  }

  /** The digits of the number of a trace or span; none if it is empty or 0, which means none. */
  static byte[] hex(byte[] bytes, Field field, String path, int from, int to)
      throws DecodeException {
    int length = to - from;
    int any = 0;
    byte[] digits = new byte[2 * length];
    for (int i = 0; i < length; i++) {
      byte next = bytes[from + i];
      any |= next;
      digits[2 * i] = HEX[(next >> 4) & 0xf];
      digits[2 * i + 1] = HEX[next & 0xf];
    }
    if (length != 0 && length != field.bytes()) {
      throw new DecodeException(
          DeadLetterCode.WRONG_TYPE, path + ": expected " + field.bytes() + " bytes, or none");
    }
    return any == 0 ? new byte[0] : digits;
  }

  /** A text in quotes. */
  void string(RowBuffer out, String path, int from, int to) throws DecodeException {
    byte[] bytes = in.bytes();
    if (!Utf8.isValid(bytes, from, to)) {
      throw notUtf8(path);
    }
    out.writeByte('"');
    int plain = from;
    for (int i = from; i < to; i++) {
      int c = bytes[i];
      if ((c >= 0 && c < ' ') || c == '"' || c == '\\') {
        out.writeRaw(bytes, plain, i - plain);
        escape(out, c);
        plain = i + 1;
      }
    }
    out.writeRaw(bytes, plain, to - plain);
    out.writeByte('"');
  }

  private static void escape(RowBuffer out, int c) {
    out.writeByte('\\');
    switch (c) {
      case '"', '\\' -> out.writeByte(c);
      case '\n' -> out.writeByte('n');
      case '\r' -> out.writeByte('r');
      case '\t' -> out.writeByte('t');
      default -> {
        ascii(out, "u00");
        out.writeByte(HEX[c >> 4]);
        out.writeByte(HEX[c & 0xf]);
      }
    }
  }

  static void base64(RowBuffer out, byte[] bytes, int from, int to) {
    byte[] range = Arrays.copyOfRange(bytes, from, to);
    byte[] text = Base64.getEncoder().encode(range);
    out.writeByte('"');
    out.writeRaw(text, 0, text.length);
    out.writeByte('"');
  }

  private static void number(RowBuffer out, double value) {
    String text = Double.toString(value);
    ascii(out, Double.isFinite(value) ? text : '"' + text + '"');
  }

  static void name(RowBuffer out, String name) {
    out.writeByte('"');
    ascii(out, name);
    out.writeByte('"');
    out.writeByte(':');
  }

  static void ascii(RowBuffer out, String text) {
    for (int i = 0; i < text.length(); i++) {
      out.writeByte(text.charAt(i));
    }
  }

  /** A comma, unless an object or array begins here. */
  static void separate(RowBuffer out) {
    int last = out.last();
    if (last != '{' && last != '[' && last >= 0) {
      out.writeByte(',');
    }
  }

  static DecodeException notUtf8(String path) {
    return new DecodeException(DeadLetterCode.NOT_UTF8, path + ": expected UTF-8");
  }
}
