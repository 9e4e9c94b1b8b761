package io.millrace.decode.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/** Contracts for other shapes of events: metrics and logs, flat tracking, batches of records. */
class OtherShapesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String TABLES =
      """
      tables:
        normal: {name: n, columns: [%1$s]}
        error: {name: e, columns: [%1$s]}
        late: {name: l, columns: [%1$s]}
        dead_letters: {name: d}
      """;

  private static Decoding contract(String yaml, String columns) {
    return new Decoding(ContractLoader.parse(yaml + TABLES.formatted(columns), "shape.yaml"));
  }

  /** The events of a sample, after a trip through their coder. */
  private static List<Event> events(Decoding decoding, String sample) throws Exception {
    List<Event> events = new ArrayList<>();
    for (String line : Decoding.lines("events/" + sample)) {
      Event event = decoding.event(Decoding.utf8(line));
      Event travelled = CoderUtils.clone(EventCoder.of(decoding.contract.schema()), event);
      assertEquals(event, travelled);
      events.add(travelled);
    }
    assertTrue(!events.isEmpty(), "the sample holds events");
    return events;
  }

  @Test
  void metricsWithTags() throws Exception {
    Decoding decoding =
        contract(
            """
            contract: metrics
            version: 1
            format: json
            fields:
              at: {path: timestamp, type: timestamp, required: true}
              kind: {path: database_type, type: string, required: true}
              instance: {path: instance_id, type: string, required: true}
              name: {path: metric_name, type: string, required: true}
              value: {type: float64, required: true}
              tags: {type: map}
              took_ms: {path: metadata.collection_duration_ms, type: int32}
              correlation: {path: metadata.correlation_id, type: uuid, required: true}
            event_time: {field: at}
            identity: [correlation, at]
            unknown_fields: {column: extra, as: json}
            """,
            "at, kind, instance, name, value, tags, took_ms, correlation, extra");
    List<String> lines = Decoding.lines("events/metrics.jsonl");
    List<Event> events = events(decoding, "metrics.jsonl");
    for (int i = 0; i < lines.size(); i++) {
      JsonNode sent = JSON.readTree(lines.get(i));
      Row row = events.get(i).row();
      assertEquals(sent.get("value").doubleValue(), row.getDouble("value"));
      Map<String, String> tags = new HashMap<>();
      sent.get("tags").fields().forEachRemaining(e -> tags.put(e.getKey(), e.getValue().asText()));
      assertEquals(tags, row.getMap("tags"));
      assertEquals(
          sent.get("metadata").get("collection_duration_ms").intValue(), row.getInt32("took_ms"));
      assertEquals(
          sent.get("metadata").get("correlation_id").textValue(), row.getString("correlation"));
      assertEquals(
          "{\"metadata\":{\"version\":" + sent.get("metadata").get("version") + "}}",
          row.getString("extra"));
    }
  }

  @Test
  void logsWithDotsInTheirKeys() throws Exception {
    Decoding decoding =
        contract(
            """
            contract: logs
            version: 1
            format: json
            fields:
              at: {path: timestamp, type: timestamp, required: true}
              level: {type: string, required: true, low_cardinality: true}
              message: {type: string, required: true}
              service: {type: string}
              trace: {path: trace_id, type: string, required: true}
              system: {path: [context, db.system], type: string}
            event_time: {field: at}
            identity: [trace, at]
            error: {field: level, in: [ERROR, FATAL]}
            unknown_fields: {column: extra, as: map}
            """,
            "at, level, message, service, trace, system, extra");
    List<String> lines = Decoding.lines("events/logs.jsonl");
    List<Event> events = events(decoding, "logs.jsonl");
    int systems = 0;
    for (int i = 0; i < lines.size(); i++) {
      JsonNode sent = JSON.readTree(lines.get(i));
      Row row = events.get(i).row();
      assertEquals(sent.get("level").textValue(), row.getString("level"));
      String system = sent.get("context").path("db.system").textValue();
      assertEquals(system, row.getString("system"));
      systems += system == null ? 0 : 1;
      Map<String, String> extra = new HashMap<>(Map.of("span_id", sent.get("span_id").textValue()));
      sent.get("context")
          .fields()
          .forEachRemaining(e -> extra.put("context." + e.getKey(), e.getValue().textValue()));
      extra.remove("context.db.system");
      assertEquals(extra, row.getMap("extra"));
    }
    assertTrue(systems > 0, "some logs name the system");
  }

  @Test
  void trackingWithFieldsOfEachApplication() throws Exception {
    Decoding decoding =
        contract(
            """
            contract: tracking
            version: 1
            format: json
            fields:
              event_id: {type: string, required: true}
              app: {type: string, required: true, low_cardinality: true}
              event_type: {type: string, required: true, low_cardinality: true}
              at: {path: ts, type: timestamp, required: true}
              user: {type: string}
              session: {type: string}
              basket_value: {type: decimal, precision: 12, scale: 2}
            event_time: {field: at}
            identity: [event_id, at]
            unknown_fields: {column: custom, as: map}
            """,
            "event_id, app, event_type, at, user, session, basket_value, custom");
    List<String> lines = Decoding.lines("events/tracking.jsonl");
    List<Event> events = events(decoding, "tracking.jsonl");
    for (int i = 0; i < lines.size(); i++) {
      JsonNode sent = JSON.readTree(lines.get(i));
      Row row = events.get(i).row();
      assertEquals(sent.get("event_id").textValue(), row.getString("event_id"));
      assertEquals(
          sent.path("basket_value").textValue(),
          row.getDecimal("basket_value") == null
              ? null
              : row.getDecimal("basket_value").toString());
      Map<String, String> custom = new HashMap<>();
      for (String name : List.of("utm_source", "currency")) {
        if (sent.has(name)) {
          custom.put(name, sent.get(name).textValue());
        }
      }
      assertEquals(custom, row.getMap("custom"));
    }
  }

  @Test
  void batchesOfRecordsWithEpochTimes() throws Exception {
    Decoding decoding =
        contract(
            """
            contract: telegraf
            version: 1
            format: json
            fields:
              batch: {type: string, required: true}
              at: {type: timestamp, format: epoch_s, required: true}
              metrics:
                type: array
                required: true
                items:
                  type: record
                  fields:
                    name: {type: string, required: true}
                    device: {path: tags.device_id, type: string}
                    fields: {type: map}
                    time: {path: timestamp, type: timestamp, format: epoch_s, required: true}
            event_time: {field: at}
            identity: [batch, at]
            unknown_fields: {column: extra, as: json}
            """,
            "batch, at, metrics, extra");
    int sides = 0;
    for (String line : Decoding.lines("events/telegraf.jsonl")) {
      JsonNode sent = JSON.readTree(line).get("metrics");
      String json = line.replaceFirst("\\{", "{\"batch\":\"b\",\"at\":1716425990,");
      Event event =
          CoderUtils.clone(
              EventCoder.of(decoding.contract.schema()), decoding.event(Decoding.utf8(json)));
      assertEquals(1_716_425_990_000L, event.eventTimeMillis());
      List<Row> metrics = List.copyOf(event.row().<Row>getArray("metrics"));
      assertEquals(sent.size(), metrics.size());
      List<String> unknown = new ArrayList<>();
      for (int i = 0; i < sent.size(); i++) {
        Row metric = metrics.get(i);
        assertEquals(sent.get(i).get("name").textValue(), metric.getString("name"));
        assertEquals(
            sent.get(i).get("tags").get("device_id").textValue(), metric.getString("device"));
        Map<String, String> fields = new HashMap<>();
        sent.get(i)
            .get("fields")
            .fields()
            .forEachRemaining(e -> fields.put(e.getKey(), e.getValue().toString()));
        assertEquals(fields, metric.getMap("fields"));
        assertEquals(
            Instant.ofEpochSecond(sent.get(i).get("timestamp").longValue()),
            metric.getValue("time"));
        JsonNode side = sent.get(i).get("tags").path("side");
        sides += side.isMissingNode() ? 0 : 1;
        unknown.add(side.isMissingNode() ? "{}" : "{\"tags\":{\"side\":" + side + "}}");
      }
      while (!unknown.isEmpty() && unknown.get(unknown.size() - 1).equals("{}")) {
        unknown.remove(unknown.size() - 1);
      }
      assertEquals(
          unknown.isEmpty() ? "" : "{\"metrics\":[" + String.join(",", unknown) + "]}",
          event.row().getString("extra"));
    }
    assertTrue(sides > 0, "some records have a tag that is not declared");
  }
}
