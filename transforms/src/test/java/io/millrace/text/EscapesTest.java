package io.millrace.text;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.event.RowBuffer;
import io.millrace.event.Utf8Slice;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EscapesTest {
  private static final String[] PARTS = {
    "a", "twelve bytes", "é", "€", "😀", "\\\\", "\\\"", "\\,", "\\=", "\\ ", "\\n", "\\"
  };
  private static final String[] JSON_PARTS = {
    "a", "twelve bytes", "é", "😀", "\\\\", "\\\"", "\\/", "\\n", "\\u00e9", "\\ud83d\\ude00"
  };

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LINE_STRING|a\\\"b\\\\c\\d|a\"b\\c\\d",
        "LINE_STRING|\\\\\\\"|\\\"",
        "LINE_STRING|end\\|end\\",
        "LINE_STRING|a\\,b|a\\,b",
        "LINE_KEY|a\\,b\\=c\\ d|a,b=c d",
        "LINE_KEY|a\\\\,b\\\"|a\\,b\\\"",
        "LINE_MEASUREMENT|a\\,b\\=c\\ d|a,b\\=c d",
        "JSON|\\u00e9\\/\\\\u|é/\\u",
      })
  void removesWhatEscapes(Escapes escapes, String sent, String text) {
    assertEquals(text, plain(escapes, sent));
  }

  /** Wherever an escape stands in a word of eight bytes, and wherever the text stands. */
  @ParameterizedTest
  @EnumSource
  void agreesWithOneByteAtATime(Escapes escapes) throws Exception {
    ObjectMapper jackson = new ObjectMapper();
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      String[] parts = escapes == Escapes.JSON ? JSON_PARTS : PARTS;
      StringBuilder sent = new StringBuilder();
      for (int n = random.nextInt(20); n > 0; n--) {
        sent.append(parts[random.nextInt(parts.length)]);
      }
      String expected =
          escapes == Escapes.JSON
              ? jackson.readValue('"' + sent.toString() + '"', String.class)
              : byteByByte(escapes, sent.toString());
      byte[] bytes = utf8("before\\" + sent + "\\\" behind".substring(random.nextInt(10)));
      int to = utf8("before\\" + sent).length;
      assertEquals(expected, text(escapes.text(bytes, 7, to)), sent.toString());
      Utf8Slice slice = new Utf8Slice(bytes, 7, to - 7, escapes);
      RowBuffer direct = new RowBuffer(1);
      direct.writeByte(i);
      direct.writeText(slice);
      RowBuffer copied = new RowBuffer(1);
      copied.writeByte(i);
      copied.writeString(expected);
      assertThat(direct.toByteArray(), is(copied.toByteArray()));
      assertEquals(expected, slice.toString());
      assertEquals(new Utf8Slice(utf8(expected), 0, utf8(expected).length), slice);
    }
  }

  /** The length of a text has another number of bytes than that of what was sent. */
  @Test
  void writesTheLengthOfTheText() {
    for (int length = 0; length < 300; length++) {
      byte[] sent = utf8("\\\"".repeat(length));
      RowBuffer buffer = new RowBuffer(8);
      buffer.writeText(new Utf8Slice(sent, 0, sent.length, Escapes.LINE_STRING));
      buffer.writeByte('!');
      RowBuffer expected = new RowBuffer(8);
      expected.writeString("\"".repeat(length));
      expected.writeByte('!');
      assertThat(buffer.toByteArray(), is(expected.toByteArray()));
    }
  }

  @Test
  void anInvalidEscapeIsAnError() {
    byte[] sent = utf8("\\x");
    assertThrows(IllegalStateException.class, () -> Escapes.JSON.text(sent, 0, 2));
    Utf8Slice slice = new Utf8Slice(sent, 0, 2, Escapes.JSON);
    assertThrows(IllegalStateException.class, () -> new RowBuffer(8).writeText(slice));
  }

  @Test
  void hasACodeForEach() {
    for (Escapes escapes : Escapes.values()) {
      assertEquals(escapes, Escapes.ofCode(escapes.code()));
    }
    assertEquals(null, Escapes.ofCode(-1));
    assertEquals(null, Escapes.ofCode(Escapes.values().length));
  }

  private static String byteByByte(Escapes escapes, String sent) {
    String escaped =
        switch (escapes) {
          case LINE_STRING -> "\"\\";
          case LINE_KEY -> ",= ";
          default -> ", ";
        };
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < sent.length(); i++) {
      char c = sent.charAt(i);
      boolean escape =
          c == '\\' && i + 1 < sent.length() && escaped.indexOf(sent.charAt(i + 1)) >= 0;
      text.append(escape ? sent.charAt(++i) : c);
    }
    return text.toString();
  }

  private static String plain(Escapes escapes, String sent) {
    byte[] bytes = utf8(sent);
    return text(escapes.text(bytes, 0, bytes.length));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
