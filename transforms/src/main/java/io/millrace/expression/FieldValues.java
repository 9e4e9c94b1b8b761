package io.millrace.expression;

import static io.millrace.expression.RowValue.FAILED;

import io.millrace.event.RowValues;
import io.millrace.event.Utf8Slice;
import java.nio.charset.StandardCharsets;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Values that are computed without CEL's interpreter. A text stays UTF-8 and is never decoded. As
 * in CEL, an operation fails if an operand is null, if an integer overflows, and if it divides an
 * integer by zero.
 */
final class FieldValues {
  private static final int CASE_BIT = 0x20;

  private FieldValues() {}

  static Utf8Slice slice(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Utf8Slice(bytes, 0, bytes.length);
  }

  /** A text as a slice; null if the value is no text. */
  private static @Nullable Utf8Slice text(@Nullable Object value) {
    return value instanceof Utf8Slice text
        ? text
        : value instanceof String text ? slice(text) : null;
  }

  static RowValue flag(RowTest test) {
    return row ->
        switch (test.test(row)) {
          case RowTest.TRUE -> Boolean.TRUE;
          case RowTest.FALSE -> Boolean.FALSE;
          default -> FAILED;
        };
  }

  static RowValue choose(RowTest condition, RowValue then, RowValue otherwise) {
    return row ->
        switch (condition.test(row)) {
          case RowTest.TRUE -> then.of(row);
          case RowTest.FALSE -> otherwise.of(row);
          default -> FAILED;
        };
  }

  /** Joins texts. */
  static RowValue join(RowValue[] parts) {
    return row -> {
      Utf8Slice[] texts = new Utf8Slice[parts.length];
      long length = 0;
      for (int i = 0; i < parts.length; i++) {
        Utf8Slice text = text(parts[i].of(row));
        if (text == null) {
          return FAILED;
        }
        texts[i] = text;
        length += text.length();
      }
      byte[] joined = new byte[Math.toIntExact(length)];
      int at = 0;
      for (Utf8Slice text : texts) {
        System.arraycopy(text.bytes(), text.from(), joined, at, text.length());
        at += text.length();
      }
      return new Utf8Slice(joined, 0, joined.length);
    };
  }

  static RowValue lower(RowValue value) {
    return row -> withoutCase(value.of(row), 'A', 'Z');
  }

  static RowValue upper(RowValue value) {
    return row -> withoutCase(value.of(row), 'a', 'z');
  }

  /** A text whose letters in a range of ASCII have the other case. */
  private static Object withoutCase(@Nullable Object value, char first, char last) {
    Utf8Slice text = text(value);
    if (text == null) {
      return FAILED;
    }
    byte[] bytes = text.bytes();
    int end = text.from() + text.length();
    int at = text.from();
    while (at < end && (bytes[at] < first || bytes[at] > last)) {
      at++;
    }
    if (at == end) {
      return text;
    }
    byte[] changed = new byte[text.length()];
    for (int i = 0; i < changed.length; i++) {
      byte b = bytes[text.from() + i];
      changed[i] = b < first || b > last ? b : (byte) (b ^ CASE_BIT);
    }
    return new Utf8Slice(changed, 0, changed.length);
  }

  /**
   * A part of a text, counted in characters of Unicode.
   *
   * @param to {@link Integer#MAX_VALUE}: up to the end
   */
  static RowValue substring(RowValue value, int from, int to) {
    return row -> {
      Utf8Slice text = text(value.of(row));
      if (text == null) {
        return FAILED;
      }
      int begin = after(text, 0, from);
      int end = to == Integer.MAX_VALUE ? text.length() : after(text, begin, to - from);
      return begin < 0 || end < 0
          ? FAILED
          : new Utf8Slice(text.bytes(), text.from() + begin, end - begin);
    };
  }

  /** The position after some more characters; -1 if the text is too short. */
  private static int after(Utf8Slice text, int from, int characters) {
    if (from < 0) {
      return from;
    }
    int at = from;
    for (int i = 0; i < characters; i++) {
      if (at >= text.length()) {
        return -1;
      }
      at++;
      // The bytes after the first of a character begin with the bits 10.
      while (at < text.length() && (text.bytes()[text.from() + at] & 0xC0) == 0x80) {
        at++;
      }
    }
    return at;
  }

  static RowValue decimalText(RowValue value) {
    return row -> value.of(row) instanceof Long number ? Long.toString(number) : FAILED;
  }

  static RowValue toDouble(RowValue value) {
    return row -> value.of(row) instanceof Long number ? (Object) number.doubleValue() : FAILED;
  }

  private interface LongOperation {
    /** Throws {@link ArithmeticException} if there is no result. */
    long of(long a, long b);
  }

  /** An operator of whole numbers by its name in CEL; null for another function. */
  static @Nullable RowValue integers(String function, RowValue a, RowValue b) {
    LongOperation operation =
        switch (function) {
          case "_+_" -> Math::addExact;
          case "_-_" -> Math::subtractExact;
          case "_*_" -> Math::multiplyExact;
          case "_/_" -> (x, y) -> x == Long.MIN_VALUE && y == -1 ? Math.negateExact(x) : x / y;
          case "_%_" -> (x, y) -> x % y;
          default -> null;
        };
    return operation == null ? null : row -> result(operation, a, b, row);
  }

  private static Object result(LongOperation operation, RowValue a, RowValue b, RowValues row) {
    if (a.of(row) instanceof Long x && b.of(row) instanceof Long y) {
      try {
        return operation.of(x, y);
      } catch (ArithmeticException e) {
        return FAILED;
      }
    }
    return FAILED;
  }

  private interface DoubleOperation {
    double of(double a, double b);
  }

  /** An operator of floating-point numbers by its name in CEL; null for another function. */
  static @Nullable RowValue doubles(String function, RowValue a, RowValue b) {
    DoubleOperation operation =
        switch (function) {
          case "_+_" -> (x, y) -> x + y;
          case "_-_" -> (x, y) -> x - y;
          case "_*_" -> (x, y) -> x * y;
          case "_/_" -> (x, y) -> x / y;
          default -> null;
        };
    return operation == null
        ? null
        : row ->
            a.of(row) instanceof Double x && b.of(row) instanceof Double y
                ? (Object) operation.of(x, y)
                : FAILED;
  }
}
