package io.millrace.bench.workload;

import io.millrace.contract.Contract;
import io.millrace.decode.DecodeException;
import io.millrace.decode.json.JsonDecoder;
import io.millrace.decode.json.JsonFormat;
import io.millrace.event.Clock;
import io.millrace.event.Event;
import io.millrace.event.RowValues;
import io.millrace.event.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Query events of 1 KB, decoded before the measurement. An event of a workload is a template with
 * another identity, time and arrival.
 */
public final class TemplateEvents {
  private static final int COUNT = 256;
  private static final int BYTES = 1_024;
  private static final int DATABASES = 8;
  private static final List<String> TYPES =
      List.of(
          "query_started", "query_finished", "query_finished", "query_finished", "query_failed");

  private final Event[] templates;

  private TemplateEvents(Event[] templates) {
    this.templates = templates;
  }

  public static TemplateEvents decode(Contract contract) {
    JsonDecoder decoder = new JsonFormat().one(contract, Clock.system());
    Event[] templates = new Event[COUNT];
    for (int i = 0; i < COUNT; i++) {
      byte[] json = json(i).getBytes(StandardCharsets.UTF_8);
      try {
        templates[i] =
            decoder.decode(
                new SourceRecord(
                    "query-events",
                    0,
                    i,
                    ("q" + i).getBytes(StandardCharsets.UTF_8),
                    json,
                    List.of(),
                    0,
                    0));
      } catch (DecodeException e) {
        throw new IllegalStateException("a template event violates its contract", e);
      }
    }
    return new TemplateEvents(templates);
  }

  /** An event of the workload; a new object that shares the template's row and bytes. */
  Event event(Workload workload, long number) {
    Event template = templates[(int) (number % COUNT)];
    SourceRecord origin = template.origin();
    long time = workload.eventTimeMillis(number);
    return new Event(
        template.row(),
        workload.identity(number, 1),
        workload.identity(number, 2),
        time,
        new SourceRecord(
            origin.topic(),
            origin.partition(),
            number,
            origin.key(),
            origin.value(),
            origin.headers(),
            time,
            workload.watermarkMillis(number)));
  }

  /** The number of a workload's events whose row meets a condition. */
  public long count(Workload workload, Predicate<RowValues> condition) {
    long count = 0;
    for (int i = 0; i < COUNT; i++) {
      if (condition.test(templates[i].values())) {
        count += (workload.events() - i + COUNT - 1) / COUNT;
      }
    }
    return count;
  }

  private static String json(int i) {
    String type = TYPES.get(i % TYPES.size());
    String event =
        String.format(
            Locale.ROOT,
            "{\"query_id\":\"q-%08d-4c1b-9a77\",\"event_type\":\"%s\","
                + "\"query_text\":\"%%s\",\"timestamp\":\"2026-03-01T10:%02d:%02d.%03dZ\","
                + "\"metadata\":{\"user_id\":\"user-%04d\",\"database\":\"db-%d\","
                + "\"duration_ms\":%d,\"rows_affected\":%d%s},"
                + "\"payload\":{\"plan\":\"hash join\",\"stages\":[1,2,3],\"spilled\":false},"
                + "\"client\":\"jdbc/%d\"}",
            i,
            type,
            i % 60,
            i % 60,
            i,
            i,
            i % DATABASES,
            i * 7,
            i * 13,
            type.equals("query_failed") ? ",\"error\":\"out of memory\"" : "",
            i % 9);
    StringBuilder sql = new StringBuilder("SELECT ");
    int length = BYTES - (event.length() - "%s".length());
    for (int column = 0; sql.length() < length; column++) {
      sql.append("orders.column_").append(i % 10).append(column).append(", ");
    }
    return event.replace("%s", sql.substring(0, length));
  }
}
