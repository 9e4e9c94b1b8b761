package io.millrace.transforms;

import io.millrace.contract.Contract;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.event.PipelineMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Instant;

/**
 * Lets the first event of each identity pass, counts its repeats, and sets apart what is late.
 *
 * <p><b>Late.</b> An event is late if, when it arrived, the watermark of its partition had reached
 * the end of the event's time bucket plus the allowed lateness: Beam's own rule for a window of
 * that size. The watermark comes with the record ({@link
 * io.millrace.event.SourceRecord#arrivalWatermarkMillis}), so the judgement depends on the records
 * before it in its partition alone: it is the same in every run and on every runner.
 *
 * <p>That the runner's watermark is never ahead of a record's is the source's promise. Pub/Sub's is
 * an estimate, which can be: a message that was delivered long after others. So an event of a
 * subscription that opens a bucket which the runner's watermark has left behind is late as well.
 * Runners tell that watermark or, Dataflow's portable worker, the element's own timestamp, by which
 * nothing is late: there the service's watermark is exact, and nothing depends on this second look.
 *
 * <p><b>Duplicate.</b> The same identity, by a 128-bit hash, was seen before and is not late. There
 * is no horizon of its own: the identities of a bucket are kept exactly until all its events would
 * be late. They are freed by an event-time timer, that is by the runner's watermark, which is the
 * least of all partitions' watermarks and so never ahead of the one that a later record carries:
 * whatever arrives after its bucket was freed is judged late. Hence no identity is accepted twice.
 *
 * <p><b>Output.</b> {@link #UNIQUE} and {@link OutcomeTags#LATE}, timestamped with the event time;
 * late events have {@link Contract#LATE_BY_MS} set. Duplicates are counted as {@link
 * Outcome#DUPLICATE} here, and leave by {@link OutcomeTags#DUPLICATE} for the audit alone. Not all:
 * where a source redelivers records ({@link #redelivered}), the record that was let pass, come
 * again, is counted as a duplicate and goes nowhere. The audit holds one row for each record;
 * "duplicate" would replace there how that record ended, though its row is in a table. A log's
 * record is read again only from an earlier state, and then its last outcome is the right one.
 *
 * <p><b>Cost and state.</b> 16 bytes an identity (32 where records may come again), packed by
 * bucket, shard and slot, and a map entry for each slot in use (about 70 bytes on Flink's heap) and
 * for each shard; one timer for each bucket and shard, which holds no output watermark (a held one
 * would delay every window below by the whole allowed lateness). Global window; nothing remains
 * once the watermark has passed. A job that goes on from the state of one with another number of
 * slots rearranges each shard when it first meets it; the number of shards must stay.
 */
public final class DeduplicateEvents extends PTransform<PCollection<Event>, PCollectionTuple> {
  private static final long serialVersionUID = 1L;

  /** More packed arrays for a key there cannot be. */
  public static final int MOST_SLOTS = IdentitySlots.MOST;

  /** The first event of each identity. */
  public static final TupleTag<Event> UNIQUE = new TupleTag<>("unique") {};

  private static final TupleTag<KV<Long, Event>> IN_TIME = new TupleTag<>("inTime") {};

  private final Contract contract;
  private final int shards;
  private final IdentitySlots slots;
  private final boolean redelivered;

  private DeduplicateEvents(
      Contract contract, int shards, IdentitySlots slots, boolean redelivered) {
    super("DeduplicateEvents");
    this.contract = contract;
    this.shards = shards;
    this.slots = slots;
    this.redelivered = redelivered;
  }

  /**
   * Deduplicates by the contract's identity.
   *
   * @param shards keys for each bucket: the parallelism of this step. Many where keys are cheap
   *     (Flink: 64), few where each key is a bundle of its own (DirectRunner: 2)
   * @param slots packed arrays in each key, at most {@link #MOST_SLOTS}: the more, the shorter
   *     each, and the more entries a runner copies that copies state
   */
  public static DeduplicateEvents of(Contract contract, int shards, int slots) {
    if (shards < 1) {
      throw new IllegalArgumentException("expected at least 1 shard, found " + shards);
    }
    return new DeduplicateEvents(contract, shards, new IdentitySlots(slots), false);
  }

  /**
   * The same for a source that may redeliver the very same record at any time, without going back
   * to an earlier state: a subscription does, a log does not.
   */
  public DeduplicateEvents redelivered() {
    return new DeduplicateEvents(contract, shards, slots, true);
  }

  @Override
  public PCollectionTuple expand(PCollection<Event> events) {
    EventCoder coder = EventCoder.of(contract.schema());
    TimeBuckets buckets = TimeBuckets.of(contract.time());
    PCollectionTuple judged =
        events.apply(
            "JudgeLateness",
            ParDo.of(new JudgeLateness(buckets, shards, contract.lateByIndex()))
                .withOutputTags(IN_TIME, TupleTagList.of(OutcomeTags.LATE)));
    PCollectionTuple remembered =
        judged
            .get(IN_TIME)
            .setCoder(KvCoder.of(VarLongCoder.of(), coder))
            .apply(
                "RememberIdentities",
                ParDo.of(
                        new RememberIdentities(
                            buckets, shards, slots, contract.lateByIndex(), redelivered))
                    .withOutputTags(
                        UNIQUE, TupleTagList.of(List.of(OutcomeTags.DUPLICATE, OutcomeTags.LATE))));
    PCollection<Event> late =
        PCollectionList.of(judged.get(OutcomeTags.LATE).setCoder(coder))
            .and(remembered.get(OutcomeTags.LATE).setCoder(coder))
            .apply("AllLate", Flatten.pCollections());
    return PCollectionTuple.of(UNIQUE, remembered.get(UNIQUE).setCoder(coder))
        .and(OutcomeTags.DUPLICATE, remembered.get(OutcomeTags.DUPLICATE).setCoder(coder))
        .and(OutcomeTags.LATE, late);
  }

  private static Event withLateBy(Event event, int lateByIndex, long lateBy) {
    return event.withValues(event.values().with(lateByIndex, lateBy));
  }

  /** Sets late events apart and gives the others the key of their bucket and shard. */
  private static final class JudgeLateness extends DoFn<Event, KV<Long, Event>> {
    private static final long serialVersionUID = 1L;

    private final TimeBuckets buckets;
    private final int shards;
    private final int lateByIndex;

    JudgeLateness(TimeBuckets buckets, int shards, int lateByIndex) {
      this.buckets = buckets;
      this.shards = shards;
      this.lateByIndex = lateByIndex;
    }

    @ProcessElement
    public void process(@Element Event event, MultiOutputReceiver out) {
      long bucket = buckets.of(event.eventTimeMillis());
      long lateBy = event.origin().arrivalWatermarkMillis() - buckets.lateFrom(bucket);
      if (lateBy >= 0) {
        out.get(OutcomeTags.LATE).output(withLateBy(event, lateByIndex, lateBy));
      } else {
        long shard = Long.remainderUnsigned(event.identityHigh(), shards);
        out.get(IN_TIME).output(KV.of(bucket * shards + shard, event));
      }
    }
  }

  /** Lets an identity pass once for each key, and forgets the key when its bucket is late. */
  private static final class RememberIdentities extends DoFn<KV<Long, Event>, Event> {
    private static final long serialVersionUID = 1L;

    private final TimeBuckets buckets;
    private final int shards;
    private final IdentitySlots slots;
    private final int lateByIndex;
    private final boolean redelivered;
    private final Counter duplicates = PipelineMetrics.outcome(Outcome.DUPLICATE);
    private final Counter audited = PipelineMetrics.audited();

    @StateId("identities")
    private final StateSpec<MapState<Integer, byte[]>> identitiesSpec =
        StateSpecs.map(VarIntCoder.of(), ByteArrayCoder.of());

    @TimerId("late")
    private final TimerSpec lateSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    RememberIdentities(
        TimeBuckets buckets,
        int shards,
        IdentitySlots slots,
        int lateByIndex,
        boolean redelivered) {
      this.redelivered = redelivered;
      this.buckets = buckets;
      this.shards = shards;
      this.slots = slots;
      this.lateByIndex = lateByIndex;
    }

    @ProcessElement
    public void process(
        @Element KV<Long, Event> element,
        @StateId("identities") MapState<Integer, byte[]> identities,
        @TimerId("late") Timer late,
        MultiOutputReceiver out) {
      Event event = element.getValue();
      int slot = slots.key(event.identityLow());
      byte[] seen = identities.get(slot).read();
      if (seen == null && identities.get(slots.marker()).read() == null) {
        long lateFrom = buckets.lateFrom(Math.floorDiv(element.getKey(), shards));
        if (redelivered) {
          // A log keeps its promise about the watermark: asking for it costs a microsecond.
          long lateBy = late.getCurrentRelativeTime().getMillis() - lateFrom;
          if (lateBy >= 0) {
            out.get(OutcomeTags.LATE).output(withLateBy(event, lateByIndex, lateBy));
            return;
          }
        }
        late.withNoOutputTimestamp().set(Instant.ofEpochMilli(lateFrom));
        rearrange(identities);
        seen = identities.get(slot).read();
      }
      if (seen != null
          && PackedIdentities.contains(seen, event.identityHigh(), event.identityLow())) {
        duplicates.inc();
        if (isAcceptedRecord(event, seen)) {
          audited.inc();
        } else {
          out.get(OutcomeTags.DUPLICATE).output(event);
        }
        return;
      }
      byte[] more = PackedIdentities.append(seen, event.identityHigh(), event.identityLow());
      if (redelivered) {
        more = PackedIdentities.append(more, RecordIdentity.high(event), RecordIdentity.low(event));
      }
      identities.put(slot, more);
      out.get(UNIQUE).output(event);
    }

    /** Nothing is in a new key; or what a job with another number of slots has left. */
    private void rearrange(MapState<Integer, byte[]> identities) {
      List<Integer> others = new ArrayList<>();
      List<byte[]> arrays = new ArrayList<>();
      for (Map.Entry<Integer, byte[]> entry : identities.entries().read()) {
        others.add(entry.getKey());
        arrays.add(entry.getValue());
      }
      others.forEach(identities::remove);
      slots.spread(arrays, redelivered).forEach(identities::put);
      identities.put(slots.marker(), IdentitySlots.MARK);
    }

    private boolean isAcceptedRecord(Event event, byte[] seen) {
      return redelivered
          && PackedIdentities.contains(seen, RecordIdentity.high(event), RecordIdentity.low(event));
    }

    @OnTimer("late")
    public void forget(@StateId("identities") MapState<Integer, byte[]> identities) {
      identities.clear();
    }
  }
}
