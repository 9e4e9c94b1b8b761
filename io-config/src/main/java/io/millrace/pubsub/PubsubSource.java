package io.millrace.pubsub;

import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import io.millrace.io.CatchUp;
import io.millrace.io.ReadTuning;
import io.millrace.io.Source;
import io.millrace.io.SourceException;
import java.util.List;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubIO;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubMessage;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Instant;

/**
 * Reads a Pub/Sub subscription as an unbounded source. Data and attributes are not interpreted, so
 * reading cannot fail on a message's content.
 *
 * <p><b>Records.</b> See {@link PubsubRecords}. Ordering keys become keys; the order is not relied
 * on.
 *
 * <p><b>Time.</b> A record's time is its publish time or the timestamp attribute ({@link
 * PubsubTimes}; on Dataflow the service reads the attribute). A subscription has no partitions
 * whose preceding records could set a watermark, so lateness is judged by the record's own time,
 * which is the same for each delivery. The output watermark is the runner's: the service's on
 * Dataflow, an estimate elsewhere, which can be ahead of a later record. It closes windows and
 * frees identities; a record is late by it only after its identity was freed.
 *
 * <p><b>Delivery.</b> A message is acknowledged after the runner has committed its bundle (on the
 * DirectRunner: after it has read the next messages). The runner drops a message that is
 * redelivered within ten minutes; after that it is a record again, a {@code duplicate}.
 *
 * @param tuning settings for the runner; pages apply only to Kafka
 */
record PubsubSource(PubsubAddress subscription, ReadTuning tuning) implements Source {

  @Override
  public String address() {
    return subscription.toString();
  }

  @Override
  public List<String> check() {
    return PubsubPreflight.of(subscription).check();
  }

  @Override
  public boolean redelivers() {
    return true;
  }

  /**
   * Not supported.
   *
   * @throws SourceException always: Pub/Sub reports the backlog only for monitoring, minutes late,
   *     and an estimate would stop a run too early or never
   */
  @Override
  public CatchUp catchUp() {
    throw new SourceException(
        subscription
            + ": Pub/Sub does not report the exact backlog of a subscription, so a run cannot"
            + " stop when it has caught up: leave out --untilCaughtUp, and stop it with Ctrl-C",
        null);
  }

  @Override
  public PTransform<PBegin, PCollection<SourceRecord>> read() {
    return PTransform.compose("ReadPubsub", this::read);
  }

  private PCollection<SourceRecord> read(PBegin begin) {
    PubsubReadConfig reading = subscription.reading();
    PubsubIO.Read<PubsubMessage> read =
        PubsubIO.readMessagesWithAttributesAndMessageIdAndOrderingKey()
            .fromSubscription(subscription.path())
            .withClientFactory(new PubsubClients(reading.emulator(), tuning.inFlight()));
    if (reading.idAttribute() != null) {
      read = read.withIdAttribute(reading.idAttribute());
    }
    if (reading.timestampAttribute() != null) {
      read = read.withTimestampAttribute(reading.timestampAttribute());
    }
    return begin
        .apply("PubsubIO", read)
        .apply("ToSourceRecord", ParDo.of(new ToSourceRecord(subscription.path())))
        .setCoder(SourceRecordCoder.of());
  }

  private static final class ToSourceRecord extends DoFn<PubsubMessage, SourceRecord> {
    private final String subscription;

    ToSourceRecord(String subscription) {
      this.subscription = subscription;
    }

    @ProcessElement
    public void process(
        @Element PubsubMessage message, @Timestamp Instant time, OutputReceiver<SourceRecord> out) {
      out.output(PubsubRecords.record(subscription, message, time.getMillis()));
    }
  }
}
