package io.millrace.decode.influx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.decode.DecodeException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a record is taken apart: which bytes are a line, and what becomes of each. */
class InfluxRecordsTest {
  private static final String[] FIELD_ROWS = {
    "m: {path: measurement, type: string}",
    "f: {path: field, type: string, required: true}",
    "v: {path: value, type: float64, required: true}",
    "h: {path: tags.host, type: string}"
  };

  private final Points points =
      Points.of(
          "", "json", "m: {path: measurement, type: string}", "f: {path: fields, type: text}");

  @Test
  void commentsAndBlankLinesAreNoElements() throws DecodeException {
    assertEquals(
        List.of("0 a v=1", "1 b v=2", "2 c v=3", "3 d v=4"),
        points.elements(
            "# \"a comment\na v=1\r\n\n  \n\t\r\n \t# another v=\"\n b v=2\n\r\n"
                + "c v=3\r\nd v=4"));
    assertEquals(4, points.events.get(0).origin().elements());
  }

  @Test
  void aLineEndInAStringEndsNoLine() throws DecodeException {
    assertEquals(
        List.of("0 a v=\"x\ny=\\\"\n# z\",w=\"\r\n\"", "1 b v=1"),
        points.elements("a v=\"x\ny=\\\"\n# z\",w=\"\r\n\" 7\r\nb v=1\n"));
    assertArrayEquals(
        Points.utf8("a v=\"x\ny=\\\"\n# z\",w=\"\r\n\" 7"), points.events.get(0).origin().value());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a,t=\"x v=1",
        "a,t=\"x,u=y\" v=1",
        "a=\"x v=1",
        "a\\ b=\"x v=1",
        "\"a\" v=1",
        "a \"v=1",
        "a v\\=\"w=1",
        "a v=\"\"",
        " a=\"b v=\"\\\"\""
      })
  void aQuoteElsewhereOpensNoString(String line) throws DecodeException {
    assertEquals(2, points.elements(line + "\nb v=1").size(), line);
    assertEquals("1 b v=1", points.elements.get(1));
    assertEquals(2, points.events.size());
  }

  @Test
  void aBadLineIsDeadAloneWithItsBytes() throws DecodeException {
    assertEquals(
        List.of("0 a v=1", "1 malformed_line b v=x", "2 malformed_line  nothing", "3 c v=2"),
        points.elements("a v=1\nb v=x\r\n nothing\n# no\nc v=2\n"));
    assertEquals(
        "byte 4: expected a field's value: a number, a boolean, or a string in double" + " quotes",
        points.dead.get(0).reason().getMessage());
  }

  /** What stands in a string never becomes a point, whatever is wrong around it. */
  @Test
  void aBadLineIncludesItsStrings() throws DecodeException {
    assertEquals(
        List.of("0 malformed_line a v=x,s=\"\nb v=1\n\"", "1 c v=2"),
        points.elements("a v=x,s=\"\nb v=1\n\"\nc v=2"));
    assertEquals(
        List.of("0 a v=1", "1 truncated b v=\"x\nc v=1\n"),
        points.elements("a v=1\nb v=\"x\nc v=1\n"));
    assertEquals(
        List.of("0 malformed_line b v=\"x\nc v=\"y\"", "1 d v=1"),
        points.elements("b v=\"x\nc v=\"y\"\nd v=1"));
  }

  @Test
  void aRecordOfOneLineIsNotCopied() throws DecodeException {
    byte[] bytes = Points.utf8("a v=1");

    assertEquals(1, points.decode(bytes));
    assertSame(bytes, points.events.get(0).origin().value());
  }

  @Test
  void aByteOrderMarkIsPassed() throws DecodeException {
    assertEquals(List.of("0 a v=1"), points.elements("\ufeffa v=1"));
  }

  @Test
  void aRecordOfCommentsHoldsNothing() throws DecodeException {
    assertEquals(List.of(), points.elements("# one\n\n# two"));
  }

  private String recordFailure(byte[] bytes) {
    points.clear();
    DecodeException e = assertThrows(DecodeException.class, () -> points.decode(bytes));
    assertEquals(List.of(), points.elements);
    return e.code().label() + " " + e.getMessage();
  }

  @Test
  void aRecordThatCannotBeTakenApartHandsOverNothing() {
    assertEquals("tombstone expected points, found a null body", recordFailure(null));
    for (String blank : List.of("", "\n", "  \r\n\t\n ")) {
      assertEquals("empty expected points, found no bytes", recordFailure(Points.utf8(blank)));
    }
    assertTrue(
        recordFailure(new byte[] {0x1f, (byte) 0x8b, 8, 0, '\n', (byte) 0xff})
            .startsWith("not_utf8 byte 1: expected UTF-8; the body looks like gzip"));
    assertEquals(
        "not_utf8 byte 1: expected UTF-8, found a zero byte",
        recordFailure("a v=1".getBytes(StandardCharsets.UTF_16LE)));
  }

  @Test
  void aLineThatIsNotUtf8IsDeadAlone() throws DecodeException {
    byte[] bytes =
        "a v=1\nb,t=\u00ff v=1\nc v=2\nd v=\"\u00c3".getBytes(StandardCharsets.ISO_8859_1);

    assertEquals(4, points.decode(bytes));
    assertEquals(
        List.of("a", "c"), points.events.stream().map(e -> e.row().getString("m")).toList());
    assertEquals(
        List.of("not_utf8 byte 4: expected UTF-8", "truncated byte 5: a character is cut off"),
        points.dead.stream()
            .map(d -> d.reason().code().label() + " " + d.reason().getMessage())
            .toList());
  }

  @Test
  void limitsOfARecordAndOfALine() throws DecodeException {
    Points limited =
        new Points(
            Points.contractWithin(
                "max_bytes: 9, max_events: 2, max_record_bytes: 40",
                "",
                "m: {path: measurement, type: string}"));
    assertEquals(
        List.of("0 too_large a v=123456", "1 b + {\"fields\":{\"v\":12345}}"),
        limited.elements("a v=123456\n# comment\nb v=12345"));
    for (String lines : List.of("a v=1\nb v=2\nc v=3", "#" + " ".repeat(40))) {
      limited.clear();
      DecodeException e =
          assertThrows(DecodeException.class, () -> limited.decode(Points.utf8(lines)));
      assertEquals("too_large", e.code().label());
      assertEquals(List.of(), limited.elements);
    }
  }

  @Test
  void anEventForEachFieldOfAPoint() throws DecodeException {
    Points fields = Points.of("rows: field", "json", FIELD_ROWS);

    assertEquals(
        List.of(
            "0 a x 1.0 h + {\"tags\":{\"u\":\"v\"}}",
            "1 a y\\ z 2.0 h + {\"tags\":{\"u\":\"v\"}}".replace("\\", ""),
            "2 malformed_line b x=1,",
            "3 c z 3.5 null"),
        fields.elements("a,host=h,u=v x=1,y\\ z=2i 5\nb x=1,\n#\nc z=3.5"));
    assertSame(fields.events.get(0).origin().value(), fields.events.get(1).origin().value());
    assertEquals(
        "a,host=h,u=v x=1,y\\ z=2i 5",
        new String(fields.events.get(1).origin().value(), StandardCharsets.UTF_8));
  }

  @Test
  void aLineOfWhichOneFieldIsBadIsOneDeadElement() throws DecodeException {
    Points fields = Points.of("rows: field", "json", FIELD_ROWS);

    assertEquals(
        List.of("0 a x 1.0 null", "1 wrong_type b x=1,y=\"two\",z=3", "2 c x 4.0 null"),
        fields.elements("a x=1\nb x=1,y=\"two\",z=3\nc x=4"));
    assertEquals(
        "value: expected a number, found a string", fields.dead.get(0).reason().getMessage());
  }

  @Test
  void theLimitOfEventsCountsFields() throws DecodeException {
    Points fields = new Points(Points.contractWithin("max_events: 3", "rows: field", FIELD_ROWS));

    assertEquals(3, fields.elements("a x=1,y=2\nb z=3").size());
    fields.clear();
    DecodeException e =
        assertThrows(
            DecodeException.class, () -> fields.decode(Points.utf8("a x=1,y=2\nb z=3,w=4")));
    assertEquals(
        "too_large expected at most 3 events in a record", e.code().label() + " " + e.getMessage());
    assertEquals(List.of(), fields.elements);
    assertEquals(3, fields.elements("a x=1,y=2\nb z=3").size());
  }
}
