package io.millrace.cli.explain;

import io.millrace.cli.explain.EventExplanation.CountedWindow;
import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.contract.RollupWindow;
import io.millrace.contract.TableDefinition;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.SourceRecord;
import io.millrace.expression.EventFilter;
import io.millrace.expression.RowPredicate;
import io.millrace.pipeline.WrongUseException;
import io.millrace.redact.EventRedactor;
import io.millrace.redact.SealedBytes;
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
final class RecordExplainer {
  private final Contract contract;
  private final RecordDecoder decoder;
  private final @Nullable EventFilter filter;
  private final @Nullable EventRedactor redactor;
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
   * @throws WrongUseException if a secret of the contract's redaction cannot be read
   */
  static RecordExplainer of(Contract contract, long recordTimeMillis) {
    try {
      return new RecordExplainer(contract, EventRedactor.of(contract), recordTimeMillis);
    } catch (IllegalArgumentException e) {
      throw new WrongUseException(e.getMessage());
    }
  }

  private RecordExplainer(
      Contract contract, @Nullable EventRedactor redactor, long recordTimeMillis) {
    this.contract = contract;
    this.decoder = RecordDecoder.compile(contract, () -> recordTimeMillis);
    this.filter = EventFilter.of(contract);
    this.redactor = redactor;
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

  /**
   * The record of some bytes, which may be the encrypted ones of a dead letter.
   *
   * @throws WrongUseException if they cannot be decrypted
   */
  SourceRecord record(byte[] value) {
    SourceRecord record =
        new SourceRecord(
            "sample", 0, records, null, value, List.of(), recordTimeMillis, Long.MIN_VALUE);
    if (!SealedBytes.isSealed(value)) {
      return record;
    } else if (redactor == null) {
      throw new WrongUseException("the bytes are encrypted, but the contract has no key");
    }
    try {
      return redactor.open(record);
    } catch (IllegalArgumentException e) {
      throw new WrongUseException("record " + (records + 1) + ": " + e.getMessage());
    }
  }

  /**
   * Explains the events of the next record, in their order.
   *
   * @throws WrongUseException as {@link #record}
   */
  List<EventExplanation> explain(byte[] value) {
    SourceRecord record = record(value);
    long number = ++records;
    List<EventExplanation> events = new ArrayList<>();
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

  private EventExplanation deadEvent(DecodeException reason, long record, int element) {
    String message = String.valueOf(reason.getMessage());
    return EventExplanation.without(
        record,
        element,
        Outcome.DEAD,
        reason.code().label(),
        redactor == null ? message : redactor.redactMessage(message));
  }

  private EventExplanation explain(Event decoded, long record, int element) {
    if (filter != null) {
      try {
        String rule = filter.ruleFor(decoded);
        if (rule != null) {
          return EventExplanation.without(record, element, Outcome.FILTERED, rule, "");
        }
      } catch (DecodeException e) {
        return deadEvent(e, record, element);
      }
    }
    Event event = decoded;
    List<String> redacted = List.of();
    if (redactor != null) {
      redactor.clearApplied();
      event = redactor.redact(decoded);
      redacted = redactor.applied();
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
            redacted);
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
