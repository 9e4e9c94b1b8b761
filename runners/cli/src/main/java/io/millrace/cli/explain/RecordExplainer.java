package io.millrace.cli.explain;

import io.millrace.cli.explain.EventExplanation.CountedWindow;
import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.contract.RollupWindow;
import io.millrace.contract.TableDefinition;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.enrich.EventEnricher;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.SourceRecord;
import io.millrace.expression.EventFilter;
import io.millrace.expression.RowPredicate;
import io.millrace.transforms.TimeBuckets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Tells what becomes of records under a contract, by the code that the pipeline runs: its decoder,
 * filters, error rule and conditions. Duplicates are those among the records of this object. Late
 * events depend on a stream, so each event says from which watermark on it would be late.
 *
 * <p>Keeps the identities of all records. Not thread-safe.
 */
final class RecordExplainer implements AutoCloseable {
  private final Contract contract;
  private final RecordDecoder decoder;
  private final @Nullable EventEnricher enricher;
  private final @Nullable EventFilter filter;
  private final @Nullable RowPredicate error;
  private final Map<Rollup, List<RowPredicate>> conditions = new LinkedHashMap<>();
  private final TimeBuckets buckets;
  private final long recordTimeMillis;
  private final Map<Identity, String> seen = new HashMap<>();
  private long records;

  private record Identity(long high, long low) {}

  /**
   * Prepares for records.
   *
   * @param recordTimeMillis when the records arrive, milliseconds since the epoch, UTC
   */
  RecordExplainer(Contract contract, long recordTimeMillis) {
    this.contract = contract;
    this.decoder = RecordDecoder.compile(contract, () -> recordTimeMillis);
    this.enricher = EventEnricher.withoutMetrics(contract);
    this.filter = EventFilter.of(contract);
    this.error = RowPredicate.of(contract, contract.error());
    this.buckets = TimeBuckets.of(contract.time());
    this.recordTimeMillis = recordTimeMillis;
    for (Rollup rollup : contract.rollups()) {
      conditions.put(
          rollup,
          rollup.where().stream()
              .flatMap(condition -> Stream.ofNullable(RowPredicate.of(contract, condition)))
              .toList());
    }
  }

  @Override
  public void close() {
    if (enricher != null) {
      enricher.close();
    }
  }

  /** Explains the events of the next record, in their order. */
  List<EventExplanation> explain(byte[] value) {
    long number = ++records;
    List<EventExplanation> events = new ArrayList<>();
    SourceRecord record =
        new SourceRecord(
            "sample", 0, number - 1, null, value, List.of(), recordTimeMillis, Long.MIN_VALUE);
    try {
      int count =
          decoder.decode(
              record,
              new RecordDecoder.Receiver() {
                @Override
                public void event(Event event) {
                  events.add(explain(event, number, element(event.origin())));
                }

                @Override
                public void dead(DecodeException reason, SourceRecord element) {
                  events.add(deadEvent(reason, number, element(element)));
                }
              });
      if (count == 0) {
        events.add(EventExplanation.without(number, -1, null, Outcome.NO_EVENT, ""));
      }
    } catch (DecodeException e) {
      // A record that cannot be taken apart is one dead event, whatever came before.
      return List.of(deadEvent(e, number, -1));
    }
    return events;
  }

  private int element(SourceRecord origin) {
    return contract.holdsMany() ? origin.elementNumber() : -1;
  }

  private static EventExplanation deadEvent(DecodeException reason, long record, int element) {
    return EventExplanation.without(
        record, element, Outcome.DEAD, reason.code().label(), reason.getMessage());
  }

  private EventExplanation explain(Event decoded, long record, int element) {
    Event event = decoded;
    if (enricher != null) {
      try {
        event = enricher.enrich(decoded);
      } catch (DecodeException e) {
        return deadEvent(e, record, element);
      }
    }
    if (filter != null) {
      try {
        String rule = filter.ruleFor(event);
        if (rule != null) {
          return EventExplanation.without(record, element, Outcome.FILTERED, rule, "");
        }
      } catch (DecodeException e) {
        return deadEvent(e, record, element);
      }
    }
    boolean isError = error != null && error.test(event.values());
    TableDefinition errors = contract.tables().error();
    TableDefinition table = isError && errors != null ? errors : contract.tables().normal();
    EventExplanation valid =
        new EventExplanation(
            record,
            element,
            isError ? Outcome.ERROR : Outcome.ACCEPTED,
            "",
            "",
            Instant.ofEpochMilli(event.eventTimeMillis()),
            Instant.ofEpochMilli(buckets.lateFrom(buckets.of(event.eventTimeMillis()))),
            table.name(),
            RowTree.of(table.columns(), event.values()),
            windows(event),
            enricher == null ? List.of() : enricher.additions());
    String before =
        seen.putIfAbsent(new Identity(event.identityHigh(), event.identityLow()), valid.place());
    return before == null
        ? valid
        : EventExplanation.without(record, element, Outcome.DUPLICATE, before, "");
  }

  private List<CountedWindow> windows(Event event) {
    List<CountedWindow> windows = new ArrayList<>();
    conditions.forEach(
        (rollup, tests) -> {
          if (tests.stream().allMatch(test -> test.test(event.values()))) {
            add(rollup, event, windows);
          }
        });
    return windows;
  }

  private void add(Rollup rollup, Event event, List<CountedWindow> windows) {
    Map<String, Object> group = new LinkedHashMap<>();
    rollup
        .groupBy()
        .forEach(
            field -> {
              Object value = event.values().get(contract.indexOf(field.name()));
              group.put(field.name(), value == null ? "" : RowTree.value(field, value));
            });
    long time = event.eventTimeMillis();
    if (rollup.window().kind() == RollupWindow.Kind.SESSION) {
      windows.add(new CountedWindow(rollup.table(), Instant.ofEpochMilli(time), null, group));
      return;
    }
    long size = rollup.window().size().toMillis();
    long period = rollup.window().period().toMillis();
    long last = Math.floorDiv(time, period) * period;
    // Windows that overlap, the earliest first.
    long first = last - (size / period - 1) * period;
    for (long start = first; start <= last; start += period) {
      windows.add(
          new CountedWindow(
              rollup.table(),
              Instant.ofEpochMilli(start),
              Instant.ofEpochMilli(start + size),
              group));
    }
  }
}
