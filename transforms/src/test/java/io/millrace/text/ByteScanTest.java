package io.millrace.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against a loop over single bytes, wherever a character stands in a word of eight bytes. */
class ByteScanTest {
  private static final byte[] CHARACTERS = {
    '"', '\\', '"', '\\', 'a', '#', ']', 0x1f, -1, -36, -94
  };

  private final Random random = new Random(1);

  @Test
  void findsTheClosingQuote() {
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = bytes();
      int from = random.nextInt(bytes.length + 1);
      int expected = from;
      while (expected < bytes.length && bytes[expected] != '"') {
        expected += bytes[expected] == '\\' ? 2 : 1;
      }
      assertEquals(
          Math.min(expected, bytes.length),
          ByteScan.closingQuote(bytes, from),
          () -> from + " in " + Arrays.toString(bytes));
    }
  }

  @Test
  void findsEachKindOfCharacter() {
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = bytes();
      int from = random.nextInt(bytes.length + 1);
      int to = from + random.nextInt(bytes.length + 1 - from);
      int special = from;
      while (special < to
          && bytes[special] != '"'
          && bytes[special] != '\\'
          && (bytes[special] & 0xff) >= ' ') {
        special++;
      }
      assertEquals(special, ByteScan.quoteBackslashOrControl(bytes, from, to));
      int either = from;
      while (either < to && bytes[either] != '"' && bytes[either] != '\\') {
        either++;
      }
      assertEquals(either, ByteScan.quoteOrBackslash(bytes, from, to));
    }
  }

  /** Mostly plain, so that characters come alone and beside each other. */
  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(40)];
    int plain = random.nextInt(10);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] =
          random.nextInt(10) < plain ? (byte) 'x' : CHARACTERS[random.nextInt(CHARACTERS.length)];
    }
    return bytes;
  }
}
