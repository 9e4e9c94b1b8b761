package io.millrace.decode.influx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.values.Row;
import org.influxdb.dto.Point;
import org.junit.jupiter.api.Test;

/** Points that InfluxData's own Java client writes decode to the values that it was given. */
class OfficialWriterTest {
  private static final int POINTS = 5_000;

  private static final String[] NAME_PIECES = {
    "a", "cpu", "7", "ü", "😀", " ", ",", "=", "\"", "b\\c"
  };
  private static final String[] TEXT_PIECES = {"a", "\"", "\\", "\n", ",", "=", " ", "é", "#"};

  private final Random random = new Random(16);
  private final Points points =
      Points.of(
          "rows: field",
          "json",
          "m: {path: measurement, type: string}",
          "tags: {type: map}",
          "f: {path: field, type: string}",
          "v: {path: value, type: text}",
          "k: {path: value_type, type: string}");

  private String text(String[] pieces, int most) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(most + 1); n > 0; n--) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    return text.toString();
  }

  private String name() {
    return "n" + text(NAME_PIECES, 4);
  }

  @Test
  void everyValueIsTheOneThatWasWritten() throws Exception {
    int strings = 0;
    for (int round = 0; round < POINTS; round++) {
      // The client also escapes this sign in a measurement, where no backslash escapes it.
      String measurement = name().replace("=", "");
      long nanos = Points.RECORD_TIME.getEpochSecond() * 1_000_000_000L + random.nextInt();
      Point.Builder point = Point.measurement(measurement).time(nanos, TimeUnit.NANOSECONDS);
      Map<String, String> tags = new TreeMap<>();
      for (int n = random.nextInt(4); n > 0; n--) {
        tags.put(name(), name());
      }
      tags.forEach(point::tag);
      Map<String, String> expected = new TreeMap<>();
      for (int n = random.nextInt(4); n >= 0; n--) {
        String field = name();
        switch (random.nextInt(5)) {
          case 0 -> {
            boolean value = random.nextBoolean();
            point.addField(field, value);
            expected.put(field, "boolean " + value);
          }
          case 1 -> {
            long value = random.nextLong() >> random.nextInt(64);
            point.addField(field, value);
            expected.put(field, "integer " + value);
          }
          case 2 -> {
            double value = random.nextInt(1 << 20) / 64.0;
            point.addField(field, value);
            expected.put(field, "float " + value);
          }
          case 3 -> {
            BigInteger value = BigInteger.valueOf(random.nextLong());
            point.addField(field, value);
            expected.put(field, "integer " + value);
          }
          default -> {
            String value = text(TEXT_PIECES, 6);
            point.addField(field, value);
            expected.put(field, "string " + value);
            strings++;
          }
        }
      }
      String line = point.build().lineProtocol();
      points.elements(line);
      assertEquals(List.of(), points.dead, line);
      Map<String, String> found = new TreeMap<>();
      for (var event : points.events) {
        Row row = event.row();
        assertEquals(measurement, row.getString("m"), line);
        assertEquals(tags, new TreeMap<>(row.getMap("tags")), line);
        assertEquals(Instant.ofEpochSecond(0, nanos), row.getValue("at"), line);
        String kind = row.getString("k");
        String value = row.getString("v");
        found.put(
            row.getString("f"),
            kind + " " + (kind.equals("float") ? Double.parseDouble(value) : value));
      }
      assertEquals(expected, found, line);
    }
    assertTrue(strings > POINTS / 4, "of all kinds");
  }
}
