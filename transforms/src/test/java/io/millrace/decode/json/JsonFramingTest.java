package io.millrace.decode.json;

import static io.millrace.event.DeadLetterCode.NOT_UTF8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Codes that do not depend on a field. */
class JsonFramingTest {
  private final Decoding decoding = Decoding.of("json");

  private DeadLetterCode code(String json) {
    return decoding.failure(json).code();
  }

  private DeadLetterCode code(byte[] bytes) {
    return decoding.failure(bytes).code();
  }

  @Test
  void aNullBodyIsATombstone() {
    assertEquals(DeadLetterCode.TOMBSTONE, code((byte[]) null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n", " \t\r\n ", "\ufeff", "\ufeff \n"})
  void nothingOrWhiteSpaceIsEmpty(String json) {
    assertEquals(DeadLetterCode.EMPTY, code(json));
  }

  @Test
  void theLimitOfBytesIsExact() {
    int limit = decoding.contract.limits().maxBytes();
    String event = Decoding.event("");
    String largest = event + " ".repeat(limit - event.length());

    decoding.row(largest);
    assertEquals(DeadLetterCode.TOO_LARGE, code(largest + " "));
    assertEquals(DeadLetterCode.TOO_LARGE, code(" ".repeat(limit + 1)));
    byte[] notText = new byte[limit + 1];
    Arrays.fill(notText, (byte) 0xff);
    assertEquals(DeadLetterCode.TOO_LARGE, code(notText));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[1",
        "\"text\"",
        "\"",
        "0",
        "-1",
        "12.5",
        "true",
        "false",
        "null",
        " [{}]",
        "true ",
        "\ufeff[]"
      })
  void anotherValueIsNotAnObject(String json) {
    assertEquals(DeadLetterCode.NOT_AN_OBJECT, code(json));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello",
        "}",
        "]",
        ":",
        ",",
        "-",
        "+1",
        ".5",
        "trueish",
        "nul",
        "<xml/>",
        "'a'",
        "//",
        "a=1",
        "\u0001{}",
        "\u00a0{}",
        "\u0000"
      })
  void otherTextIsMalformed(String text) {
    DeadLetterCode expected =
        text.startsWith("\u0000") ? DeadLetterCode.NOT_UTF8 : DeadLetterCode.MALFORMED_JSON;
    assertEquals(expected, code(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{\"a\" 1}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":'x'}",
        "{1:2}",
        "{\"a\":01}",
        "{\"a\":-01}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":1.}",
        "{\"a\":1.e5}",
        "{\"a\":1e}",
        "{\"a\":1e+}",
        "{\"a\":-}",
        "{\"a\":--1}",
        "{\"a\":0x10}",
        "{\"a\":1_000}",
        "{\"a\":1f}",
        "{\"a\":tru}",
        "{\"a\":True}",
        "{\"a\":nulL}",
        "{\"a\":nan}",
        "{\"a\":truefalse}",
        "{\"a\":[1,]}",
        "{\"a\":[,1]}",
        "{\"a\":[1 2]}",
        "{\"a\":[1}",
        "{\"a\":{]}",
        "{\"a\":1]",
        "{/**/}",
        "{} // end",
        "{\"a\":1 # c\n}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\\U0041\"}",
        "{\"a\":\"x\ny\"}",
        "{\"a\":\"x\ty\"}",
        "{\"a\":\"\u0000\"}",
        "{\"a\u0001\":1}",
        "{\"a\":\"\\'\"}",
        "{\"a\":1;}",
        "{\"a\"=1}",
        "{\"a\":undefined}",
        "{\"a\":@}",
        "{\"a\":1,t",
        "{\"a\":x,\"b\":tru",
        "{\"a\":nul1",
        "{\"a\":01",
        "{\"a\":1.2.",
        "{\"a\":\"x\"tru",
        "{{",
        "{[",
        "{\"a\":1,,",
        "{\"a\"::",
        "{\u00a0}",
        "{\"a\":\u20ac}",
        "{\f}"
      })
  void brokenJsonIsMalformed(String json) {
    DeadLetterCode expected =
        json.startsWith("{} //") ? DeadLetterCode.TRAILING_GARBAGE : DeadLetterCode.MALFORMED_JSON;
    DecodeException e = decoding.failure(json);
    assertEquals(expected, e.code(), json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "{}", "}", ",", "]", "\u0000", " {\"id\":\"a\"}", "\n\n1", "\ufeff"})
  void anythingBehindTheEventIsTrailingGarbage(String garbage) {
    String event = Decoding.event("");

    assertEquals(DeadLetterCode.TRAILING_GARBAGE, code(event + garbage));
    decoding.row(event + " \r\n\t");
  }

  @Test
  void trailingGarbageIsToldWithItsPlace() {
    assertEquals(
        "byte " + (Decoding.event("").length() + 2) + ": expected nothing after the event's object",
        decoding.failure(Decoding.event("") + "  ,").getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ff",
        "fe",
        "80",
        "bf",
        "c0af",
        "c080",
        "c1bf",
        "e08080",
        "e09fbf",
        "eda080",
        "edbfbf",
        "f0808080",
        "f08fbfbf",
        "f4908080",
        "f5808080",
        "f8888080",
        "c3",
        "c328",
        "e228a1",
        "e28228",
        "f0288cbc",
        "f09028bc",
        "f0908c28",
        "fffe",
        "c3c3"
      })
  void bytesThatAreNotUtf8(String hex) {
    byte[] bad = java.util.HexFormat.of().parseHex(hex);
    byte[] before = Decoding.utf8("{\"id\":\"a\",\"at\":\"2026-03-01T10:00:00Z\",\"x\":\"");
    byte[] after = Decoding.utf8("\"}");

    DecodeException e = decoding.failure(concat(before, bad, after));

    assertEquals(DeadLetterCode.NOT_UTF8, e.code());
    assertEquals("byte " + before.length + ": expected UTF-8", e.getMessage());
    assertEquals(DeadLetterCode.NOT_UTF8, code(concat(bad, before)));
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-16LE,",
    "UTF-16BE,",
    "UTF-32LE,",
    "UTF-32BE,",
    "UTF-16LE,' '",
    "UTF-16BE,'  '",
    "UTF-16,"
  })
  void otherUnicodeEncodingsAreNotGuessed(String charset, String prefix) {
    String json = (prefix == null ? "" : prefix) + Decoding.event("");

    assertEquals(DeadLetterCode.NOT_UTF8, code(json.getBytes(Charset.forName(charset))));
  }

  @Test
  void aParserIsNeverLedToGuessAtAnotherEncoding() {
    assertEquals(DeadLetterCode.NOT_UTF8, code("     {\u0000\"\u0000"));
    assertEquals(DeadLetterCode.NOT_UTF8, code("     {\u0000\u0000\u0000"));
    assertEquals(
        DeadLetterCode.NOT_UTF8, code("{\"\u00e9\":1}".getBytes(StandardCharsets.ISO_8859_1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"c3", "e2", "e282", "f0", "f09f", "f09f98", "ed9f", "f48f"})
  void aCharacterCutByTheEndIsTruncated(String hex) {
    byte[] cut = java.util.HexFormat.of().parseHex(hex);

    assertEquals(DeadLetterCode.TRUNCATED, code(concat(Decoding.utf8("{\"id\":\""), cut)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "Infinity",
        "-Infinity",
        "[1,NaN]",
        "{\"b\":{\"c\":[-Infinity]}}",
        "[[Infinity]]"
      })
  void whatIsNotANumber(String value) {
    assertEquals(DeadLetterCode.NOT_A_NUMBER, code(Decoding.event(",\"x\":" + value)));
    assertEquals(DeadLetterCode.NOT_A_NUMBER, code("{\"extra\":" + value + "}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity"})
  void whatIsNotANumberInPlaceOfAField(String value) {
    assertEquals(DeadLetterCode.NOT_A_NUMBER, code("{\"id\":" + value + "}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity"})
  void whatIsNotANumberInPlaceOfTheEvent(String json) {
    assertEquals(DeadLetterCode.NOT_A_NUMBER, code(json));
    assertEquals(DeadLetterCode.MALFORMED_JSON, code(json + "x"));
  }

  @Test
  void theLimitOfDepthIsExact() {
    // The event itself is the first of ten levels.
    decoding.row(Decoding.event(",\"x\":" + "[".repeat(9) + "]".repeat(9)));
    decoding.row(Decoding.event(",\"x\":" + "{\"a\":".repeat(9) + "1" + "}".repeat(9)));
    assertEquals(
        DeadLetterCode.TOO_DEEP, code(Decoding.event(",\"x\":" + "[".repeat(10) + "]".repeat(10))));
    assertEquals(
        DeadLetterCode.TOO_DEEP,
        code(Decoding.event(",\"x\":" + "{\"a\":".repeat(10) + "1" + "}".repeat(10))));
    // Told at once, before the cut is seen
    assertEquals(DeadLetterCode.TOO_DEEP, code("{\"x\":" + "[".repeat(1_000_000)));
    // Siblings are not deeper
    decoding.row(Decoding.event(",\"x\":[" + "[],{},".repeat(100) + "1]"));
  }

  @Test
  void aByteOrderMarkIsAccepted() {
    Decoding json = Decoding.of("json", "raw: {type: json}");

    assertEquals(
        "{ \"k\\n\":[ 1 ] }",
        json.row("\ufeff" + Decoding.event(",\"raw\": { \"k\\n\":[ 1 ] } ")).getString("raw"));
    assertEquals(
        "{\"\u00e9\":\"\u20ac\"}",
        json.row("\ufeff \n" + Decoding.event(",\"\u00e9\" : \"\u20ac\"")).getString("extra"));
  }

  @Test
  void aFailureDoesNotReachTheNextRecord() {
    String good = Decoding.event(",\"x\":{\"a\":1}");
    Object expected = decoding.row(good).getValues();
    for (String bad :
        new String[] {
          "{",
          "[",
          "{\"x\":{\"a\":1,\"a\":1}}",
          "{\"id\":",
          "{\"x\":\"\\ud800\"}",
          "\u0001",
          "{\"x\":[[[[[[[[[[[[[[",
          "{\"q\":{\"w\":[{\"x\":nul"
        }) {
      decoding.failure(bad);
      assertEquals(expected, decoding.row(good).getValues());
    }
  }

  static byte[] concat(byte[]... parts) {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** A body that is no JSON is named, if its first bytes say what it is. */
  @ParameterizedTest
  @CsvSource({
    "1f8b0800000000000003, gzip",
    "28b52ffd2458c30000, Zstandard",
    "04224d186440a7, LZ4",
    "82534e4150505900, Snappy",
    "00000000017b7d, 'schema registry (a zero byte, a schema''s id of 4 bytes, then JSON)'",
    "000000000102ff36, 'schema registry (a zero byte, a schema''s id of 4 bytes, then Avro or'",
    "00ffffffff02616263, schema registry"
  })
  void theMessageNamesWhatABodyLooksLike(String hex, String what) {
    DecodeException e = decoding.failure(HexFormat.of().parseHex(hex));

    assertEquals(NOT_UTF8, e.code());
    assertThat(e.getMessage(), containsString("; the body looks like "));
    assertThat(e.getMessage(), containsString(what));
  }

  @Test
  void anotherEncodingIsNoMessageOfARegistry() {
    for (String encoding : new String[] {"UTF-16BE", "UTF-32BE", "UTF-16LE", "UTF-32LE"}) {
      byte[] event = Decoding.event("").getBytes(Charset.forName(encoding));
      assertThat(
          decoding.failure(event).getMessage(), endsWith("expected UTF-8, found a zero byte"));
    }
  }
}
