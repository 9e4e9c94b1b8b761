package io.millrace.decode.influx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each rule that the owners of line protocol test, with the values that they document: the grammar
 * is the EBNF of the repository influxdata/line-protocol and the page "Line protocol" of the
 * InfluxDB v2 reference; the rules are those that its test corpus and the tests of Telegraf's
 * parser (plugins/parsers/influx) cover. The inputs are our own.
 *
 * <p>Three answers differ on purpose, and docs/formats.md names them: {@code \n} in a string stays
 * as it is (Telegraf and InfluxDB agree, the Go library does not), a comment may hold any
 * character, and a time before 1900 is a dead letter.
 */
class PublishedLinesTest {
  private final Elements elements = new Elements();

  /**
   * A rule.
   *
   * @param lines a record
   * @param expected each field of its points as {@code measurement tags key kind text time}, or the
   *     code of a dead element
   */
  private record Rule(String name, String lines, String... expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Rule rule(String name, String lines, String... expected) {
    return new Rule(name, lines, expected);
  }

  static Stream<Rule> points() {
    return Stream.of(
        rule("minimal", "mem free=7", "mem {} free float 7 -"),
        rule("minimal with time", "mem free=7 0", "mem {} free float 7 0.000000000"),
        rule("a newline ends a line", "mem free=7 5\n", "mem {} free float 7 0.000000005"),
        rule("one character each", "m f=1", "m {} f float 1 -"),
        rule(
            "all kinds of values",
            "m d=0.5,s=\"x\",i=-3i,u=4u,b=F 1700000000123456789",
            "m {} d float 0.5 1700000000.123456789",
            "m {} s string x 1700000000.123456789",
            "m {} i integer -3 1700000000.123456789",
            "m {} u unsigned 4 1700000000.123456789",
            "m {} b boolean false 1700000000.123456789"),
        rule(
            "tags in the order of the line",
            "net,dev=eth0,az=b rx=1i",
            "net {\"dev\":\"eth0\",\"az\":\"b\"} rx integer 1 -"),
        rule("not only ASCII", "temp,ort=Köln °C=3", "temp {\"ort\":\"Köln\"} °C float 3 -"),
        rule("a no-break space is no space", "m\u00a0n v=1", "m\u00a0n {} v float 1 -"),
        rule("digits as names", "9,8=7 6=5", "9 {\"8\":\"7\"} 6 float 5 -"),
        rule("time of another century", "m v=1 1", "m {} v float 1 0.000000001"),
        rule("time before the epoch", "m v=1 -1", "m {} v float 1 -1.999999999"),
        rule("space before a point", "  m v=1", "m {} v float 1 -"),
        rule("space after a point", "m v=1   ", "m {} v float 1 -"),
        rule(
            "space after its time",
            "m v=1 3  \n\n  m v=2",
            "m {} v float 1 0.000000003",
            "m {} v float 2 -"),
        rule(
            "several spaces between parts",
            "m,a=b   v=1   2",
            "m {\"a\":\"b\"} v float 1 0.000000002"));
  }

  static Stream<Rule> escapes() {
    return Stream.of(
        rule("space in a measurement", "disk\\ io v=1", "disk io {} v float 1 -"),
        rule("comma in a measurement", "disk\\,io v=1", "disk,io {} v float 1 -"),
        rule("nothing to escape in a measurement", "di\\sk v=1", "di\\sk {} v float 1 -"),
        rule("two backslashes in a measurement", "di\\\\sk v=1", "di\\\\sk {} v float 1 -"),
        rule("backslashes before a space", "disk\\\\\\ io v=1", "disk\\\\ io {} v float 1 -"),
        rule("equals sign in a measurement", "a=b v=1", "a=b {} v float 1 -"),
        rule("number sign in a measurement", "\\#m v=1", "\\#m {} v float 1 -"),
        rule("number sign within one", "m# v=1", "m# {} v float 1 -"),
        rule("quotes in a measurement", "\"m\" v=1", "\"m\" {} v float 1 -"),
        rule("space in a tag key", "m,a\\ b=c v=1", "m {\"a b\":\"c\"} v float 1 -"),
        rule("comma in a tag key", "m,a\\,b=c v=1", "m {\"a,b\":\"c\"} v float 1 -"),
        rule("equals sign in a tag key", "m,a\\=b=c v=1", "m {\"a=b\":\"c\"} v float 1 -"),
        rule("nothing to escape in a tag key", "m,a\\b=c v=1", "m {\"a\\\\b\":\"c\"} v float 1 -"),
        rule("an escape first and last", "m,\\ a\\ =c v=1", "m {\" a \":\"c\"} v float 1 -"),
        rule("space in a tag value", "m,a=b\\ c v=1", "m {\"a\":\"b c\"} v float 1 -"),
        rule("comma in a tag value", "m,a=b\\,c v=1", "m {\"a\":\"b,c\"} v float 1 -"),
        rule("equals sign in a tag value", "m,a=b\\=c v=1", "m {\"a\":\"b=c\"} v float 1 -"),
        rule("two backslashes and a space", "m,a=b\\\\ c v=1", "m {\"a\":\"b\\\\ c\"} v float 1 -"),
        rule(
            "three backslashes and a space",
            "m,a=b\\\\\\ c v=1",
            "m {\"a\":\"b\\\\\\\\ c\"} v float 1 -"),
        rule(
            "letters after a backslash in a tag",
            "m,a=\\t\\n v=1",
            "m {\"a\":\"\\\\t\\\\n\"} v float 1 -"),
        rule("quotes in a tag value", "m,a=\"b\" v=1", "m {\"a\":\"\\\"b\\\"\"} v float 1 -"),
        rule("space in a field key", "m a\\ b=1", "m {} a b float 1 -"),
        rule("comma in a field key", "m a\\,b=1", "m {} a,b float 1 -"),
        rule("equals sign in a field key", "m a\\=b=1", "m {} a=b float 1 -"),
        rule("nothing to escape in a field key", "m a\\b=1", "m {} a\\b float 1 -"),
        rule("quote in a string", "m v=\"a\\\"b\"", "m {} v string a\"b -"),
        rule("backslash in a string", "m v=\"a\\\\b\"", "m {} v string a\\b -"),
        rule("backslash before the closing quote", "m v=\"a\\\\\"", "m {} v string a\\ -"),
        rule("nothing to escape in a string", "m v=\"a\\b\\,\"", "m {} v string a\\b\\, -"),
        rule(
            "letters after a backslash in a string",
            "m v=\"\\n\\r\\t\"",
            "m {} v string \\n\\r\\t -"),
        rule("separators in a string", "m v=\"a b,c=d\"", "m {} v string a b,c=d -"),
        rule("newline in a string", "m v=\"a\nb\"", "m {} v string a\nb -"),
        rule("carriage return in a string", "m v=\"a\rb\"", "m {} v string a\rb -"),
        rule("control character in a string", "m v=\"a\u0001b\"", "m {} v string a\u0001b -"),
        rule("empty string", "m v=\"\"", "m {} v string  -"),
        rule("number in a string", "m v=\"7\"", "m {} v string 7 -"));
  }

  static Stream<Rule> numbers() {
    return Stream.of(
        rule("float with fraction", "m v=7.25", "m {} v float 7.25 -"),
        rule("negative float", "m v=-7", "m {} v float -7 -"),
        rule("float without whole digits", "m v=.25", "m {} v float .25 -"),
        rule("negative float without whole digits", "m v=-.25", "m {} v float -.25 -"),
        rule("float without fraction digits", "m v=7.", "m {} v float 7. -"),
        rule("zeros before a float", "m v=007.5", "m {} v float 007.5 -"),
        rule("exponent", "m v=7e0", "m {} v float 7e0 -"),
        rule("exponent in upper case", "m v=7E2", "m {} v float 7E2 -"),
        rule(
            "exponent with a sign",
            "m v=-7.5e-1,w=1e+2",
            "m {} v float -7.5e-1 -",
            "m {} w float 1e+2 -"),
        rule(
            "largest float", "m v=1.7976931348623157e308", "m {} v float 1.7976931348623157e308 -"),
        rule("smallest float", "m v=4.9e-324", "m {} v float 4.9e-324 -"),
        rule(
            "more digits than a float holds",
            "m v=" + "9".repeat(60),
            "m {} v float " + "9".repeat(60) + " -"),
        rule(
            "zero",
            "m v=0i,w=-0i,x=0u",
            "m {} v integer 0 -",
            "m {} w integer -0 -",
            "m {} x unsigned 0 -"),
        rule("largest integer", "m v=9223372036854775807i", "m {} v integer 9223372036854775807 -"),
        rule(
            "smallest integer",
            "m v=-9223372036854775808i",
            "m {} v integer -9223372036854775808 -"),
        rule(
            "largest unsigned integer",
            "m v=18446744073709551615u",
            "m {} v unsigned 18446744073709551615 -"),
        rule("integer that is too large", "m v=9223372036854775808i", "number_overflow"),
        rule("integer that is too small", "m v=-9223372036854775809i", "number_overflow"),
        rule("unsigned integer that is too large", "m v=18446744073709551616u", "number_overflow"),
        rule("float that is too large", "m v=1e309", "number_overflow"),
        rule("float of too many digits", "m v=-1" + "0".repeat(309), "number_overflow"),
        rule("negative unsigned integer", "m v=-1u", "malformed_line"),
        rule("exponent without digits", "m v=7E", "malformed_line"),
        rule("exponent of an integer", "m v=7e1i", "malformed_line"),
        rule("only a point", "m v=.", "malformed_line"),
        rule("hexadecimal digits", "m v=0xff", "malformed_line"),
        rule("not a number", "m v=NaN", "not_a_number"),
        rule("infinity", "m v=-Inf", "not_a_number"));
  }

  static Stream<Rule> lines() {
    return Stream.of(
        rule("comment only", "# nothing here"),
        rule("comment before a point", "# c\nm v=1", "m {} v float 1 -"),
        rule(
            "comment between points", "m v=1\n # c\nm v=2", "m {} v float 1 -", "m {} v float 2 -"),
        rule("comment at the end", "m v=1\n# c\n\n  ", "m {} v float 1 -"),
        rule("control character in a comment", "#\u0015\nm v=1", "m {} v float 1 -"),
        rule("no comment after a point", "m v=1 # c", "invalid_time"),
        rule("blank lines", "\n\nm v=1\n\n\nm v=2\n", "m {} v float 1 -", "m {} v float 2 -"),
        rule(
            "lines with carriage returns",
            "m v=1\r\n\r\nm v=2 4\r\n",
            "m {} v float 1 -",
            "m {} v float 2 0.000000004"),
        rule("a carriage return alone ends no line", "m v=1\rm v=2", "malformed_line"),
        rule(
            "a bad line between good ones",
            "m v=x,w=2\nm\nm v=1",
            "malformed_line",
            "malformed_line",
            "m {} v float 1 -"),
        rule(
            "an overflow beside a good line",
            "m v=9223372036854775808i\nm v=1",
            "number_overflow",
            "m {} v float 1 -"),
        rule("bad after a string with a newline", "m v=\"a\nb\",w=\"c\nd", "truncated"));
  }

  static Stream<Rule> malformed() {
    return Stream.of(
        rule("measurement only", "mem", "malformed_line"),
        rule("series only", "mem,a=b", "malformed_line"),
        rule("series and a space", "mem,a=b ", "malformed_line"),
        rule("no measurement", ",a=b v=1", "malformed_line"),
        rule("tag without equals sign", "m,a v=1", "malformed_line"),
        rule("tag without value", "m,a= v=1", "malformed_line"),
        rule("tag without key", "m,=b v=1", "malformed_line"),
        rule("comma without tag", "m, v=1", "malformed_line"),
        rule("bare space in a tag key", "m,a b=c v=1", "malformed_line"),
        rule("bare comma in a tag key", "m,a,b=c v=1", "malformed_line"),
        rule("bare equals sign in a tag", "m,a=b=c v=1", "malformed_line"),
        rule("the same tag twice", "m,a=b,a=c v=1", "duplicate_key"),
        rule("field key only", "m v", "malformed_line"),
        rule("field without value", "m v=", "malformed_line"),
        rule("field without key", "m =1", "malformed_line"),
        rule("a word as value", "m v=yes", "malformed_line"),
        rule("mixed case of a boolean", "m v=tRUE", "malformed_line"),
        rule("string without closing quote", "m v=\"7 1700000000000000000", "truncated"),
        rule("single quotes", "m v='a'", "malformed_line"),
        rule("second field set", "m v=1 w=2", "invalid_time"),
        rule("time in quotes", "m v=1 \"7\"", "invalid_time"),
        rule("time with a fraction", "m v=1 7.5", "invalid_time"),
        rule("time of too many digits", "m v=1 12345678901234567890", "time_out_of_range"),
        rule("time that no row holds", "m v=1 -9223372036854775808", "time_out_of_range"),
        rule("tab at the start", "m v=1\n\tm v=1", "m {} v float 1 -", "malformed_line"),
        rule("control character in a measurement", "m\u0001 v=1", "malformed_line"),
        rule("control character in a tag key", "m,a\u0002=b v=1", "malformed_line"),
        rule("control character in a tag value", "m,a=b\u007f v=1", "malformed_line"),
        rule("control character in a field key", "m v\u0003=1", "malformed_line"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"points", "escapes", "numbers", "lines", "malformed"})
  void eachFieldHasItsDocumentedValue(Rule rule) throws DecodeException {
    assertEquals(List.of(rule.expected()), elements.of(rule.lines()), rule.lines());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("precisions")
  void aTimestampCountsUnitsOfThePrecision(String precision, String time) throws DecodeException {
    Points points =
        Points.of("precision: " + precision, "json", "m: {path: measurement, type: string}");
    points.decode(Points.utf8("m v=1 -1500"));
    assertEquals(Instant.parse(time), points.events.get(0).row().getValue("at"));
  }

  static List<Object[]> precisions() {
    return List.of(
        new Object[] {"s", "1969-12-31T23:35:00Z"},
        new Object[] {"ms", "1969-12-31T23:59:58.500Z"},
        new Object[] {"us", "1969-12-31T23:59:59.998500Z"},
        new Object[] {"ns", "1969-12-31T23:59:59.999998500Z"});
  }

  @Test
  void bytesThatAreNotUtf8AreDead() throws DecodeException {
    byte[] lines = Points.utf8("m v=1\nm,a=x v=\"y\"\n");
    for (char part : new char[] {'a', 'x', 'y'}) {
      byte[] bad = lines.clone();
      bad[new String(lines, StandardCharsets.UTF_8).indexOf(part)] = (byte) 0xff;
      assertEquals(List.of("m {} v float 1 -", "not_utf8"), elements.of(bad));
    }
  }

  /** The elements of a record, in their order; every field of a point is one. */
  private static final class Elements implements RecordDecoder.Receiver {
    private final Points points =
        Points.of(
            "rows: field",
            "json",
            "m: {path: measurement, type: string}",
            "tags: {type: json}",
            "f: {path: field, type: string}",
            "v: {path: value, type: text}",
            "k: {path: value_type, type: string}");
    private final RecordDecoder decoder = RecordDecoder.compile(points.contract, () -> 0);
    private final List<String> found = new ArrayList<>();

    List<String> of(String lines) throws DecodeException {
      return of(Points.utf8(lines));
    }

    List<String> of(byte[] lines) throws DecodeException {
      found.clear();
      assertEquals(decoder.decode(Points.record(lines), this), found.size());
      return List.copyOf(found);
    }

    @Override
    public void event(Event event) {
      Row row = event.row();
      Instant at = (Instant) row.getValue("at");
      String time =
          at.equals(Points.RECORD_TIME)
              ? "-"
              : String.format("%d.%09d", at.getEpochSecond(), at.getNano());
      found.add(
          String.join(
              " ",
              row.getString("m"),
              row.getString("tags"),
              row.getString("f"),
              row.getString("k"),
              row.getString("v"),
              time));
    }

    @Override
    public void dead(DecodeException reason, SourceRecord element) {
      found.add(reason.code().label());
    }
  }
}
