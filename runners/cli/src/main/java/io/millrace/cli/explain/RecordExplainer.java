package io.millrace.cli.explain;

import io.millrace.cli.explain.EventExplanation.CountedWindow;
import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.contract.TableDefinition;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.enrich.EventEnricher;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.SourceRecord;
import io.millrace.expression.EventFilter;
import io.millrace.expression.EventRouter;
import io.millrace.expression.RowPredicate;
import io.millrace.lookup.LookupVersion;
import io.millrace.pipeline.WrongUseException;
import io.millrace.redact.EventRedactor;
import io.millrace.redact.SealedBytes;
import io.millrace.rollup.WindowStarts;
import io.millrace.transforms.TimeBuckets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Tells what becomes of records under a contract, by the code that the pipeline runs: its decoder,
 * filters, error rule and conditions. Duplicates are those among the records of this object. Late
 * events depend on a stream: they are those behind the {@link #withWatermark watermark}, by default
 * none, and each event says from which watermark on it would be late.
 *
 * <p>Keeps the identities of all records. Not thread-safe.
 */
public final class RecordExplainer implements AutoCloseable {
  private final Contract contract;
  private final RecordDecoder decoder;
  private final @Nullable EventEnricher enricher;
  private final @Nullable EventFilter filter;
  private final @Nullable EventRedactor redactor;

  /** The rules that were applied to the latest event. */
  private List<String> redacted = List.of();

  private final @Nullable RowPredicate error;
  private final Map<Rollup, List<RowPredicate>> conditions = new LinkedHashMap<>();
  private final EventRouter router;
  private final TimeBuckets buckets;
  private final long recordTimeMillis;
  private final Map<Identity, String> seen = new HashMap<>();
  private long watermarkMillis = Long.MIN_VALUE;
  private Consumer<Event> counted = event -> {};
  private long records;

  private record Identity(long high, long low) {}

  /**
   * Prepares for records.
   *
   * @param recordTimeMillis when the records arrive, milliseconds since the epoch, UTC
   * @throws WrongUseException if a secret of the contract's redaction cannot be read
   */
  public static RecordExplainer of(Contract contract, long recordTimeMillis) {
    try {
      EventRedactor redactor = EventRedactor.of(contract);
      return new RecordExplainer(
          contract, redactor, EventEnricher.withoutMetrics(contract), recordTimeMillis);
    } catch (IllegalArgumentException e) {
      throw new WrongUseException(e.getMessage());
    }
  }

  /**
   * Prepares for a test of the contract, which needs no secret.
   *
   * @param lookups what look-ups look up in, by name; the others look up in their sources
   * @param recordTimeMillis as for {@link #of}
   */
  public static RecordExplainer forTest(
      Contract contract, Map<String, LookupVersion> lookups, long recordTimeMillis) {
    return new RecordExplainer(
        contract,
        EventRedactor.withTestSecrets(contract),
        EventEnricher.withoutMetrics(contract, lookups),
        recordTimeMillis);
  }

  private RecordExplainer(
      Contract contract,
      @Nullable EventRedactor redactor,
      @Nullable EventEnricher enricher,
      long recordTimeMillis) {
    this.contract = contract;
    this.decoder = RecordDecoder.compile(contract, () -> recordTimeMillis);
    this.enricher = enricher;
    this.filter = EventFilter.of(contract);
    this.redactor = redactor;
    this.error = RowPredicate.of(contract, contract.error());
    this.router = EventRouter.of(contract);
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

  /**
   * Judges by a watermark which of the next events are late.
   *
   * @param millis the watermark when they arrive, milliseconds since the epoch, UTC
   */
  public RecordExplainer withWatermark(long millis) {
    watermarkMillis = millis;
    return this;
  }

  /** Passes each of the next events that counts in roll-ups, with its whole row, to a receiver. */
  public RecordExplainer onCounted(Consumer<Event> receiver) {
    counted = receiver;
    return this;
  }

  /**
   * The record of some bytes, which may be the encrypted ones of a dead letter.
   *
   * @throws WrongUseException if they cannot be decrypted
   */
  SourceRecord record(byte @Nullable [] value) {
    return opened(
        new SourceRecord(
            "sample", 0, records, null, value, List.of(), recordTimeMillis, Long.MIN_VALUE));
  }

  private SourceRecord opened(SourceRecord record) {
    byte[] value = record.value();
    if (value == null || !SealedBytes.isSealed(value)) {
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
   * @param value the record's bytes; null for a tombstone
   * @throws WrongUseException as {@link #record}
   */
  public List<EventExplanation> explain(byte @Nullable [] value) {
    return explain(record(value));
  }

  /** Explains the events of the next record, which has a key, headers and a time of its own. */
  public List<EventExplanation> explain(SourceRecord read) {
    SourceRecord record = opened(read);
    long number = ++records;
    // Of a record that breaks off, no event may count as seen.
    List<Supplier<EventExplanation>> events = new ArrayList<>();
    try {
      int count =
          decoder.decode(
              record,
              new RecordDecoder.Receiver() {
                @Override
                public void event(Event event) {
                  events.add(() -> explain(event, number, element(event.origin())));
                }

                @Override
                public void dead(DecodeException reason, SourceRecord element) {
                  events.add(() -> deadEvent(reason, number, element(element)));
                }
              });
      if (count == 0) {
        return List.of(EventExplanation.without(number, -1, null, Outcome.NO_EVENT, ""));
      }
    } catch (DecodeException e) {
      // A record that cannot be taken apart is one dead event, whatever came before.
      return List.of(deadEvent(e, number, -1));
    }
    return events.stream().map(Supplier::get).toList();
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
    Event whole = decoded;
    if (enricher != null) {
      try {
        whole = enricher.enrich(decoded);
      } catch (DecodeException e) {
        return deadEvent(e, record, element);
      }
    }
    if (filter != null) {
      try {
        String rule = filter.ruleFor(whole);
        if (rule != null) {
          return EventExplanation.without(record, element, Outcome.FILTERED, rule, "");
        }
      } catch (DecodeException e) {
        return deadEvent(e, record, element);
      }
    }
    Event event = whole;
    redacted = List.of();
    if (redactor != null) {
      redactor.clearApplied();
      event = redactor.redact(whole);
      redacted = redactor.applied();
    }
    long lateFrom = buckets.lateFrom(buckets.of(event.eventTimeMillis()));
    if (watermarkMillis >= lateFrom) {
      Event late =
          event.withValues(event.values().with(contract.lateByIndex(), watermarkMillis - lateFrom));
      return valid(late, record, element, Outcome.LATE, contract.tables().late(), List.of());
    }
    boolean isError = error != null && error.test(event.values());
    TableDefinition errors = contract.tables().error();
    TableDefinition table = isError && errors != null ? errors : accepted(event);
    EventExplanation valid =
        valid(
            event,
            record,
            element,
            isError ? Outcome.ERROR : Outcome.ACCEPTED,
            table,
            windows(event));
    String before =
        seen.putIfAbsent(new Identity(event.identityHigh(), event.identityLow()), valid.place());
    if (before != null) {
      return EventExplanation.without(record, element, Outcome.DUPLICATE, before, "");
    }
    counted.accept(event);
    return valid;
  }

  private EventExplanation valid(
      Event event,
      long record,
      int element,
      Outcome outcome,
      TableDefinition table,
      List<CountedWindow> windows) {
    long time = event.eventTimeMillis();
    return new EventExplanation(
        record,
        element,
        outcome,
        "",
        "",
        Instant.ofEpochMilli(time),
        Instant.ofEpochMilli(buckets.lateFrom(buckets.of(time))),
        table.name(),
        RowTree.of(table.columns(), event.values()),
        windows,
        enricher == null ? List.of() : enricher.additions(),
        redacted);
  }

  private TableDefinition accepted(Event event) {
    return contract.tables().accepted().get(router.indexFor(event.values()));
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
    if (rollup.sessions()) {
      windows.add(new CountedWindow(rollup.table(), Instant.ofEpochMilli(time), null, group));
      return;
    }
    WindowStarts starts = WindowStarts.of(rollup.window());
    long last = starts.last(time);
    // Windows that overlap, the earliest first.
    for (long start = starts.first(last); start <= last; start += starts.periodMillis()) {
      windows.add(
          new CountedWindow(
              rollup.table(),
              Instant.ofEpochMilli(start),
              Instant.ofEpochMilli(start + starts.sizeMillis()),
              group));
    }
  }
}
