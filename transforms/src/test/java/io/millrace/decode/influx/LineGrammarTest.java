package io.millrace.decode.influx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a point, and what each part of it holds. */
class LineGrammarTest {
  private final Points points = Points.whole();

  private String parts(String line) {
    Row row = points.row(line);
    return row.getString("m") + " " + row.getString("tags") + " " + row.getString("fields");
  }

  @Test
  void measurementTagsFieldsAndTime() {
    String line = "cpu,host=a,core=0 idle=98.5,ok=t 1716425990123456789";

    assertEquals("cpu {\"host\":\"a\",\"core\":\"0\"} {\"idle\":98.5,\"ok\":true}", parts(line));
    assertEquals(Instant.ofEpochSecond(1716425990L, 123456789), points.row(line).getValue("at"));
    assertEquals(1716425990123L, points.event(line).eventTimeMillis());
  }

  @Test
  void aPointWithoutTagsAndTimestampHasTheTimeOfItsRecord() {
    assertEquals("m {} {\"v\":1}", parts("m v=1"));
    assertEquals(Points.RECORD_TIME, points.value("at", "m v=1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # a line                      | measurement, tags, fields
          m\\,a\\ b v=1                   | m,a b {} {"v":1}
          m=n"q v=1                     | m=n"q {} {"v":1}
          m\\=n v=1                      | m\\=n {} {"v":1}
          m\\n v=1                       | m\\n {} {"v":1}
          m\\\\n v=1                      | m\\\\n {} {"v":1}
          m\\\\\\,n v=1                    | m\\\\,n {} {"v":1}
          \\#m v=1                       | \\#m {} {"v":1}
          m,a\\,b\\=c\\ d=e\\,f\\=g\\ h v=1   | m {"a,b=c d":"e,f=g h"} {"v":1}
          m,a\\b=c\\d v=1                 | m {"a\\\\b":"c\\\\d"} {"v":1}
          m,a=b\\\\ c v=1                 | m {"a":"b\\\\ c"} {"v":1}
          m,a="b v=1                    | m {"a":"\\"b"} {"v":1}
          m,a=ü,日本=語 😀=1              | m {"a":"ü","日本":"語"} {"😀":1}
          m v\\,w\\=x\\ y=1               | m {} {"v,w=x y":1}
          m "v"=1                       | m {} {"\\"v\\"":1}
          m v="a b,c=d"                 | m {} {"v":"a b,c=d"}
          m v=""                        | m {} {"v":""}
          m v="say \\"hi\\""             | m {} {"v":"say \\"hi\\""}
          m v="a\\\\"                     | m {} {"v":"a\\\\"}
          m v="a\\\\\\"b"                  | m {} {"v":"a\\\\\\"b"}
          m v="a\\b\\n\\,"                 | m {} {"v":"a\\\\b\\\\n\\\\,"}
          m v="# no comment",w=1        | m {} {"v":"# no comment","w":1}
          `  m   v=1   7  `             | m {} {"v":1}
          `m v=1 `                      | m {} {"v":1}
          """)
  void namesAndStringsHaveTheirEscapes(String line, String expected) {
    assertEquals(expected, parts(line));
  }

  @Test
  void aStringHoldsLineEndsAndControlCharacters() {
    assertEquals(
        "m {} {\"v\":\"a\\nb\\r\\nc\\t\\u0001\\u007f\"}".replace("\\u007f", "\u007f"),
        parts("m v=\"a\nb\r\nc\t\u0001\u007f\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # a value | as JSON  | its kind
          1        | 1        | float
          -1.5     | -1.5     | float
          1.       | 1        | float
          .5       | 0.5      | float
          -.5      | -0.5     | float
          007.50   | 7.50     | float
          0.0      | 0.0      | float
          1e5      | 1e5      | float
          1E+05    | 1E+05    | float
          1.e-3    | 1e-3     | float
          .5e1     | 0.5e1    | float
          -0       | -0       | float
          00       | 0        | float
          1e308    | 1e308    | float
          1i       | 1        | integer
          -007i    | -7       | integer
          0i       | 0        | integer
          1u       | 1        | unsigned
          18446744073709551615u | 18446744073709551615 | unsigned
          -9223372036854775808i | -9223372036854775808 | integer
          t        | true     | boolean
          T        | true     | boolean
          true     | true     | boolean
          True     | true     | boolean
          TRUE     | true     | boolean
          f        | false    | boolean
          F        | false    | boolean
          false    | false    | boolean
          False    | false    | boolean
          FALSE    | false    | boolean
          """)
  void valuesOfFields(String value, String json, String kind) {
    assertEquals("m {} {\"v\":" + json + "}", parts("m v=" + value));
    Points fields =
        Points.of(
            "rows: field",
            "json",
            "f: {path: field, type: string}",
            "v: {path: value, type: text}",
            "k: {path: value_type, type: string}",
            "m: {path: measurement, type: string}");
    Row row = fields.row("m v=" + value);
    assertEquals(kind, row.getString("k"));
    assertEquals(kind.equals("boolean") ? json : value.replaceAll("[iu]$", ""), row.getString("v"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          m                  | malformed_line | byte 1: expected a space and a field
          m,a=b              | malformed_line | byte 5: expected a space and a field
          ,a=b v=1           | malformed_line | byte 0: expected a measurement
          `m `               | malformed_line | byte 2: expected the key of a field
          m,=b v=1           | malformed_line | byte 2: expected the key of a tag
          m,a v=1            | malformed_line | byte 3: expected an equals sign
          m,a= v=1           | malformed_line | byte 4: expected a tag's value
          m,a=,b=c v=1       | malformed_line | byte 4: expected a tag's value
          m,a=b, v=1         | malformed_line | byte 6: expected the key of a tag
          m,a=b=c v=1        | malformed_line | byte 5: expected a space and a field
          m, v=1             | malformed_line | byte 2: expected the key of a tag
          m v                | malformed_line | byte 3: expected an equals sign
          m =1               | malformed_line | byte 2: expected the key of a field
          m v=               | malformed_line | byte 4: expected a field's value
          m v=,w=1           | malformed_line | byte 4: expected a field's value
          m v=1,             | malformed_line | byte 6: expected the key of a field
          m v=1, w=2         | malformed_line | byte 6: expected the key of a field
          m v=1 w=2          | invalid_time   | byte 6: expected an integer as timestamp
          m v=1 1.5          | invalid_time   | byte 6: expected an integer as timestamp
          m v=1 -            | invalid_time   | byte 6: expected an integer as timestamp
          m v=1 1 2          | malformed_line | byte 8: expected the end of the line
          m v=+1             | malformed_line | byte 4: expected a field's value
          m v=.              | malformed_line | byte 4: expected a field's value
          m v=-i             | malformed_line | byte 4: expected a field's value
          m v=1e             | malformed_line | byte 6: expected the digits of an exponent
          m v=1.5i           | malformed_line | byte 7: expected a comma
          m v=1e5i           | malformed_line | byte 7: expected a comma
          m v=-1u            | malformed_line | byte 6: expected a comma
          m v=1ii            | malformed_line | byte 6: expected a comma
          m v=0x1f           | malformed_line | byte 5: expected a comma
          m v=1_000          | malformed_line | byte 5: expected a comma
          m v=tRUE           | malformed_line | byte 4: expected a field's value
          m v=yes            | malformed_line | byte 4: expected a field's value
          m v='a'            | malformed_line | byte 4: expected a field's value
          m v="a"b           | malformed_line | byte 7: expected a comma
          m v="a" "b"        | invalid_time   | byte 8: expected an integer as timestamp
          m v="a             | truncated      | byte 4: the string ends without a closing quote
          m v="a\\"           | truncated      | byte 4: the string ends without a closing quote
          m v=NaN            | not_a_number   | byte 4: expected a value; line protocol has neither
          m v=-inf           | not_a_number   | byte 4: expected a value; line protocol has neither
          m v=+Infinity,w=1  | not_a_number   | byte 4: expected a value; line protocol has neither
          m v=9223372036854775808i   | number_overflow | byte 4: expected an integer of 64 bits with
          m v=-9223372036854775809i  | number_overflow | byte 4: expected an integer of 64 bits with
          m w=1,v=18446744073709551616u | number_overflow | byte 8: expected an integer of 64 bits without
          m v=-2e308         | number_overflow | byte 4: expected a float of 64 bits
          m,a=b,a=c v=1      | duplicate_key  | byte 6: expected each tag once
          m v=1,v=2          | duplicate_key  | byte 6: expected each field once
          m v\\ w=1,v\\ w=2    | duplicate_key  | byte 9: expected each field once
          m v=1\\             | malformed_line | byte 5: expected a comma
          m\\                 | malformed_line | byte 2: expected a character after a backslash
          {"json": true}     | malformed_line | byte 14: expected an equals sign
          """)
  void anythingElseIsDead(String line, String code, String message) {
    String failure = points.failure(line);

    assertTrue(failure.startsWith(code + " " + message), failure);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "m\tv=1",
        "\tm v=1",
        "m v=1\t7",
        "m,a=b\tc v=1",
        "m,a=b\u0000 v=1",
        "m v\u007f=1",
        "m\u001f v=1",
        "m,a\\\t=1 v=1",
        "m v=1\r7"
      })
  void namesHoldNoControlCharacters(String line) {
    assertTrue(points.failure(line).startsWith("malformed_line "), points.failure(line));
  }

  @Test
  void thousandsOfTagsAreCheckedForDuplicatesToo() {
    StringBuilder line = new StringBuilder("m");
    for (int i = 0; i < 5000; i++) {
      line.append(",t").append(i).append("=x");
    }
    assertEquals(5000, points.row(line + " v=1").getString("tags").split(",").length);
    for (String again : new String[] {"t0", "t31", "t32", "t33", "t4999"}) {
      String failure = points.failure(line + "," + again + "=x v=1");
      assertEquals(
          "duplicate_key byte " + (line.length() + 1) + ": expected each tag once", failure);
    }
  }
}
