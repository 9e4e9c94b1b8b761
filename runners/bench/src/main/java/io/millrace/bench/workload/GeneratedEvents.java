package io.millrace.bench.workload;

import io.millrace.contract.Contract;
import io.millrace.decode.DecodeException;
import io.millrace.decode.json.JsonDecoder;
import io.millrace.decode.json.JsonFormat;
import io.millrace.event.Clock;
import io.millrace.event.Event;
import io.millrace.event.Packed;
import io.millrace.event.RowValues;
import io.millrace.event.SourceRecord;
import io.millrace.testdata.generate.EventGenerator;
import io.millrace.testdata.generate.GeneratorOptions;
import io.millrace.testdata.manifest.Outcome;
import io.millrace.testdata.sink.GeneratedRecord;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.Row;

/**
 * Expands a number to that many decoded query events. Uses thousands of generated events of 1.0 to
 * 1.3 KB, decoded before the measurement, with new identities and positions. Their texts differ, so
 * they compress like real ones. Allocates three objects per event.
 */
public final class GeneratedEvents extends DoFn<Long, List<Event>> {
  private static final long serialVersionUID = 1L;

  /** As many as the deduplication has together under load. */
  private static final int GROUP = 16;

  private static final int TEMPLATES = 4_096;
  private static final int GENERATED = 60_000;
  private static final int LEAST_BYTES = 1_000;
  private static final int MOST_BYTES = 1_300;
  private static final String IDENTITY = "query_id";

  private final Packed<Contract> contract;
  private final boolean slices;
  private transient List<Event> templates;
  private transient int identityIndex;

  private GeneratedEvents(Contract contract, boolean slices) {
    this.contract = Packed.of(contract);
    this.slices = slices;
  }

  /** Events with strings, which steps of Beam can use as well. */
  public static GeneratedEvents withStrings(Contract contract) {
    return new GeneratedEvents(contract, false);
  }

  /** Events whose texts are parts of their records, as the deduplication hands them over. */
  public static GeneratedEvents withSlices(Contract contract) {
    return new GeneratedEvents(contract, true);
  }

  @Setup
  public void setUp() {
    templates = decode(contract.get());
    identityIndex = contract.get().schema().indexOf(IDENTITY);
  }

  @ProcessElement
  public void process(@Element Long count, OutputReceiver<List<Event>> out) {
    for (long number = 0; number < count; number += GROUP) {
      List<Event> group = new ArrayList<>(GROUP);
      for (long next = number; next < Math.min(number + GROUP, count); next++) {
        group.add(event(next));
      }
      out.output(group);
    }
  }

  private Event event(long number) {
    Event template = templates.get((int) (number % TEMPLATES));
    SourceRecord origin = template.origin();
    return new Event(
        values(template, "q-" + number),
        number,
        number,
        template.eventTimeMillis(),
        new SourceRecord(
            origin.topic(),
            origin.partition(),
            number,
            origin.key(),
            origin.value(),
            origin.headers(),
            origin.recordTimeMillis(),
            origin.arrivalWatermarkMillis()));
  }

  private RowValues values(Event template, String identity) {
    if (slices) {
      return template.values().with(identityIndex, identity);
    }
    List<Object> values = new ArrayList<>(template.row().getValues());
    values.set(identityIndex, identity);
    return RowValues.of(Row.withSchema(template.row().getSchema()).attachValues(values));
  }

  /** Decoded events of the generator. */
  public static List<Event> decode(Contract contract) {
    JsonDecoder decoder = new JsonFormat().one(contract, Clock.system());
    GeneratorOptions options =
        GeneratorOptions.builder()
            .count(GENERATED)
            .duplicates(0)
            .late(0)
            .malformed(0)
            .errors(0)
            .seed(7)
            .build();
    List<Event> events = new ArrayList<>();
    long start = Workload.BEGIN;
    EventGenerator generator = new EventGenerator(options, 1, () -> start);
    while (events.size() < TEMPLATES) {
      GeneratedRecord record = generator.next();
      int length = record.value().length;
      if (length < LEAST_BYTES || length > MOST_BYTES) {
        continue;
      }
      if (record.entry().outcome() != Outcome.ACCEPTED) {
        throw new IllegalStateException("expected only valid events from the generator");
      }
      try {
        events.add(
            decoder.decode(
                new SourceRecord(
                    "query-events",
                    record.partition(),
                    events.size(),
                    record.key(),
                    record.value(),
                    List.of(),
                    record.recordTimeMillis(),
                    record.recordTimeMillis())));
      } catch (DecodeException e) {
        throw new IllegalStateException("a generated event violates its contract", e);
      }
    }
    return events;
  }

  /** The average record length in bytes. */
  public static double averageBytes(Contract contract) {
    return decode(contract).stream().mapToInt(e -> e.origin().value().length).average().orElse(0);
  }
}
