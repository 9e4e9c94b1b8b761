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
 * Reads a subscription of Pub/Sub, without end. Data and attributes are taken as they are: nothing
 * that a publisher sends can fail here.
 *
 * <p><b>Records.</b> See {@link PubsubRecords}. Ordering keys are kept as keys; the order that they
 * promise is not relied on.
 *
 * <p><b>Time.</b> A record's time is its publish time, or that of the timestamp attribute ({@link
 * PubsubTimes}; on Dataflow the service reads the attribute). A subscription has no partitions
 * whose records before this one could set a watermark, so a record's own time is the bound by which
 * it is judged late: that of a message does not change, however often, when and to whom it is
 * delivered. The output's watermark is the runner's: the service's own on Dataflow, an estimate
 * elsewhere, which can be ahead of a record to come. It closes windows and frees identities, and
 * only what comes after its identity was freed is late by it.
 *
 * <p><b>Delivery.</b> A message is acknowledged once the runner has committed what read it (on the
 * DirectRunner: once the next ones are read), never later by a crash of the sink. A message that is
 * delivered again within ten minutes is dropped by the runner before it is read; one that comes
 * later is a record again, a {@code duplicate}.
 */
public final class PubsubSource implements Source {
  private final PubsubAddress address;
  private final ReadTuning tuning;

  private PubsubSource(PubsubAddress address, ReadTuning tuning) {
    this.address = address;
    this.tuning = tuning;
  }

  /**
   * A source that reads the subscription of an address.
   *
   * @param tuning when to wait with reading; pages are for Kafka only
   */
  public static PubsubSource of(PubsubAddress address, ReadTuning tuning) {
    return new PubsubSource(address, tuning);
  }

  @Override
  public String address() {
    return address.toString();
  }

  @Override
  public List<String> check() {
    return PubsubPreflight.of(address).check();
  }

  /**
   * Never tells.
   *
   * @throws SourceException always: Pub/Sub counts messages for monitoring only, minutes late, and
   *     an estimate would end a run too early or never
   */
  @Override
  public boolean redelivers() {
    return true;
  }

  @Override
  public CatchUp catchUp() {
    throw new SourceException(
        address
            + ": Pub/Sub does not tell how many messages wait in a subscription, so nobody knows"
            + " when a run has caught up: leave out --untilCaughtUp, and stop it with Ctrl-C",
        null);
  }

  @Override
  public PTransform<PBegin, PCollection<SourceRecord>> read() {
    return new ReadPubsub(address, tuning);
  }

  private static final class ReadPubsub extends PTransform<PBegin, PCollection<SourceRecord>> {
    private static final long serialVersionUID = 1L;

    private final PubsubAddress address;
    private final ReadTuning tuning;

    ReadPubsub(PubsubAddress address, ReadTuning tuning) {
      super("ReadPubsub");
      this.address = address;
      this.tuning = tuning;
    }

    @Override
    public PCollection<SourceRecord> expand(PBegin begin) {
      PubsubReadConfig reading = address.reading();
      PubsubIO.Read<PubsubMessage> read =
          PubsubIO.readMessagesWithAttributesAndMessageIdAndOrderingKey()
              .fromSubscription(address.path())
              .withClientFactory(new PubsubClients(reading.emulator(), tuning.inFlight()));
      if (reading.idAttribute() != null) {
        read = read.withIdAttribute(reading.idAttribute());
      }
      if (reading.timestampAttribute() != null) {
        read = read.withTimestampAttribute(reading.timestampAttribute());
      }
      return begin
          .apply("PubsubIO", read)
          .apply("ToSourceRecord", ParDo.of(new ToSourceRecord(address.path())))
          .setCoder(SourceRecordCoder.of());
    }
  }

  private static final class ToSourceRecord extends DoFn<PubsubMessage, SourceRecord> {
    private static final long serialVersionUID = 1L;

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
