package io.millrace.transforms;

import io.millrace.contract.Contract;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.LostRange;
import io.millrace.event.PipelineMetrics;
import io.millrace.event.SourceRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Duration;

/**
 * Takes the place of {@link DecodeEvents} for a source of archived rows: each record holds an event
 * or a dead letter in its {@link Form}. What happened to it before it was archived does not happen
 * again: it is not looked up, derived, filtered or redacted.
 *
 * <p>Output: as {@link DecodeEvents}, without empty records and filtered events. Each row is
 * counted as read, and as an event of records that hold many. No state.
 */
public final class RestoreEvents extends PTransform<PCollection<SourceRecord>, PCollectionTuple> {
  private static final long serialVersionUID = 1L;

  private final transient Contract contract;

  private RestoreEvents(Contract contract) {
    this.contract = contract;
  }

  /** Restores events of a contract. */
  public static RestoreEvents of(Contract contract) {
    return new RestoreEvents(contract);
  }

  /** How an archived row is held by a record: one byte for its kind, and its coder's bytes. */
  public static final class Form {
    private static final int EVENT = 1;
    private static final int DEAD_LETTER = 2;
    private static final int FIRST_BYTES = 512;

    private final EventCoder events;

    /** A form for the rows of a contract. */
    public Form(Contract contract) {
      this.events = EventCoder.of(contract.schema());
    }

    /** The record that holds an event; it has the event's place. */
    public SourceRecord record(Event event) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(FIRST_BYTES);
      bytes.write(EVENT);
      try {
        events.encode(event, bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return holding(bytes, event.origin());
    }

    /** The record that holds a dead letter; it has the dead letter's place. */
    public SourceRecord record(DeadLetter letter) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(FIRST_BYTES);
      bytes.write(DEAD_LETTER);
      try {
        DeadLetterCoder.of().encode(letter, bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return holding(bytes, letter.origin());
    }

    private static SourceRecord holding(ByteArrayOutputStream bytes, SourceRecord origin) {
      return origin.withContent(null, bytes.toByteArray(), List.of());
    }
  }

  @Override
  public PCollectionTuple expand(PCollection<SourceRecord> records) {
    PCollectionTuple restored =
        records.apply(
            "Restore",
            ParDo.of(new RestoreFn(contract))
                .withOutputTags(
                    DecodeEvents.EVENTS,
                    TupleTagList.of(DecodeEvents.DEAD).and(DecodeEvents.LOST)));
    restored.get(DecodeEvents.EVENTS).setCoder(EventCoder.of(contract.schema()));
    restored.get(DecodeEvents.DEAD).setCoder(DeadLetterCoder.of());
    restored.get(DecodeEvents.LOST).setCoder(LostRange.Coder.of());
    return restored;
  }

  private static final class RestoreFn extends DoFn<SourceRecord, Event> {
    private static final long serialVersionUID = 1L;

    private final EventCoder events;
    private final boolean holdsMany;
    private final Counter read = PipelineMetrics.counter(PipelineMetrics.READ);
    private final Counter elements = PipelineMetrics.counter(PipelineMetrics.EVENTS);

    RestoreFn(Contract contract) {
      this.events = EventCoder.of(contract.schema());
      this.holdsMany = contract.holdsMany();
    }

    @ProcessElement
    public void restore(@Element SourceRecord record, MultiOutputReceiver out) throws IOException {
      read.inc();
      if (holdsMany) {
        elements.inc();
      }
      byte[] bytes = record.value();
      if (bytes == null) {
        throw new IOException("record " + record + " holds no archived row");
      }
      ByteArrayInputStream in = new ByteArrayInputStream(bytes, 1, bytes.length - 1);
      if (bytes[0] == Form.EVENT) {
        Event event = events.decode(in);
        out.get(DecodeEvents.EVENTS).outputWithTimestamp(event, event.timestamp());
      } else {
        DeadLetter letter = DeadLetterCoder.of().decode(in);
        PipelineMetrics.counter(PipelineMetrics.DEAD_WITH + letter.code().label()).inc();
        out.get(DecodeEvents.DEAD).output(letter);
      }
    }

    /** As in {@link DecodeEvents}: an event may have happened any time before its record. */
    @Override
    @SuppressWarnings("deprecation") // deprecated without a replacement for this use
    public Duration getAllowedTimestampSkew() {
      return Duration.millis(Long.MAX_VALUE);
    }
  }
}
