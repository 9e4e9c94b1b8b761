package io.millrace.clickhouse.encoding;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import io.millrace.event.RowBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowBufferTest {
  private static final int[] ALPHABET = {'a', 'z', '"', 0x7F, 0x80, 0xFF, 0x7FF, 0x800, 0x1F600};

  /** What the JDK makes of a text, after its length. */
  private static byte[] expected(String text) {
    RowBuffer buffer = new RowBuffer(1);
    buffer.writeString(text.getBytes(StandardCharsets.UTF_8));
    return buffer.toByteArray();
  }

  private static byte[] written(String text, int capacity) {
    RowBuffer buffer = new RowBuffer(capacity);
    buffer.writeString(text);
    return buffer.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "ä", "日本", "\uD83D\uDE00", "x\uD800", "\uDC00y", "\uD800\uD800"})
  void writesUtf8(String text) {
    assertThat(written(text, 1), is(expected(text)));
  }

  /** The length of the length changes at 128 and at 16 384 bytes, with fewer chars than that. */
  @Test
  void writesTextsOfAnyLengthAndAlphabet() {
    Random random = new Random(11);
    for (int round = 0; round < 3_000; round++) {
      int bound = round % 3 == 0 ? 20_000 : 200;
      int chars = random.nextInt(bound);
      int letters = 1 + random.nextInt(ALPHABET.length);
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < chars; i++) {
        text.appendCodePoint(ALPHABET[random.nextInt(letters)]);
      }
      assertThat(written(text.toString(), 1 + random.nextInt(64)), is(expected(text.toString())));
    }
  }

  @Test
  void oneTextFollowsAnother() {
    RowBuffer buffer = new RowBuffer(2);
    buffer.writeString("ä".repeat(100));
    buffer.writeString("b");
    RowBuffer same = new RowBuffer(2);
    same.writeString("ä".repeat(100).getBytes(StandardCharsets.UTF_8));
    same.writeString(new byte[] {'b'});
    assertThat(buffer.toByteArray(), is(same.toByteArray()));
  }

  /** Doubled, each copy of a record of 50 MB would take 100 MB. */
  @Test
  void aLargeValueTakesLittleMoreThanItsSize() {
    byte[] large = new byte[10_000_000];
    RowBuffer buffer = new RowBuffer(64);
    buffer.writeLong(1);
    buffer.writeString(large);
    buffer.writeLong(2);
    assertThat(buffer.size(), is(large.length + 2 * Long.BYTES + 4));
    assertThat(buffer.capacity(), lessThan(large.length / 8 * 9 + 100));
    buffer.clear(1_000);
    assertThat(buffer.size(), is(0));
    assertThat(buffer.capacity(), is(1_000));
  }

  @Test
  void manySmallValuesAreSeldomCopied() {
    RowBuffer buffer = new RowBuffer(64);
    int grown = 0;
    int capacity = buffer.capacity();
    for (int i = 0; i < 4_000_000; i++) {
      buffer.writeInt(i);
      if (buffer.capacity() != capacity) {
        capacity = buffer.capacity();
        grown++;
      }
    }
    assertThat(grown, is(18));
  }
}
