package io.millrace.decode.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contract.Contract;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/** The sample events decode by the shipped contracts, field by field. */
class SampleEventsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void everyQueryEvent() throws Exception {
    Decoding decoding = Decoding.shipped("query-events");
    List<String> lines = Decoding.lines("events/query-events.jsonl");
    Set<List<Long>> identities = new HashSet<>();
    int objects = 0;
    int errors = 0;
    for (String line : lines) {
      JsonNode sent = JSON.readTree(line);
      JsonNode metadata = sent.get("metadata");
      Event event = decoding.event(Decoding.utf8(line));
      Row row = event.row();

      assertEquals(sent.get("query_id").textValue(), row.getString("query_id"));
      assertEquals(sent.get("event_type").textValue(), row.getString("event_type"));
      assertEquals(sent.get("query_text").textValue(), row.getString("query_text"));
      assertEquals(metadata.get("user_id").textValue(), row.getString("user_id"));
      assertEquals(metadata.get("database").textValue(), row.getString("database_name"));
      assertEquals(metadata.get("duration_ms").longValue(), row.getInt64("duration_ms"));
      assertEquals(metadata.get("rows_affected").longValue(), row.getInt64("rows_affected"));
      // The sample holds no white space within values: what Jackson writes is what was sent.
      assertEquals(sent.get("payload").toString(), row.getString("payload"));
      assertTrue(line.contains("\"payload\":" + row.getString("payload") + "}"));
      JsonNode error = metadata.path("error");
      if (error.isMissingNode() || error.isNull()) {
        assertNull(row.getString("error"));
      } else {
        errors++;
        assertEquals(
            error.isTextual() ? error.textValue() : error.toString(), row.getString("error"));
      }
      objects += sent.get("payload").isObject() ? 1 : 0;
      long time =
          OffsetDateTime.parse(sent.get("timestamp").textValue()).toInstant().toEpochMilli();
      assertEquals(Instant.ofEpochMilli(time), row.getValue("event_time"));
      assertEquals(time, event.eventTimeMillis());
      assertEquals(time, event.timestamp().getMillis());
      assertEquals("", row.getString("extra"));
      assertEquals(Instant.ofEpochMilli(Decoding.NOW), row.getValue(Contract.INGESTION_TIME));
      assertNull(row.getValue(Contract.LATE_BY_MS));
      identities.add(List.of(event.identityHigh(), event.identityLow()));
    }
    assertEquals(60, lines.size());
    assertEquals(60, identities.size());
    assertTrue(objects > 0, "some payloads are objects");
    assertTrue(errors > 0, "some events report an error");
  }

  @Test
  void errorsAreTextWhetherStringObjectOrAbsent() {
    Decoding decoding = Decoding.shipped("query-events");
    String event =
        "{\"query_id\":\"q\",\"timestamp\":\"2026-03-01T10:00:00Z\",\"event_type\":\"t\","
            + "\"metadata\":{\"error\":%s}}";

    assertEquals("disk \"full\"", error(decoding, event.formatted("\"disk \\\"full\\\"\"")));
    assertEquals("{ \"a\" : 1 }", error(decoding, event.formatted("{ \"a\" : 1 }")));
    assertEquals("false", error(decoding, event.formatted("false")));
    assertEquals("", error(decoding, event.formatted("\"\"")));
    assertNull(error(decoding, event.formatted("null")));
  }

  private static String error(Decoding decoding, String json) {
    return decoding.row(json).getString("error");
  }

  @Test
  void absentFieldsHaveTheirDefaults() {
    Row row =
        Decoding.shipped("query-events")
            .row(
                "{\"query_id\":\"q\",\"timestamp\":\"2026-03-01T10:00:00Z\",\"event_type\":\"t\","
                    + "\"query_text\":null}");

    assertEquals("", row.getString("query_text"));
    assertEquals("", row.getString("user_id"));
    assertNull(row.getInt64("duration_ms"));
    assertNull(row.getString("payload"));
  }

  @Test
  void everyUserEvent() throws Exception {
    Decoding decoding = Decoding.shipped("user-events");
    List<String> lines = Decoding.lines("events/user-events.jsonl");
    int amounts = 0;
    for (String line : lines) {
      JsonNode sent = JSON.readTree(line);
      JsonNode properties = sent.get("properties");
      Row row = decoding.row(line);

      assertEquals(sent.get("event_id").textValue(), row.getString("event_id"));
      assertEquals(sent.get("event_type").textValue(), row.getString("event_type"));
      assertEquals(sent.get("user_id").textValue(), row.getString("user_id"));
      assertEquals(
          OffsetDateTime.parse(sent.get("timestamp").textValue()).toInstant(),
          row.getValue("event_time"));
      assertEquals(properties.path("page").textValue(), row.getString("page"));
      assertEquals(properties.path("currency").textValue(), row.getString("currency"));
      assertEquals(
          properties.has("duration") ? properties.get("duration").longValue() : null,
          row.getInt64("duration"));
      if (properties.has("amount")) {
        amounts++;
        assertEquals(
            new BigDecimal(properties.get("amount").asText()).setScale(4),
            row.getDecimal("amount"));
      } else {
        assertNull(row.getDecimal("amount"));
      }
      assertEquals(Map.of(), row.getMap("extra"));
    }
    assertEquals(12, lines.size());
    assertTrue(amounts > 0, "some events have an amount");
  }

  @Test
  void rowsFitTheirSchemaAndTravel() throws Exception {
    for (String name : List.of("query-events", "user-events")) {
      Decoding decoding = Decoding.shipped(name);
      for (String line : Decoding.lines("events/" + name + ".jsonl")) {
        Event event = decoding.event(Decoding.utf8(line));
        Row checked =
            Row.withSchema(decoding.contract.schema()).addValues(event.row().getValues()).build();

        assertEquals(checked, event.row());
        var coder = io.millrace.event.EventCoder.of(decoding.contract.schema());
        assertEquals(event, CoderUtils.clone(coder, event));
      }
    }
  }

  @Test
  void theRecordTravelsWithTheEventUncopied() throws Exception {
    Decoding decoding = Decoding.of("json");
    SourceRecord record = Decoding.record(Decoding.utf8(Decoding.event("")));

    assertSame(record, new JsonFormat().one(decoding.contract, () -> 0).decode(record).origin());
  }

  @Test
  void identityIsThatOfTheContractsFieldsOnly() {
    Decoding decoding = Decoding.shipped("query-events");
    String json =
        "{\"query_id\":\"q\",\"timestamp\":\"2026-03-01T10:00:00Z\",\"event_type\":\"t\","
            + "\"payload\":1}";
    Event event = decoding.event(Decoding.utf8(json));

    Event same =
        decoding.event(
            Decoding.utf8(
                json.replace("\"payload\":1", "\"payload\":2")
                    .replace("10:00:00Z", "12:00:00.000+02:00")
                    .replace("\"q\"", "\"\\u0071\"")));
    assertEquals(event.identityHigh(), same.identityHigh());
    assertEquals(event.identityLow(), same.identityLow());
    for (String other :
        List.of(
            json.replace("\"q\"", "\"p\""),
            json.replace("\"t\"", "\"u\""),
            json.replace("00:00Z", "00:00.001Z"),
            json.replace("00:00Z", "00:00.000000001Z"))) {
      assertNotEquals(event.identityLow(), decoding.event(Decoding.utf8(other)).identityLow());
    }
  }
}
