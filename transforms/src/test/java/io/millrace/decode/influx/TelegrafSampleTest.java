package io.millrace.decode.influx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.json.Decoding;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/** The sample points decode by the shipped contract, field by field. */
class TelegrafSampleTest {
  private final Points points =
      new Points(
          ContractLoader.parse(
              Decoding.resource("contracts/telegraf-lines.yaml"), "telegraf-lines.yaml"));

  @Test
  void everyPointOfOneRecord() throws Exception {
    List<String> lines = Decoding.lines("events/telegraf.lp");

    assertEquals(12, points.decode(Points.utf8(Decoding.resource("events/telegraf.lp"))));
    assertEquals(List.of(), points.dead);
    Set<List<Long>> identities = new HashSet<>();
    for (int i = 0; i < 12; i++) {
      Event event = points.events.get(i);
      Row row = event.row();
      // The sample holds no escapes: its parts are between commas, blanks and equals signs.
      String[] parts = lines.get(i).split(" ", -1);
      String[] series = parts[0].split("[,=]", -1);

      assertEquals(i, event.origin().element());
      assertEquals(lines.get(i), new String(event.origin().value(), StandardCharsets.UTF_8));
      assertEquals(parts[0], row.getString("series"));
      assertEquals(series[0], row.getString("measurement"));
      assertEquals(
          series.length == 3
              ? Map.of(series[1], series[2])
              : Map.of(series[1], series[2], series[3], series[4]),
          row.getMap("tags"));
      String[] fields = parts[1].split("[,=]", -1);
      assertEquals(
          fields.length == 2
              ? Map.of(fields[0], fields[1])
              : Map.of(fields[0], fields[1], fields[2], fields[3]),
          row.getMap("fields"));
      assertEquals(Instant.ofEpochSecond(0, Long.parseLong(parts[2])), row.getValue("event_time"));
      assertEquals("", row.getString("extra"));
      identities.add(List.of(event.identityHigh(), event.identityLow()));
      assertEquals(event, CoderUtils.clone(EventCoder.of(points.contract.schema()), event));
    }
    assertEquals(12, identities.size());
  }

  @Test
  void aPointSentAgainIsTheSameEvent() {
    Event sent = points.event("cpu,host=a v=1 1716425990000000001");

    assertEquals(
        sent.identityLow(), points.event(" cpu,host=a  v=1  1716425990000000001").identityLow());
  }
}
