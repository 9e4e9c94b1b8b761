package io.millrace.decode.influx;

import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import io.millrace.text.ByteScan;
import io.millrace.text.Escapes;

/**
 * Parses one line by the published grammar of line protocol. Every escape of it is known, and
 * nothing else is taken: no white space but spaces, no control characters outside of strings, no
 * {@code NaN}. Not thread-safe.
 *
 * <p>Source of the grammar: the line protocol reference of InfluxDB v2, and the EBNF in the
 * repository influxdata/line-protocol.
 */
final class LineParser {
  private static final int ENDS_KEY = 1;
  private static final int ENDS_MEASUREMENT = 2;

  /** For each byte, which names it ends, or that it is to be looked at in them. */
  private static final byte[] ENDS = ends();

  private static final int DELETE = 0x7f;

  /** A number of so many bytes, and an exponent of at most two digits, is in range of its type. */
  private static final int MAX_CERTAIN_BYTES = 18;

  private byte[] bytes = {};
  private int to;
  private int at;
  private int hash;
  private boolean escaped;

  // The strings of the line, which are known by their places in the record
  private Lines lines = new Lines();
  private int shift;
  private int string;
  private int stringsEnd;

  private static byte[] ends() {
    byte[] ends = new byte[1 << Byte.SIZE];
    for (int c = 0; c < ' '; c++) {
      ends[c] = ENDS_KEY | ENDS_MEASUREMENT;
    }
    for (int c : new int[] {DELETE, ' ', ',', '\\'}) {
      ends[c] = ENDS_KEY | ENDS_MEASUREMENT;
    }
    ends['='] = ENDS_KEY;
    return ends;
  }

  /**
   * Parses a line.
   *
   * @param line valid UTF-8, without its line end
   * @param of the lines of its record
   * @param number the line's number among them
   * @throws DecodeException if it is no point; the message names the byte of the line
   */
  void parse(byte[] line, Lines of, int number, Point point) throws DecodeException {
    bytes = line;
    lines = of;
    shift = of.from(number);
    string = of.firstString(number);
    stringsEnd = of.stringsEnd(number);
    to = line.length;
    at = 0;
    point.clear(line);
    skipSpaces();
    measurement(point);
    point.tagsFrom = Math.min(at + 1, to);
    while (at < to && bytes[at] == ',') {
      tag(point.tags);
    }
    point.seriesTo = at;
    point.tagsFrom = Math.min(point.tagsFrom, at);
    if (at == to || bytes[at] != ' ') {
      throw malformed("expected a space and a field");
    }
    skipSpaces();
    point.fieldsFrom = at;
    field(point.fields);
    while (at < to && bytes[at] == ',') {
      at++;
      field(point.fields);
    }
    point.fieldsTo = at;
    skipSpaces();
    time(point);
    skipSpaces();
    if (at < to) {
      throw malformed("expected the end of the line");
    }
  }

  private void skipSpaces() {
    while (at < to && bytes[at] == ' ') {
      at++;
    }
  }

  private void measurement(Point point) throws DecodeException {
    int from = at;
    point.seriesFrom = from;
    name(ENDS_MEASUREMENT);
    if (at == from) {
      throw malformed("expected a measurement");
    }
    if (escaped) {
      byte[] name = Escapes.LINE_MEASUREMENT.text(bytes, from, at);
      point.setMeasurement(name, 0, name.length);
    } else {
      point.setMeasurement(bytes, from, at);
    }
  }

  private void tag(Pairs tags) throws DecodeException {
    at++;
    int keyAt = at;
    if (!key(tags, "expected the key of a tag")) {
      throw duplicate(keyAt, "expected each tag once");
    }
    int from = at;
    name(ENDS_KEY);
    if (at == from) {
      throw malformed("expected a tag's value, which cannot be empty");
    }
    tags.setValue(ValueKind.STRING, bytes, from, at, escaped ? Escapes.LINE_KEY : null);
  }

  private void field(Pairs fields) throws DecodeException {
    int keyAt = at;
    if (!key(fields, "expected the key of a field")) {
      throw duplicate(keyAt, "expected each field once");
    }
    if (at < to && bytes[at] == '"') {
      string(fields);
    } else {
      word(fields);
    }
    if (at < to && bytes[at] != ',' && bytes[at] != ' ') {
      throw malformed("expected a comma, a space or the end of the line after a field's value");
    }
  }

  /** Reads a key and the equals sign after it; gives whether the key is new. */
  private boolean key(Pairs pairs, String expected) throws DecodeException {
    int from = at;
    name(ENDS_KEY);
    if (at == from) {
      throw malformed(expected);
    }
    if (at == to || bytes[at] != '=') {
      throw malformed("expected an equals sign after a key");
    }
    boolean isNew;
    if (escaped) {
      byte[] key = Escapes.LINE_KEY.text(bytes, from, at);
      isNew = pairs.addKey(key, 0, key.length, Names.hash(key, 0, key.length));
    } else {
      isNew = pairs.addKey(bytes, from, at, hash);
    }
    at++;
    return isNew;
  }

  /** Passes a name up to a byte that ends it without being escaped. */
  private void name(int ending) throws DecodeException {
    int h = 0;
    int i = at;
    escaped = false;
    while (i < to) {
      byte b = bytes[i];
      if ((ENDS[b & 0xff] & ending) != 0) {
        if (b != '\\') {
          break;
        }
        escaped = true;
        i++;
        if (i == to || (bytes[i] & 0xff) < ' ' || bytes[i] == DELETE) {
          at = i;
          throw malformed("expected a character after a backslash");
        }
        // One backslash after another is a character that may itself escape the next one.
        i += bytes[i] == '\\' ? 0 : 1;
        continue;
      }
      h = Names.hash(h, b);
      i++;
    }
    at = i;
    hash = h;
  }

  private void string(Pairs fields) throws DecodeException {
    int from = at + 1;
    int end;
    boolean hasBackslash;
    if (isKnownString()) {
      end = lines.closing(string) - shift;
      hasBackslash = lines.isEscaped(string);
    } else {
      end = ByteScan.quoteOrBackslash(bytes, from, to);
      hasBackslash = end < to && bytes[end] == '\\';
      if (hasBackslash) {
        end = ByteScan.closingQuote(bytes, end);
      }
    }
    if (end >= to) {
      throw new DecodeException(
          DeadLetterCode.TRUNCATED, "byte " + at + ": the string ends without a closing quote");
    }
    fields.setValue(ValueKind.STRING, bytes, from, end, hasBackslash ? Escapes.LINE_STRING : null);
    at = end + 1;
  }

  /** Whether the string at the current quote was found with the lines; it is the next one then. */
  private boolean isKnownString() {
    int quote = at + shift;
    while (string < stringsEnd && lines.opening(string) < quote) {
      string++;
    }
    return string < stringsEnd && lines.opening(string) == quote;
  }

  /** A number or a boolean. */
  private void word(Pairs fields) throws DecodeException {
    int from = at;
    int i = from;
    if (i < to && bytes[i] == '-') {
      i++;
    }
    int wholeFrom = i;
    i = digits(i);
    int digits = i - wholeFrom;
    boolean isWhole = true;
    int exponentFrom = -1;
    if (i < to && bytes[i] == '.') {
      isWhole = false;
      int fractionFrom = i + 1;
      i = digits(fractionFrom);
      digits += i - fractionFrom;
    }
    if (digits == 0) {
      bool(fields, from);
      return;
    }
    if (i < to && (bytes[i] | 0x20) == 'e') {
      isWhole = false;
      i++;
      i += i < to && (bytes[i] == '-' || bytes[i] == '+') ? 1 : 0;
      exponentFrom = i;
      i = digits(i);
      if (i == exponentFrom) {
        at = i;
        throw malformed("expected the digits of an exponent");
      }
    }
    ValueKind kind = ValueKind.FLOAT;
    int end = i;
    if (isWhole && i < to && bytes[i] == 'i') {
      kind = ValueKind.INTEGER;
      i++;
    } else if (isWhole && i < to && bytes[i] == 'u' && wholeFrom == from) {
      kind = ValueKind.UNSIGNED;
      i++;
    }
    if (end - from > MAX_CERTAIN_BYTES || (exponentFrom >= 0 && end - exponentFrom > 2)) {
      requireInRange(kind, from, end);
    }
    fields.setValue(kind, bytes, from, end);
    at = i;
  }

  /** A type of a value has 64 bits, whatever the contract makes of the value. */
  private void requireInRange(ValueKind kind, int from, int end) throws DecodeException {
    String expected =
        switch (kind) {
          case INTEGER ->
              IntegerText.fitsSigned(bytes, from, end) ? "" : "an integer of 64 bits with a sign";
          case UNSIGNED ->
              IntegerText.fitsUnsigned(bytes, from, end)
                  ? ""
                  : "an integer of 64 bits without a sign";
          default ->
              Double.isInfinite(PointNumbers.parse(bytes, from, end)) ? "a float of 64 bits" : "";
        };
    if (!expected.isEmpty()) {
      throw new DecodeException(
          DeadLetterCode.NUMBER_OVERFLOW, "byte " + from + ": expected " + expected);
    }
  }

  private int digits(int from) {
    int i = from;
    while (i < to && bytes[i] >= '0' && bytes[i] <= '9') {
      i++;
    }
    return i;
  }

  private void bool(Pairs fields, int from) throws DecodeException {
    int end = from;
    while (end < to && bytes[end] != ',' && bytes[end] != ' ') {
      end++;
    }
    boolean isTrue = Words.isTrue(bytes, from, end);
    if (!isTrue && !Words.isFalse(bytes, from, end)) {
      if (Words.isNoNumber(bytes, from, end)) {
        throw new DecodeException(
            DeadLetterCode.NOT_A_NUMBER,
            "byte " + from + ": expected a value; line protocol has neither NaN nor Infinity");
      }
      throw malformed(
          "expected a field's value: a number, a boolean, or a string in double quotes");
    }
    fields.setValue(isTrue ? ValueKind.TRUE : ValueKind.FALSE, bytes, from, end);
    at = end;
  }

  private void time(Point point) throws DecodeException {
    point.timeFrom = at;
    point.timeTo = at;
    if (at == to) {
      return;
    }
    int from = bytes[at] == '-' ? at + 1 : at;
    int end = digits(from);
    if (end == from || (end < to && bytes[end] != ' ')) {
      throw new DecodeException(
          DeadLetterCode.INVALID_TIME,
          "byte " + at + ": expected an integer as timestamp, or the end of the line");
    }
    at = end;
    point.timeTo = end;
  }

  private static DecodeException duplicate(int place, String expected) {
    return new DecodeException(DeadLetterCode.DUPLICATE_KEY, "byte " + place + ": " + expected);
  }

  private DecodeException malformed(String expected) {
    return new DecodeException(DeadLetterCode.MALFORMED_LINE, "byte " + at + ": " + expected);
  }
}
