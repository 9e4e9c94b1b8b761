package io.millrace.decode.influx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Unsigned integers, floats of 32 bits, addresses, enums and typed maps of points. */
class PointValueTypesTest {
  private final Points points =
      Points.of(
          "",
          "json",
          "u: {path: fields.u, type: uint64}",
          "f: {path: fields.f, type: float32}",
          "e: {path: fields.e, type: enum, values: [up, down]}",
          "v4: {path: tags.v4, type: ipv4}",
          "v6: {path: tags.v6, type: ipv6}",
          "state: {path: tags.state, type: enum, values: [up]}");

  @Test
  void ofTags() {
    Row row = points.row("m,v4=10.0.0.1,v6=2001:DB8::0001,state=up u=1i");
    assertEquals("10.0.0.1", row.getString("v4"));
    assertEquals("2001:db8::1", row.getString("v6"));
    assertEquals("up", row.getString("state"));
    assertEquals(
        "wrong_type tags.v4: expected an IPv4 address of four numbers without leading zeros, such"
            + " as 192.0.2.1",
        points.failure("m,v4=10.0.0.01 u=1i"));
    assertEquals(
        "unknown_value tags.state: expected a value of the enum: up",
        points.failure("m,state=down u=1i"));
  }

  @ParameterizedTest
  @CsvSource({
    "u, 0i, 0",
    "u, -0i, 0",
    "u, 7u, 7",
    "u, 9223372036854775807i, 9223372036854775807",
    "u, 9223372036854775808u, -9223372036854775808",
    "u, 18446744073709551615u, -1",
    "u, 0018446744073709551615u, -1",
    "f, 0.1, 0.1",
    "f, 1e-45, 1.4E-45",
    "f, .5, 0.5",
    "f, 16777217i, 1.6777216E7",
    "f, 18446744073709551615u, 1.8446744E19"
  })
  void numbers(String field, String value, String shown) {
    assertEquals(shown, String.valueOf(points.value(field, "m " + field + "=" + value)));
  }

  @ParameterizedTest
  @CsvSource({
    "u, -1i, number_overflow fields.u: expected an unsigned integer of 64 bits",
    "u, 1, 'wrong_type fields.u: expected an unsigned integer of 64 bits (with the suffix i or u),"
        + " found a float'",
    "f, 1e39, number_overflow fields.f: expected a number of 32 bits",
    "f, t, 'wrong_type fields.f: expected a number, found a boolean'",
    "e, \"x\", 'unknown_value fields.e: expected a value of the enum: up, down'",
    "e, 1i, 'wrong_type fields.e: expected a string, found an integer'"
  })
  void whatDoesNotFit(String field, String value, String failure) {
    assertEquals(failure, points.failure("m " + field + "=" + value));
  }

  @Test
  void typedMaps() {
    Points maps =
        Points.of(
            "",
            "json",
            "m: {path: measurement, type: string}",
            "t: {path: tags, type: map, values: ipv6}",
            "f: {path: fields, type: map, values: float64}");
    Row row = maps.row("m,a=::1,b=10.0.0.1 x=1.5,y=2i,z=3u");
    assertEquals(Map.of("a", "::1", "b", "::ffff:10.0.0.1"), row.getMap("t"));
    assertEquals(Map.of("x", 1.5, "y", 2.0, "z", 3.0), row.getMap("f"));
    assertEquals(
        "wrong_type fields.y: expected a number, found a string", maps.failure("m x=1,y=\"a\""));
    Points strings =
        Points.of(
            "",
            "json",
            "m: {path: measurement, type: string}",
            "t: {path: tags, type: map, values: string}",
            "f: {path: fields, type: map, values: string}");
    assertEquals(Map.of("a", "b"), strings.row("m,a=b x=\"y\"").getMap("t"));
    assertEquals(Map.of("x", "y"), strings.row("m,a=b x=\"y\"").getMap("f"));
    assertEquals(
        "wrong_type fields.x: expected a string, found a float", strings.failure("m,a=b x=1"));
  }
}
