package io.millrace.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.decode.Decimals.Problem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against the JDK's own decimals. Single cases stand in {@code NumberFieldsTest}. */
class DecimalsTest {
  @Test
  void randomNumbers() {
    Decimals decimals = new Decimals();
    Random random = new Random(9);
    int[] seen = new int[4];
    for (int i = 0; i < 300_000; i++) {
      String text = number(random);
      int precision = 1 + random.nextInt(38);
      int scale = random.nextInt(precision + 1);
      BigDecimal exact = new BigDecimal(text);
      BigDecimal found = decimals.read(text, precision, scale);
      if (exact.abs().compareTo(BigDecimal.TEN.pow(precision - scale)) >= 0) {
        assertEquals(null, found, text);
        assertEquals(Problem.TOO_MANY_WHOLE_DIGITS, decimals.problem(), text);
        seen[0]++;
      } else if (exact.setScale(scale, RoundingMode.DOWN).compareTo(exact) != 0) {
        assertEquals(null, found, text);
        assertEquals(Problem.TOO_MANY_FRACTION_DIGITS, decimals.problem(), text);
        seen[1]++;
      } else {
        assertEquals(exact.setScale(scale), found, text);
        seen[exact.signum() == 0 ? 2 : 3]++;
      }
    }
    for (int count : seen) {
      assertTrue(count > 1000, "every case occurs");
    }
  }

  private static String number(Random random) {
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
    digits(random, text, 1 + random.nextInt(20));
    while (text.charAt(text.length() - 1) == '-') {
      text.append('0');
    }
    int whole = text.charAt(0) == '-' ? 1 : 0;
    if (text.charAt(whole) == '0') {
      text.setLength(whole + 1);
    }
    if (random.nextInt(3) > 0) {
      digits(random, text.append('.'), 1 + random.nextInt(20));
    }
    if (random.nextInt(3) == 0) {
      text.append(random.nextBoolean() ? 'e' : 'E');
      text.append(new String[] {"", "+", "-"}[random.nextInt(3)]).append(random.nextInt(40));
    }
    return text.toString();
  }

  /** Digits with many zeros, which are what needs care. */
  private static void digits(Random random, StringBuilder text, int count) {
    int zeros = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      text.append(zeros == 0 ? 0 : random.nextInt(zeros) == 0 ? random.nextInt(10) : 0);
    }
  }
}
