package io.millrace.decode.influx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.decode.DecodeException;
import io.millrace.event.Event;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/**
 * Points made at random have exactly the values that were written, and bytes changed at random make
 * nothing but events, dead letters and {@link DecodeException}.
 */
class InfluxFuzzTest {
  private static final int POINTS = 20_000;
  private static final int MUTANTS = 200_000;

  private static final String[] PIECES = {
    "\"",
    "\\",
    ",",
    "=",
    " ",
    "\n",
    "\r",
    "#",
    "\t",
    "\u0000",
    "é",
    "😀",
    "i",
    "u",
    "e",
    ".",
    "-",
    "t",
    "1",
    "=\"",
    "NaN",
    "99999999999999999999",
    "v=1",
    " 7",
    "\n\n"
  };

  private final ObjectMapper json =
      new ObjectMapper(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS);

  private final Random random = new Random(20260301);

  @Test
  void validPointsHaveExactlyTheirValues() throws Exception {
    Points undeclared = Points.of("", "json", "s: {path: series, type: string}");
    Points maps =
        Points.of(
            "",
            "map",
            "m: {path: measurement, type: string}",
            "t: {path: tags, type: map}",
            "f: {path: fields, type: map}");
    Points rows =
        Points.of(
            "rows: field",
            "json",
            "m: {path: measurement, type: string}",
            "f: {path: field, type: string}",
            "v: {path: value, type: text}",
            "k: {path: value_type, type: string}");
    for (int from = 0; from < POINTS; ) {
      List<RandomPoint> sent = new ArrayList<>();
      StringBuilder lines = new StringBuilder();
      for (int n = 1 + random.nextInt(5); n > 0; n--, from++) {
        RandomPoint point = new RandomPoint(random);
        sent.add(point);
        lines.append(point.line).append(random.nextBoolean() ? "\n" : "\r\n");
        lines.append(random.nextInt(4) == 0 ? " # m v=\"\n\n" : "");
      }
      assertEquals(sent.size(), undeclared.elements(lines.toString()).size());
      maps.elements(lines.toString());
      rows.elements(lines.toString());
      assertEquals(List.of(), undeclared.dead);
      int field = 0;
      for (int i = 0; i < sent.size(); i++) {
        RandomPoint point = sent.get(i);
        assertEquals(
            point.line,
            new String(undeclared.events.get(i).origin().value(), StandardCharsets.UTF_8));
        assertUndeclared(point, undeclared.events.get(i).row());
        assertMaps(point, maps.events.get(i).row());
        for (Map.Entry<String, RandomPoint.Value> expected : point.fields.entrySet()) {
          Event event = rows.events.get(field);
          assertEquals(field++, event.origin().element());
          assertEquals(
              List.of(
                  point.measurement,
                  expected.getKey(),
                  expected.getValue().text(),
                  expected.getValue().kind().label),
              event.row().getValues().subList(1, 5));
        }
      }
      assertEquals(field, rows.events.size());
    }
  }

  private void assertUndeclared(RandomPoint point, Row row) throws Exception {
    assertEquals(point.series, row.getString("s"));
    assertEquals(
        point.nanos == null ? Points.RECORD_TIME : Instant.ofEpochSecond(0, point.nanos),
        row.getValue("at"));
    JsonNode extra = json.readTree(row.getString("extra"));
    assertEquals(
        point.tags.isEmpty() ? List.of("fields") : List.of("tags", "fields"), names(extra));
    JsonNode tags = extra.path("tags");
    assertEquals(List.copyOf(point.tags.keySet()), names(tags));
    point.tags.forEach((key, value) -> assertEquals(value, tags.get(key).textValue()));
    JsonNode fields = extra.path("fields");
    assertEquals(List.copyOf(point.fields.keySet()), names(fields));
    point.fields.forEach(
        (key, value) -> {
          JsonNode found = fields.get(key);
          switch (value.kind()) {
            case STRING -> assertEquals(value.text(), found.textValue());
            case TRUE -> assertTrue(found.isBoolean() && found.booleanValue());
            case FALSE -> assertTrue(found.isBoolean() && !found.booleanValue());
            case FLOAT, INTEGER, UNSIGNED -> {
              assertTrue(found.isNumber());
              assertEquals(0, new BigDecimal(value.text()).compareTo(found.decimalValue()));
            }
          }
        });
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static void assertMaps(RandomPoint point, Row row) {
    assertEquals(point.measurement, row.getString("m"));
    assertEquals(point.tags, row.getMap("t"));
    Map<String, String> fields = row.getMap("f");
    assertEquals(List.copyOf(point.fields.keySet()), List.copyOf(fields.keySet()));
    point.fields.forEach((key, value) -> assertEquals(value.text(), fields.get(key)));
    assertEquals(Map.of(), row.getMap("extra"));
  }

  @Test
  void floatsAreThoseOfJava() {
    Points points =
        Points.of(
            "",
            "json",
            "m: {path: measurement, type: string}",
            "v: {path: fields.v, type: float64}");
    for (int round = 0; round < POINTS; round++) {
      RandomPoint point = new RandomPoint(random);
      for (RandomPoint.Value value : point.fields.values()) {
        if (value.kind() == ValueKind.FLOAT) {
          assertEquals(
              (Object) Double.parseDouble(value.text()), points.value("v", "m v=" + value.text()));
        }
      }
    }
  }

  @Test
  void anyBytesMakeEventsOrDeadLetters() {
    List<Points> contracts =
        List.of(
            Points.whole(),
            Points.of(
                "precision: s",
                "map",
                "m: {path: measurement, type: string}",
                "a: {path: tags.a, type: uuid}",
                "i: {path: fields.a, type: int64}",
                "f: {path: fields.cpu, type: float64}",
                "d: {path: fields.9, type: decimal, precision: 9, scale: 2}",
                "t: {path: [fields, '#'], type: timestamp, format: epoch_s}",
                "j: {path: [fields, \"'\"], type: json}"),
            Points.of(
                "",
                "json",
                "m: {path: measurement, type: string}",
                "t: {path: tags, type: map, values: ipv6}",
                "i: {path: fields.a, type: uint64}",
                "f: {path: fields.cpu, type: float32}",
                "e: {path: fields.9, type: enum, values: [a]}",
                "v4: {path: [fields, '#'], type: ipv4}"),
            Points.of(
                "",
                "map",
                "m: {path: measurement, type: string}",
                "f: {path: fields, type: map, values: float32}"),
            Points.of(
                "rows: field",
                "json",
                "f: {path: field, type: string}",
                "v: {path: value, type: uint64}"),
            Points.of(
                "rows: field",
                "json",
                "f: {path: field, type: string}",
                "v: {path: value, type: float64}"));
    Map<String, Integer> outcomes = new TreeMap<>();
    byte[] lines = {};
    for (int round = 0; round < MUTANTS; round++) {
      if (round % 10 == 0) {
        lines =
            Points.utf8(
                new RandomPoint(random).line + "\n# c\n" + new RandomPoint(random).line + "\n");
      }
      byte[] mutant = mutate(lines);
      Points points = contracts.get(round % contracts.size());
      points.clear();
      try {
        assertEquals(points.decode(mutant), points.elements.size());
      } catch (DecodeException e) {
        assertEquals(List.of(), points.elements);
        outcomes.merge("record " + e.code().label(), 1, Integer::sum);
      }
      for (Event event : points.events) {
        outcomes.merge("event", 1, Integer::sum);
        assertContains(mutant, event.origin().value());
      }
      for (Points.Dead dead : points.dead) {
        outcomes.merge(dead.reason().code().label(), 1, Integer::sum);
        assertContains(mutant, dead.element().value());
      }
    }
    for (String outcome :
        List.of(
            "event",
            "malformed_line",
            "truncated",
            "wrong_type",
            "duplicate_key",
            "invalid_time",
            "not_utf8",
            "time_out_of_range")) {
      assertTrue(outcomes.getOrDefault(outcome, 0) > 50, outcomes::toString);
    }
  }

  /** Each element's bytes are a piece of its record. */
  private static void assertContains(byte[] record, byte[] element) {
    String all = new String(record, StandardCharsets.ISO_8859_1);
    assertTrue(all.contains(new String(element, StandardCharsets.ISO_8859_1)));
  }

  private byte[] mutate(byte[] bytes) {
    byte[] mutant = bytes.clone();
    for (int n = random.nextInt(3); n >= 0; n--) {
      int at = random.nextInt(mutant.length);
      switch (random.nextInt(5)) {
        case 0 -> mutant[at] = (byte) random.nextInt();
        case 1 -> mutant[at] = mutant[random.nextInt(mutant.length)];
        case 2 -> {
          byte[] piece = Points.utf8(PIECES[random.nextInt(PIECES.length)]);
          mutant = join(mutant, 0, at, piece, mutant, at);
        }
        case 3 -> {
          int to = Math.min(mutant.length, at + 1 + random.nextInt(4));
          mutant = join(mutant, 0, at, new byte[0], mutant, to);
        }
        default -> mutant = Arrays.copyOf(mutant, at + 1);
      }
      if (mutant.length == 0) {
        return new byte[] {'m'};
      }
    }
    return mutant;
  }

  private static byte[] join(
      byte[] head, int from, int to, byte[] middle, byte[] tail, int tailFrom) {
    byte[] all = new byte[to - from + middle.length + tail.length - tailFrom];
    System.arraycopy(head, from, all, 0, to - from);
    System.arraycopy(middle, 0, all, to - from, middle.length);
    System.arraycopy(tail, tailFrom, all, to - from + middle.length, tail.length - tailFrom);
    return all;
  }
}
