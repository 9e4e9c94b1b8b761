package io.millrace.transforms;

import io.millrace.contract.Contract;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.LostRange;
import io.millrace.event.OutcomeTags;
import io.millrace.event.Packed;
import io.millrace.event.PipelineMetrics;
import io.millrace.event.SourceRecord;
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
 * Decodes records into events by a contract. Each record becomes an event on {@link #EVENTS}, with
 * the event time as timestamp, or a dead letter on {@link #DEAD}, with the record's timestamp.
 * Every record is counted as read. Lost ranges go to {@link #LOST} and are counted separately.
 */
public final class DecodeEvents extends PTransform<PCollection<SourceRecord>, PCollectionTuple> {
  private static final long serialVersionUID = 1L;

  /** Valid events; an element's timestamp is the event's time. */
  public static final TupleTag<Event> EVENTS = new TupleTag<>("events") {};

  /** Records without a valid event. */
  public static final TupleTag<DeadLetter> DEAD = OutcomeTags.DEAD;

  /** Ranges of offsets that were lost, see {@link LostRange#asRecord}. */
  public static final TupleTag<LostRange> LOST = OutcomeTags.LOST;

  /** The name of this step in dead letters. */
  static final String STAGE = "DecodeEvents";

  private final Contract contract;
  private final DeadLetterFactory deadLetters;
  private final Clock clock;

  private DecodeEvents(Contract contract, DeadLetterFactory deadLetters, Clock clock) {
    this.contract = contract;
    this.deadLetters = deadLetters;
    this.clock = clock;
  }

  /**
   * Decodes by a contract.
   *
   * @param clock the clock for the ingestion time of events
   */
  public static DecodeEvents of(Contract contract, DeadLetterFactory deadLetters, Clock clock) {
    return new DecodeEvents(contract, deadLetters, clock);
  }

  @Override
  public PCollectionTuple expand(PCollection<SourceRecord> records) {
    PCollectionTuple decoded =
        records.apply(
            "Decode",
            ParDo.of(new DecodeFn(contract, deadLetters, clock))
                .withOutputTags(EVENTS, TupleTagList.of(DEAD).and(LOST)));
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
    private final Counter read = PipelineMetrics.counter(PipelineMetrics.READ);
    private transient @Nullable RecordDecoder decoder;
    private transient Outputs outputs;

    DecodeFn(Contract contract, DeadLetterFactory deadLetters, Clock clock) {
      this.contract = Packed.of(contract);
      this.deadLetters = deadLetters;
      this.clock = clock;
    }

    @Setup
    public void setUp() {
      outputs = new Outputs(new TimeUnitWarning(contract.get()), deadLetters, clock);
    }

    @ProcessElement
    public void decode(@Element SourceRecord record, MultiOutputReceiver out) {
      if (LostRange.isLostRange(record)) {
        LostRange lost = LostRange.of(record);
        PipelineMetrics.counter(
                lost.isSkipped()
                    ? PipelineMetrics.SKIPPED_AT_START
                    : PipelineMetrics.RECORDS_LOST_BEFORE_READ)
            .inc(lost.offsets());
        PipelineMetrics.counter(PipelineMetrics.LOST_RANGES).inc();
        out.get(LOST).output(lost);
        return;
      }
      read.inc();
      outputs.begin(record, out);
      Event decoded = record.decoded();
      if (decoded != null) {
        outputs.event(decoded.withOrigin(record), 0);
        return;
      }
      RecordDecoder compiled = decoder;
      if (compiled == null) {
        compiled = RecordDecoder.compile(contract.get(), clock);
        decoder = compiled;
      }
      int elements;
      try {
        elements = compiled.decode(record, outputs);
      } catch (DecodeException e) {
        outputs.dead(e);
        return;
      }
      if (elements != 1) {
        throw new IllegalStateException(
            "record " + record + " holds " + elements + " events; the pipeline takes one a record");
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

  /** Emits what is decoded; reused from record to record. */
  private static final class Outputs implements RecordDecoder.Receiver {
    private final TimeUnitWarning unusualTimes;
    private final DeadLetterFactory deadLetters;
    private final Clock clock;
    private SourceRecord record;
    private MultiOutputReceiver out;

    Outputs(TimeUnitWarning unusualTimes, DeadLetterFactory deadLetters, Clock clock) {
      this.unusualTimes = unusualTimes;
      this.deadLetters = deadLetters;
      this.clock = clock;
    }

    void begin(SourceRecord next, MultiOutputReceiver receiver) {
      record = next;
      out = receiver;
    }

    @Override
    public void event(Event event, int position) {
      unusualTimes.observe(event, clock);
      out.get(EVENTS).outputWithTimestamp(event, event.timestamp());
    }

    @Override
    public void dead(DecodeException reason, int position, byte[] element) {
      dead(reason);
    }

    void dead(DecodeException reason) {
      out.get(DEAD).output(deadLetters.create(record, reason.code(), reason.getMessage(), STAGE));
    }
  }
}
