package io.millrace.transforms;

import io.millrace.contract.Contract;
import io.millrace.contract.EventsInRecord;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.enrich.EventEnricher;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.LostRange;
import io.millrace.event.OutcomeTags;
import io.millrace.event.Packed;
import io.millrace.event.PipelineMetrics;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import io.millrace.expression.EventFilter;
import io.millrace.expression.RecordSelector;
import io.millrace.redact.EventRedactor;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.Duration;

/**
 * Decodes records into events by a contract. Each element of a record becomes an event on {@link
 * #EVENTS}, with the event time as timestamp, or a dead letter on {@link #DEAD}, with the record's
 * timestamp. A record that cannot be taken apart is one dead letter. A record without elements goes
 * to {@link #EMPTY}. An event gets the columns that the contract looks up or derives. An event that
 * a filter rule of the contract turns away is counted and goes to {@link #FILTERED}. A record that
 * the contract's {@code records} do not describe is a dead letter. What the contract redacts leaves
 * on no output. Every record is counted as read, and every element of records that hold many as an
 * event. Lost ranges go to {@link #LOST} and are counted separately.
 *
 * <p>Cost and state: the elements of one record are kept until all of it is decoded, because each
 * says how many there are. No state.
 */
public final class DecodeEvents extends PTransform<PCollection<SourceRecord>, PCollectionTuple> {
  private static final long serialVersionUID = 1L;

  /** Valid events; an element's timestamp is the event's time. */
  public static final TupleTag<Event> EVENTS = new TupleTag<>("events") {};

  /** Records without a valid event. */
  public static final TupleTag<DeadLetter> DEAD = OutcomeTags.DEAD;

  /** Ranges of offsets that were lost, see {@link LostRange#asRecord}. */
  public static final TupleTag<LostRange> LOST = OutcomeTags.LOST;

  /** Records without elements. Only if the contract says that a record holds many events. */
  public static final TupleTag<SourceRecord> EMPTY = OutcomeTags.EMPTY;

  /** Events that a filter rule turned away. Only if the contract has such rules. */
  public static final TupleTag<List<Event>> FILTERED = OutcomeTags.FILTERED;

  /** The name of this step in dead letters. */
  static final String STAGE = "DecodeEvents";

  private final Contract contract;
  private final DeadLetterFactory deadLetters;
  private final Clock clock;
  private final boolean selects;

  private DecodeEvents(
      Contract contract, DeadLetterFactory deadLetters, Clock clock, boolean selects) {
    this.contract = contract;
    this.deadLetters = deadLetters;
    this.clock = clock;
    this.selects = selects;
  }

  /**
   * Decodes by a contract.
   *
   * @param clock the clock for the ingestion time of events
   */
  public static DecodeEvents of(Contract contract, DeadLetterFactory deadLetters, Clock clock) {
    return new DecodeEvents(contract, deadLetters, clock, true);
  }

  /** The same for records that {@link RouteRecords} has given to the contract by its rule. */
  public DecodeEvents routed() {
    return new DecodeEvents(contract, deadLetters, clock, false);
  }

  @Override
  public PCollectionTuple expand(PCollection<SourceRecord> records) {
    TupleTagList others = TupleTagList.of(DEAD).and(LOST);
    if (contract.holdsMany()) {
      others = others.and(EMPTY);
    }
    if (!contract.filters().isEmpty()) {
      others = others.and(FILTERED);
    }
    PCollectionTuple decoded =
        records.apply(
            "Decode",
            ParDo.of(new DecodeFn(contract, deadLetters, clock, selects))
                .withOutputTags(EVENTS, others));
    if (contract.holdsMany()) {
      decoded.get(EMPTY).setCoder(SourceRecordCoder.of());
    }
    if (!contract.filters().isEmpty()) {
      decoded.get(FILTERED).setCoder(EventCoder.ofGroups(contract.schema()));
    }
    decoded.get(EVENTS).setCoder(EventCoder.of(contract.schema()));
    decoded.get(DEAD).setCoder(DeadLetterCoder.of());
    decoded.get(LOST).setCoder(LostRange.Coder.of());
    return decoded;
  }

  static final class DecodeFn extends DoFn<SourceRecord, Event> {
    private static final long serialVersionUID = 1L;

    private final Packed<Contract> contract;
    private final DeadLetterFactory deadLetters;
    private final Clock clock;
    private final boolean selects;
    private final Counter records = PipelineMetrics.counter(PipelineMetrics.READ);
    private transient @Nullable RecordDecoder decoder;
    private transient DecodedOutputs outputs;
    private transient @Nullable RecordSelector selector;
    private transient @Nullable Elements many;

    DecodeFn(Contract contract, DeadLetterFactory deadLetters, Clock clock, boolean selects) {
      this.contract = Packed.of(contract);
      this.deadLetters = deadLetters;
      this.clock = clock;
      this.selects = selects;
    }

    @Setup
    public void setUp() {
      selector = selects ? RecordSelector.of(contract.get()) : null;
      EventsInRecord limits = contract.get().events();
      many = limits == null ? null : new Elements(limits);
      EventFilter filter = EventFilter.of(contract.get());
      EventRedactor redactor = EventRedactor.of(contract.get());
      // The enricher comes last: it holds look-ups, which nothing frees if a secret cannot be read.
      outputs =
          new DecodedOutputs(
              new TimeUnitWarning(contract.get()),
              EventEnricher.of(contract.get()),
              filter,
              redactor,
              deadLetters,
              clock);
    }

    @Teardown
    public void tearDown() {
      if (outputs != null) {
        outputs.close();
      }
    }

    @ProcessElement
    public void decode(@Element SourceRecord read, MultiOutputReceiver out) {
      if (LostRange.isLostRange(read)) {
        LostRange lost = LostRange.of(read);
        PipelineMetrics.counter(
                lost.isSkipped()
                    ? PipelineMetrics.SKIPPED_AT_START
                    : PipelineMetrics.RECORDS_LOST_BEFORE_READ)
            .inc(lost.offsets());
        PipelineMetrics.counter(PipelineMetrics.LOST_RANGES).inc();
        out.get(LOST).output(lost);
        return;
      }
      records.inc();
      SourceRecord record = outputs.begin(read, out);
      if (outputs.isEncrypted(record)) {
        whole(
            record,
            DeadLetterCode.ENCRYPTED,
            "expected bytes that were encrypted with the secret of dead_letters.key; these were"
                + " changed, or encrypted with another secret");
        return;
      }
      if (selector != null && !selector.takes(record)) {
        whole(
            record,
            DeadLetterCode.NO_CONTRACT,
            "expected a record that the `records` of a contract of this run describe");
        return;
      }
      Event decoded = record.decoded();
      if (decoded != null) {
        // The only element of its record may be less than all bytes.
        SourceRecord only = decoded.origin();
        outputs.event(
            decoded.withOrigin(
                many == null ? record : record.element(0, 1, only.value(), only.headers())));
        if (many != null) {
          many.events.inc();
        }
        return;
      }
      RecordDecoder compiled = decoder;
      if (compiled == null) {
        compiled = RecordDecoder.compile(contract.get(), clock);
        decoder = compiled;
      }
      if (many != null) {
        many.decode(compiled, record, outputs);
        return;
      }
      int elements;
      try {
        elements = compiled.decode(record, outputs);
      } catch (DecodeException e) {
        outputs.dead(record, e);
        return;
      }
      if (elements != 1) {
        throw new IllegalStateException(
            "record " + record + " holds " + elements + " events; by its contract it is one event");
      }
    }

    /** Rejects a record as one event. */
    private void whole(SourceRecord record, DeadLetterCode code, String message) {
      outputs.dead(record, new DecodeException(code, message));
      if (many != null) {
        many.events.inc();
      }
    }

    /**
     * Unbounded, because an event may have happened any time before its record. The source defines
     * the watermark, and {@link DeduplicateEvents} decides which events are late.
     */
    @Override
    @SuppressWarnings("deprecation") // deprecated without a replacement for this use
    public Duration getAllowedTimestampSkew() {
      return Duration.millis(Long.MAX_VALUE);
    }
  }

  /** Decodes records that hold many events. Keeps the elements of one record. */
  private static final class Elements implements RecordDecoder.Receiver {
    /**
     * What is around elements is kept with each of them, so that it can be replayed: at most so
     * many times as much as the largest record.
     */
    private static final int MOST_COPIES = 4;

    private final Counter events = PipelineMetrics.counter(PipelineMetrics.EVENTS);
    private final Counter empty = PipelineMetrics.counter(PipelineMetrics.EMPTY_RECORDS);
    private final List<Event> valid = new ArrayList<>();
    private final List<Dead> dead = new ArrayList<>();
    private final long mostAround;
    private final DecodeException limit;
    private long around;

    /** A dead element. */
    private record Dead(DecodeException reason, SourceRecord element) {}

    Elements(EventsInRecord limits) {
      this.mostAround = (long) MOST_COPIES * limits.maxRecordBytes();
      this.limit =
          new DecodeException(
              DeadLetterCode.TOO_LARGE,
              "expected at most "
                  + mostAround
                  + " bytes around the events, counted with each event");
    }

    void decode(RecordDecoder decoder, SourceRecord record, DecodedOutputs outputs) {
      try {
        around = 0;
        int count = decoder.decode(record, this);
        output(record, count, outputs);
      } catch (DecodeException e) {
        whole(record, e, outputs);
      } catch (TooMuchAround e) {
        whole(record, limit, outputs);
      } finally {
        // A large record must not be held until the next one comes.
        valid.clear();
        dead.clear();
      }
    }

    private void whole(SourceRecord record, DecodeException reason, DecodedOutputs outputs) {
      events.inc();
      outputs.dead(record, reason);
    }

    private void output(SourceRecord record, int count, DecodedOutputs outputs) {
      if (count != valid.size() + dead.size()) {
        throw new IllegalStateException(
            "record %s: the decoder counts %d elements, but gave %d"
                .formatted(record, count, valid.size() + dead.size()));
      }
      if (count == 0) {
        empty.inc();
        outputs.empty(record);
        return;
      }
      events.inc(count);
      // An element that is replayed at its original place keeps its number, and that of all.
      int elements = record.isWhole() ? count : record.elements();
      for (Event event : valid) {
        outputs.event(event.withOrigin(event.origin().ofElements(elements)));
      }
      for (Dead element : dead) {
        outputs.dead(element.element.ofElements(elements), element.reason);
      }
    }

    private void addAround(SourceRecord element) {
      SourceRecord.Header header = element.header(DeadLetterFactory.SURROUNDING_HEADER);
      around += header == null ? 0 : header.storedValue().length;
      if (around > mostAround) {
        throw new TooMuchAround();
      }
    }

    /** Ends the decoding of a record whose elements would take too much memory. */
    private static final class TooMuchAround extends RuntimeException {
      private static final long serialVersionUID = 1L;

      TooMuchAround() {
        super(null, null, false, false);
      }
    }

    @Override
    public void event(Event event) {
      addAround(event.origin());
      valid.add(event);
    }

    @Override
    public void dead(DecodeException reason, SourceRecord element) {
      addAround(element);
      dead.add(new Dead(reason, element));
    }
  }
}
