package io.millrace.decode.influx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The paths and types of a contract. */
class PointFieldsTest {
  private static final String UUID = "123E4567-e89b-12d3-a456-426614174000";

  @Test
  void everyPathOfAPoint() {
    Points points =
        Points.of(
            "",
            "json",
            "m: {path: measurement, type: string}",
            "s: {path: series, type: string}",
            "t: {path: tags, type: map}",
            "f: {path: fields, type: map}");
    Row row = points.row("c\\ p,b=2\\,,a=1 i=7i,u=8u,x=1.50,s=\"q\\\"\",b=T,e=.5 1");

    assertEquals("c p", row.getString("m"));
    assertEquals("c\\ p,b=2\\,,a=1", row.getString("s"));
    assertEquals(List.of("b", "a"), List.copyOf(row.<String, String>getMap("t").keySet()));
    assertEquals(Map.of("b", "2,", "a", "1"), row.getMap("t"));
    assertEquals(
        Map.of("i", "7", "u", "8", "x", "1.50", "s", "q\"", "b", "true", "e", ".5"),
        row.getMap("f"));
    assertEquals(Instant.ofEpochSecond(0, 1), row.getValue("at"));
    assertEquals("", row.getString("extra"));
  }

  @Test
  void tagsAndFieldsAsTheyWereSent() {
    for (String type : List.of("text", "string")) {
      Points points =
          Points.of(
              "",
              "json",
              "m: {path: measurement, type: string}",
              "t: {path: tags, required: true, type: " + type + "}",
              "f: {path: fields, type: " + type + "}");
      assertEquals(
          List.of("0 m b=\\ ,a=1 x=1.0,s=\"\\\"\"", "1 m  v=1i", "2 m  v=1i"),
          elements(points, "  m,b=\\ ,a=1  x=1.0,s=\"\\\"\"  1 \nm v=1i\nm  v=1i  "));
    }
  }

  private static List<String> elements(Points points, String lines) {
    try {
      return points.elements(lines);
    } catch (DecodeException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void fieldsOfEachType() {
    Points points =
        Points.of(
            "",
            "json",
            "m: {path: measurement, type: string}",
            "s: {path: fields.s, type: string}",
            "i: {path: fields.i, type: int32}",
            "l: {path: fields.l, type: int64}",
            "d: {path: fields.d, type: float64}",
            "n: {path: fields.n, type: decimal, precision: 20, scale: 3}",
            "b: {path: fields.b, type: boolean}",
            "u: {path: fields.u, type: uuid}",
            "j: {path: fields.j, type: json}",
            "x: {path: fields.x, type: text}",
            "iso: {path: fields.iso, type: timestamp}",
            "sec: {path: fields.sec, type: timestamp, format: epoch_s}",
            "us: {path: fields.us, type: timestamp, format: epoch_us}",
            "dot: {path: [fields, a.b], type: int64}");
    Row row =
        points.row(
            "m s=\"a\\\"b\",i=-5i,l=9223372036854775807u,d=1.25,n=.5,b=F,u=\""
                + UUID
                + "\",j=\"a\\\"\",x=1.50,iso=\"2026-03-01T10:00:00.5Z\",sec=1.25,us=1000001u,a.b=3i");

    assertEquals("a\"b", row.getString("s"));
    assertEquals(-5, row.getInt32("i"));
    assertEquals(Long.MAX_VALUE, row.getInt64("l"));
    assertEquals(1.25, row.getDouble("d"));
    assertEquals(new BigDecimal("0.500"), row.getDecimal("n"));
    assertEquals(false, row.getBoolean("b"));
    assertEquals(UUID.toLowerCase(Locale.ROOT), row.getString("u"));
    assertEquals("\"a\\\"\"", row.getString("j"));
    assertEquals("1.50", row.getString("x"));
    assertEquals(Instant.parse("2026-03-01T10:00:00.5Z"), row.getValue("iso"));
    assertEquals(Instant.ofEpochSecond(1, 250_000_000), row.getValue("sec"));
    assertEquals(Instant.ofEpochSecond(1, 1000), row.getValue("us"));
    assertEquals(3L, row.getInt64("dot"));
    assertEquals("", row.getString("extra"));

    assertNull(points.value("i", "m s=\"a\""));
  }

  @Test
  void tagsOfEachType() {
    Points points =
        Points.of(
            "",
            "json",
            "m: {path: measurement, type: string}",
            "s: {path: tags.s, type: string, required: true}",
            "x: {path: tags.x, type: text}",
            "j: {path: tags.j, type: json}",
            "u: {path: tags.u, type: uuid}",
            "n: {path: tags.n, type: decimal, precision: 5, scale: 2}",
            "iso: {path: tags.iso, type: timestamp}",
            "dot: {path: [tags, 'a b.c'], type: string, default: none}");
    Row row =
        points.row("m,s=a\\,b,x=1,j=2,u=" + UUID + ",n=1.5,iso=2026-03-01T10:00:00Z,a\\ b.c=y v=1");

    assertEquals(
        List.of(
            "m",
            "a,b",
            "1",
            "\"2\"",
            UUID.toLowerCase(Locale.ROOT),
            new BigDecimal("1.50"),
            Instant.parse("2026-03-01T10:00:00Z"),
            "y"),
        row.getValues().subList(1, 9));
    assertEquals("{\"fields\":{\"v\":1}}", row.getString("extra"));
    assertEquals("none", points.value("dot", "m,s=a v=1"));
    assertEquals("missing_field tags.s: required, but absent or null", points.failure("m,x=1 v=1"));
    assertEquals(
        "wrong_type tags.n: expected a string with a number", points.failure("m,s=a,n=.5 v=1"));
    assertEquals(
        "invalid_time tags.iso: expected an ISO-8601 time such as 2026-03-01T10:00:00.123Z",
        points.failure("m,s=a,iso=5 v=1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          string  | 1    | wrong_type fields.v: expected a string, found a float
          string  | t    | wrong_type fields.v: expected a string, found a boolean
          int64   | 1    | wrong_type fields.v: expected an integer of 64 bits (with the suffix i or u), found a float
          int64   | "1"  | wrong_type fields.v: expected an integer of 64 bits (with the suffix i or u), found a string
          int64   | 9223372036854775808u  | number_overflow fields.v: expected an integer of 64 bits
          int32   | 2147483648i  | number_overflow fields.v: expected an integer of 32 bits
          int32   | -2147483649i | number_overflow fields.v: expected an integer of 32 bits
          int32   | 1.0  | wrong_type fields.v: expected an integer of 32 bits (with the suffix i or u), found a float
          float64 | "1"  | wrong_type fields.v: expected a number, found a string
          float64 | f    | wrong_type fields.v: expected a number, found a boolean
          float64 | 9007199254740993i | number_overflow fields.v: expected an integer that a float of 64 bits holds exactly
          float64 | -9007199254740993i | number_overflow fields.v: expected an integer that a float of 64 bits holds exactly
          float64 | 18446744073709551615u | number_overflow fields.v: expected an integer that a float of 64 bits holds exactly
          boolean | 1i   | wrong_type fields.v: expected a boolean, found an integer
          boolean | "true" | wrong_type fields.v: expected a boolean, found a string
          uuid    | "123e4567" | wrong_type fields.v: expected a UUID of 36 characters such as 123e4567-e89b-12d3-a456-426614174000
          decimal, precision: 4, scale: 1 | 1000.1 | number_overflow fields.v: more than 3 digits before the point
          decimal, precision: 4, scale: 1 | 1.25   | number_overflow fields.v: more than 1 digits after the point
          decimal, precision: 4, scale: 1 | t      | wrong_type fields.v: expected a number, or a string that holds one, found a boolean
          timestamp | 1i | wrong_type fields.v: expected a string with an ISO-8601 time, found an integer
          timestamp | "2026-02-30T10:00:00Z" | invalid_time fields.v: expected a day that exists in the calendar
          timestamp, format: epoch_ms | 1 | wrong_type fields.v: expected an integer (with the suffix i or u) in epoch_ms, found a float
          timestamp, format: epoch_s | 1.1234567891 | invalid_time fields.v: expected at most 9 digits after the point
          timestamp, format: epoch_s | 99999999999999u | time_out_of_range fields.v: expected a time from the years 1900 to 2262, which precision: 9 holds
          timestamp, format: epoch_ms | 18446744073709551615u | time_out_of_range fields.v: expected a time from the years 1900 to 2299
          """)
  void aWrongTypeIsDead(String type, String value, String failure) {
    Points points =
        Points.of(
            "",
            "json",
            "m: {path: measurement, type: string}",
            "v: {path: fields.v, type: " + type + "}");

    assertEquals(failure, points.failure("m v=" + value));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, -0.0",
    "1, 1",
    "0.1, 0.1",
    "123456789012.345, 123456789012.345",
    "999999999999999, 999999999999999",
    "0.000000000000001, 1e-15",
    "-12.5e-3, -0.0125",
    "179769313486231570000000000000000000000e270, 1.7976931348623157E308",
    "9007199254740993, 9007199254740992",
    "7i, 7",
    "0i, 0",
    "-0i, 0",
    "9007199254740992i, 9007199254740992",
    "-9223372036854775808i, -9223372036854775808",
    "9223372036854775808u, 9223372036854775808",
    "18446744073709549568u, 18446744073709549568",
    "000000000000000000000000012i, 12"
  })
  void floatsOfNumbersThatTheyHold(String value, double expected) {
    Points points =
        Points.of(
            "",
            "json",
            "m: {path: measurement, type: string}",
            "v: {path: fields.v, type: float64}");

    assertEquals((Object) expected, points.value("v", "m v=" + value));
  }

  @Test
  void whatIsNotDeclaredIsKeptAsJson() throws Exception {
    Points points =
        Points.of(
            "",
            "json",
            "h: {path: tags.host, type: string}",
            "u: {path: fields.used, type: int64}");
    String line = "di\\ sk,host=a,p\\\"ath=/\\ x used=1i,free=-.50,t=T,s=\"a\\\\\n\\\"\",n=7u 5";
    String extra = points.row(line).getString("extra");

    assertEquals(
        "{\"measurement\":\"di sk\",\"tags\":{\"p\\\\\\\"ath\":\"/ x\"},"
            + "\"fields\":{\"free\":-0.50,\"t\":true,\"s\":\"a\\\\\\n\\\"\",\"n\":7}}",
        extra);
    assertEquals("a\\\n\"", new ObjectMapper().readTree(extra).at("/fields/s").textValue());
    assertEquals("{\"measurement\":\"m\"}", points.row("m,host=a used=1i").getString("extra"));

    Points withSeries = Points.of("", "json", "s: {path: series, type: string}");
    assertEquals(
        "{\"tags\":{\"a\":\"b\"},\"fields\":{\"v\":1}}",
        withSeries.row("m,a=b v=1").getString("extra"));
  }

  @Test
  void whatIsNotDeclaredIsKeptAsAMap() {
    Points points =
        Points.of(
            "", "map", "h: {path: tags.host, type: string}", "u: {path: fields.used, type: int64}");

    assertEquals(
        Map.of(
            "measurement", "disk",
            "tags.a.b", "x y",
            "fields.free", "-.50",
            "fields.a", "true",
            "fields.s", "\"q\n"),
        points.row("disk,host=a,a.b=x\\ y used=1i,free=-.50,a=t,s=\"\\\"q\n\" 5").getMap("extra"));
    assertEquals(Map.of("measurement", "m"), points.row("m,host=a used=1i").getMap("extra"));
  }

  @Test
  void aTimestampThatIsNotDeclaredIsKeptToo() {
    Points points =
        new Points(
            ContractLoader.parse(
                """
                contract: c
                version: 1
                format: influx
                fields:
                  m: {path: measurement, type: string, required: true}
                  at: {path: fields.at, type: timestamp, required: true}
                event_time: {field: at}
                identity: [m, at]
                unknown_fields: {column: extra, as: json}
                tables: {normal: {name: n}}
                """,
                "c.yaml"));

    Row row = points.row("m at=\"2026-03-01T10:00:00Z\",v=1 -007");
    assertEquals("{\"fields\":{\"v\":1},\"time\":-7}", row.getString("extra"));
    assertEquals(Instant.parse("2026-03-01T10:00:00Z"), row.getValue("at"));
  }

  @ParameterizedTest
  @CsvSource({
    "ns, 1716425990123456789, 2024-05-23T00:59:50.123456789Z",
    "us, 1716425990123456, 2024-05-23T00:59:50.123456Z",
    "ms, 1716425990123, 2024-05-23T00:59:50.123Z",
    "s, 1716425990, 2024-05-23T00:59:50Z",
    "s, 0000000001716425990, 2024-05-23T00:59:50Z",
    "ms, -1, 1969-12-31T23:59:59.999Z",
    "ns, 0, 1970-01-01T00:00:00Z"
  })
  void theTimestampInThePrecisionOfTheFormat(String precision, String sent, String expected) {
    Points points =
        Points.of("precision: " + precision, "json", "m: {path: measurement, type: string}");

    assertEquals(Instant.parse(expected), points.value("at", "m v=1 " + sent));
  }

  @Test
  void aTimestampOutOfRangeIsDead() {
    for (String precision : List.of("ns", "us", "ms", "s")) {
      Points points =
          Points.of("precision: " + precision, "json", "m: {path: measurement, type: string}");
      for (String sent :
          List.of("9223372036854775808", "-9223372036854775809", "99999999999999999999999999")) {
        assertTrue(
            points
                .failure("m v=1 " + sent)
                .startsWith("time_out_of_range time: expected a time from the years 1900 to"));
      }
    }
    assertEquals(
        "time_out_of_range time: expected a time from the years 1900 to 2262, which precision: 9"
            + " holds; is epoch_ns read as epoch_s? (see the field's `format` in the contract)",
        Points.of("precision: s", "json", "m: {path: measurement, type: string}")
            .failure("m v=1 1716425990123456789"));
  }

  @Test
  void rowsFitTheirSchemaAndTravel() throws Exception {
    Points points =
        Points.of(
            "",
            "map",
            "m: {path: measurement, type: string}",
            "t: {path: tags.t, type: string}",
            "f: {path: fields.f, type: text}",
            "s: {path: series, type: string}");
    for (String line : List.of("m,t=a f=1", "m\\ n,t=a\\,,u=2 f=\"x\\\"y\",g=3i 5")) {
      Event event = points.event(line);
      Row checked =
          Row.withSchema(points.contract.schema()).addValues(event.row().getValues()).build();

      assertEquals(checked, event.row());
      assertEquals(event, CoderUtils.clone(EventCoder.of(points.contract.schema()), event));
    }
  }
}
