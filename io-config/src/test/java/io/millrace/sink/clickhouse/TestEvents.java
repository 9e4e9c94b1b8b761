package io.millrace.sink.clickhouse;

import io.millrace.contract.Contract;
import io.millrace.contract.ContractLoader;
import io.millrace.contract.FieldDefinition;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.Packed;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.io.range.OffsetRange;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/** Events that are a function of their number, and contracts to read. */
public final class TestEvents implements Serializable {
  private static final long serialVersionUID = 1L;

  /** 2026-03-01T10:00:00Z. */
  public static final long BASE_TIME = 1_772_359_200_000L;

  private final Packed<Contract> contract;
  private final int textChars;

  private TestEvents(Contract contract, int textChars) {
    this.contract = Packed.of(contract);
    this.textChars = textChars;
  }

  /** Events of the query-events contract with a query text and a payload of this length. */
  public static TestEvents withText(int textChars) {
    return new TestEvents(queryEvents(), textChars);
  }

  /** The contract that is shipped for query events. */
  public static Contract queryEvents() {
    return shipped("query-events");
  }

  static Contract userEvents() {
    return shipped("user-events");
  }

  private static Contract shipped(String name) {
    String resource = "/contracts/" + name + ".yaml";
    try (InputStream in = TestEvents.class.getResourceAsStream(resource)) {
      return ContractLoader.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), resource);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The coder of these events. */
  public EventCoder coder() {
    return EventCoder.of(contract.get().schema());
  }

  /** Event number n: 5 000 of them to a minute of event time. */
  public Event event(long n) {
    return event(n, BASE_TIME + n * 12, queryText(n));
  }

  String queryText(long n) {
    return "SELECT " + "x".repeat(textChars) + " FROM t WHERE id = " + n;
  }

  /** Event number n, of another time. */
  public Event event(long n, long time, String queryText) {
    return event(n, time, queryText, Map.of());
  }

  /** Reports an application error. */
  public Event failed(long n) {
    return event(n, BASE_TIME, queryText(n), Map.of("error", "failed"));
  }

  /** Missed the allowed lateness. */
  public Event late(long n, long lateByMillis) {
    return event(n, BASE_TIME, queryText(n), Map.of(Contract.LATE_BY_MS, lateByMillis));
  }

  private Event event(long n, long time, String queryText, Map<String, Object> more) {
    Map<String, Object> values = new HashMap<>(more);
    values.put("query_id", "q-" + n);
    values.put("event_type", "type" + n % 5);
    values.put("query_text", queryText);
    values.put("user_id", "user" + n % 100);
    values.put("database_name", "db" + n % 7);
    values.put("duration_ms", n);
    values.put("payload", "{\"n\":" + n + ",\"p\":\"" + "p".repeat(textChars) + "\"}");
    values.put("event_time", Instant.ofEpochMilli(time));
    values.put("ingestion_time", Instant.ofEpochMilli(time + 5));
    return event(contract.get(), values, time, origin(n, textChars));
  }

  /** A record whose bytes are no text. */
  public static SourceRecord origin(long n, int chars) {
    // Bytes that are no text, to see that they come back as they were.
    byte[] bytes = ("{" + n + "}" + "o".repeat(chars)).getBytes(StandardCharsets.UTF_8);
    bytes[0] = (byte) 0xFF;
    return new SourceRecord(
        "queries",
        (int) (n % 3),
        n,
        new byte[] {0, (byte) n},
        bytes,
        List.of(new Header("h", new byte[] {(byte) 0xFE})),
        BASE_TIME + n,
        BASE_TIME);
  }

  /** An event of any contract; what is not given is the field's default, or null. */
  public static Event event(
      Contract contract, Map<String, Object> given, long time, SourceRecord origin) {
    List<Object> values = new ArrayList<>();
    for (FieldDefinition field : contract.rowFields()) {
      Object value = given.getOrDefault(field.name(), field.defaultValue());
      if (value == null) {
        value =
            switch (field.type()) {
              case MAP -> Map.of();
              case ARRAY -> List.of();
              default -> null;
            };
      }
      values.add(value);
    }
    return new Event(
        Row.withSchema(contract.schema()).attachValues(values), 0, origin.offset(), time, origin);
  }

  /**
   * The events from number 0 on, in bundles of about a hundred: the DirectRunner interrupts a
   * splittable step after so many outputs, and so it does with Kafka's.
   */
  PTransform<PBegin, PCollection<Event>> inSmallBundles(long count) {
    TestEvents events = this;
    return new PTransform<>() {
      private static final long serialVersionUID = 1L;

      @Override
      public PCollection<Event> expand(PBegin begin) {
        return begin
            .apply(Create.of(count))
            .apply(ParDo.of(new Make(events)))
            .setCoder(events.coder());
      }
    };
  }

  private static final class Make extends DoFn<Long, Event> {
    private static final long serialVersionUID = 1L;

    private final TestEvents events;

    private Make(TestEvents events) {
      this.events = events;
    }

    @SuppressWarnings("UnusedMethod") // Beam calls it
    @GetInitialRestriction
    public OffsetRange range(@Element Long count) {
      return new OffsetRange(0, count);
    }

    @ProcessElement
    public ProcessContinuation process(
        RestrictionTracker<OffsetRange, Long> tracker, OutputReceiver<Event> out) {
      for (long n = tracker.currentRestriction().getFrom(); tracker.tryClaim(n); n++) {
        out.output(events.event(n));
      }
      return ProcessContinuation.stop();
    }
  }
}
