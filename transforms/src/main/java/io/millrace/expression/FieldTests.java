package io.millrace.expression;

import static io.millrace.expression.RowTest.FAILED;

import com.google.re2j.Pattern;
import io.millrace.event.Utf8Slice;
import io.millrace.expression.TestCompiler.Order;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Tests of one field of a row against constants. A text is compared by its bytes. Where CEL has no
 * such operation for null, the test fails; null equals only null.
 */
final class FieldTests {
  private FieldTests() {}

  static RowTest isTrue(int index) {
    return row -> row.raw(index) instanceof Boolean flag ? RowTest.of(flag) : FAILED;
  }

  static RowTest isNull(int index) {
    return row -> RowTest.of(row.raw(index) == null);
  }

  static RowTest isEqual(int index, boolean constant) {
    return row -> RowTest.of(row.raw(index) instanceof Boolean flag && flag == constant);
  }

  static RowTest isEqual(int index, long constant) {
    return row ->
        RowTest.of(row.raw(index) instanceof Number number && number.longValue() == constant);
  }

  static RowTest isEqual(int index, double constant) {
    return row ->
        RowTest.of(row.raw(index) instanceof Number number && number.doubleValue() == constant);
  }

  static RowTest compare(int index, Order order, long constant) {
    return row ->
        row.raw(index) instanceof Number number
            ? RowTest.of(order.holds(Long.compare(number.longValue(), constant)))
            : FAILED;
  }

  static RowTest compare(int index, Order order, double constant) {
    // Double.compare would tell two zeros apart.
    return row -> {
      if (!(row.raw(index) instanceof Number number)) {
        return FAILED;
      }
      double value = number.doubleValue();
      return RowTest.of(order.holds(value < constant ? -1 : value > constant ? 1 : 0));
    };
  }

  /** Whether the text is one of the constants. */
  static RowTest oneOf(int index, List<String> constants) {
    byte[][] bytes = constants.stream().map(FieldTests::utf8).toArray(byte[][]::new);
    return row -> {
      Object value = row.raw(index);
      for (int i = 0; i < bytes.length; i++) {
        if (value instanceof Utf8Slice text
            ? isAt(bytes[i], text, 0, text.length())
            : constants.get(i).equals(value)) {
          return RowTest.TRUE;
        }
      }
      return RowTest.FALSE;
    };
  }

  static RowTest startsWith(int index, String prefix) {
    byte[] bytes = utf8(prefix);
    return row -> {
      Object value = row.raw(index);
      if (value instanceof Utf8Slice text) {
        return RowTest.of(text.length() >= bytes.length && isAt(bytes, text, 0, bytes.length));
      }
      return value instanceof String text ? RowTest.of(text.startsWith(prefix)) : FAILED;
    };
  }

  static RowTest endsWith(int index, String suffix) {
    byte[] bytes = utf8(suffix);
    return row -> {
      Object value = row.raw(index);
      if (value instanceof Utf8Slice text) {
        int at = text.length() - bytes.length;
        return RowTest.of(at >= 0 && isAt(bytes, text, at, bytes.length));
      }
      return value instanceof String text ? RowTest.of(text.endsWith(suffix)) : FAILED;
    };
  }

  static RowTest contains(int index, String part) {
    byte[] bytes = utf8(part);
    return row -> {
      Object value = row.raw(index);
      if (value instanceof Utf8Slice text) {
        return RowTest.of(contains(text, bytes));
      }
      return value instanceof String text ? RowTest.of(text.contains(part)) : FAILED;
    };
  }

  private static boolean contains(Utf8Slice text, byte[] part) {
    if (part.length == 0) {
      return true;
    }
    byte[] bytes = text.bytes();
    int last = text.from() + text.length() - part.length;
    for (int i = text.from(); i <= last; i++) {
      if (bytes[i] == part[0] && Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a part of the text matches. */
  static RowTest matches(int index, Pattern pattern) {
    return row -> {
      Object value = row.raw(index);
      return value == null ? FAILED : RowTest.of(pattern.matcher(value.toString()).find());
    };
  }

  private static boolean isAt(byte[] constant, Utf8Slice text, int at, int length) {
    int from = text.from() + at;
    return length == constant.length
        && Arrays.equals(text.bytes(), from, from + length, constant, 0, length);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
