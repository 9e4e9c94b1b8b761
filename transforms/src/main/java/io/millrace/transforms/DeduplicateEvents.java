package io.millrace.transforms;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
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
import org.apache.beam.sdk.coders.ListCoder;
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
 * Emits the first event of each identity, counts duplicates, and routes late events to a side
 * output.
 *
 * <p><b>Late.</b> An event is late if the watermark of its partition had passed the end of its time
 * bucket plus the allowed lateness when it arrived. This is Beam's rule for a window of that size.
 * The record carries that watermark ({@link
 * io.millrace.event.SourceRecord#arrivalWatermarkMillis}). It depends only on the earlier records
 * of the partition, so lateness is the same in every run and on every runner.
 *
 * <p>A log guarantees that the runner's watermark is never ahead of a record's. The watermark of
 * Pub/Sub is an estimate and can be ahead of a message that is delivered much later than others. So
 * for {@link #redelivered} sources, an event is also late if it opens a bucket that the runner's
 * watermark has passed. The portable worker of Dataflow reports the element's timestamp instead of
 * that watermark, which makes no event late. The watermark of that service is exact, so nothing
 * depends on this second check.
 *
 * <p><b>Duplicate.</b> An event is a duplicate if its identity (a 128-bit hash) was seen before and
 * it is not late. There is no separate horizon: the identities of a bucket are kept until all its
 * events would be late. An event-time timer frees them by the runner's watermark. That is the
 * minimum over all partitions, so it is never ahead of the watermark of a later record. An event
 * that arrives after its bucket was freed is late. Hence no identity is accepted twice.
 *
 * <p><b>Output.</b> {@link #UNIQUE} and {@link OutcomeTags#LATE}, in groups, timestamped with an
 * event time that is not after those of the group. Late events have {@link Contract#LATE_BY_MS}
 * set. Duplicates are counted as {@link Outcome#DUPLICATE} and emitted on {@link
 * OutcomeTags#DUPLICATE} for the audit. There is one exception: a {@link #redelivered} source may
 * deliver the accepted record itself again. That duplicate is counted, but not emitted. The audit
 * has one row for each record, and this row must keep the outcome of the accepted record.
 *
 * <p><b>Cost and state.</b> Events travel to the step with state in groups of one key, because the
 * way costs by the element; an event waits for its group for 50 ms, or to the end of its bundle if
 * no other event comes. An identity costs 16 bytes (32 for redelivered sources), packed by bucket,
 * shard and slot. Each slot in use and each shard costs a map entry of about 70 bytes on Flink's
 * heap. Each bucket and shard has one timer without output timestamp, because an output timestamp
 * would delay every window downstream by the allowed lateness. The step uses the global window and
 * keeps no state behind the watermark. A job that resumes with another number of slots
 * redistributes each shard on its first event. The number of shards must not change.
 */
public final class DeduplicateEvents extends PTransform<PCollection<Event>, PCollectionTuple> {
  private static final long serialVersionUID = 1L;

  /** The largest number of slots for each key. */
  public static final int MAX_SLOTS = IdentitySlots.MAX_SLOTS;

  /** The first event of each identity, in the groups that came. */
  public static final TupleTag<List<Event>> UNIQUE = new TupleTag<>("unique") {};

  /** Events that are not late, grouped by bucket and shard. */
  static final TupleTag<KV<Long, List<Event>>> IN_TIME = new TupleTag<>("inTime") {};

  private final Contract contract;
  private final int shards;
  private final IdentitySlots slots;
  private final boolean redelivered;
  private final boolean replayed;
  private final Clock clock;

  private DeduplicateEvents(
      Contract contract,
      int shards,
      IdentitySlots slots,
      boolean redelivered,
      boolean replayed,
      Clock clock) {
    super("DeduplicateEvents");
    this.clock = clock;
    this.contract = contract;
    this.shards = shards;
    this.slots = slots;
    this.redelivered = redelivered;
    this.replayed = replayed;
  }

  /**
   * Deduplicates by the contract's identity.
   *
   * @param shards the keys of each bucket, which limit the parallelism of this step; many where
   *     keys are cheap (Flink: 64), few where each key has its own bundle (DirectRunner: 2)
   * @param slots the packed arrays of each key, at most {@link #MAX_SLOTS}; more slots mean shorter
   *     arrays, but more entries for a runner that copies state
   * @param clock decides only how long events wait for others on their way to this step
   */
  public static DeduplicateEvents of(Contract contract, int shards, int slots, Clock clock) {
    if (shards < 1) {
      throw new IllegalArgumentException("expected at least 1 shard, found " + shards);
    }
    return new DeduplicateEvents(contract, shards, new IdentitySlots(slots), false, false, clock);
  }

  /**
   * A copy for a source that may redeliver a record at any time. A subscription does; a log repeats
   * records only from an earlier checkpoint.
   */
  public DeduplicateEvents redelivered() {
    return new DeduplicateEvents(contract, shards, slots, true, false, clock);
  }

  /**
   * A copy for a replay of dead letters, which knows no identity of earlier runs. Events that the
   * replay has found to be {@linkplain DeadLetterFactory#isReplayedDuplicate duplicates} are
   * duplicates here, unless they are late.
   */
  public DeduplicateEvents replayed() {
    return new DeduplicateEvents(contract, shards, slots, false, true, clock);
  }

  @Override
  public PCollectionTuple expand(PCollection<Event> events) {
    ListCoder<Event> coder = EventCoder.ofGroups(contract.schema());
    TimeBuckets buckets = TimeBuckets.of(contract.time());
    PCollectionTuple routed =
        events.apply(
            "JudgeLateness",
            ParDo.of(new JudgeLatenessFn(buckets, shards, contract.lateByIndex(), replayed, clock))
                .withOutputTags(
                    IN_TIME,
                    replayed
                        ? TupleTagList.of(OutcomeTags.LATE).and(OutcomeTags.DUPLICATE)
                        : TupleTagList.of(OutcomeTags.LATE)));
    PCollectionTuple deduplicated =
        routed
            .get(IN_TIME)
            .setCoder(KvCoder.of(VarLongCoder.of(), coder))
            .apply(
                "RememberIdentities",
                ParDo.of(
                        new RememberIdentitiesFn(
                            buckets, shards, slots, contract.lateByIndex(), redelivered))
                    .withOutputTags(
                        UNIQUE, TupleTagList.of(List.of(OutcomeTags.DUPLICATE, OutcomeTags.LATE))));
    PCollection<List<Event>> late =
        PCollectionList.of(routed.get(OutcomeTags.LATE).setCoder(coder))
            .and(deduplicated.get(OutcomeTags.LATE).setCoder(coder))
            .apply("AllLate", Flatten.pCollections());
    PCollection<List<Event>> duplicates = deduplicated.get(OutcomeTags.DUPLICATE).setCoder(coder);
    if (replayed) {
      duplicates =
          PCollectionList.of(duplicates)
              .and(routed.get(OutcomeTags.DUPLICATE).setCoder(coder))
              .apply("AllDuplicates", Flatten.pCollections());
    }
    return PCollectionTuple.of(UNIQUE, deduplicated.get(UNIQUE).setCoder(coder))
        .and(OutcomeTags.DUPLICATE, duplicates)
        .and(OutcomeTags.LATE, late);
  }

  static Event withLateBy(Event event, int lateByIndex, long lateBy) {
    return event.withValues(event.values().with(lateByIndex, lateBy));
  }

  /** Emits each identity of a key once. Frees the key when all events of its bucket are late. */
  private static final class RememberIdentitiesFn extends DoFn<KV<Long, List<Event>>, List<Event>> {
    private static final long serialVersionUID = 1L;

    private final TimeBuckets buckets;
    private final int shards;
    private final IdentitySlots slots;
    private final int lateByIndex;
    private final boolean redelivered;
    private final Counter duplicates = PipelineMetrics.outcome(Outcome.DUPLICATE);
    private final Counter audited = PipelineMetrics.counter(PipelineMetrics.AUDITED);

    @StateId("identities")
    private final StateSpec<MapState<Integer, byte[]>> identitiesSpec =
        StateSpecs.map(VarIntCoder.of(), ByteArrayCoder.of());

    @TimerId("late")
    private final TimerSpec lateSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    RememberIdentitiesFn(
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
        @Element KV<Long, List<Event>> element,
        @StateId("identities") MapState<Integer, byte[]> identities,
        @TimerId("late") Timer late,
        MultiOutputReceiver out) {
      long lateFrom = buckets.lateFrom(Math.floorDiv(element.getKey(), shards));
      List<Event> group = element.getValue();
      List<Event> unique = new ArrayList<>(group.size());
      for (Event event : group) {
        if (isFirst(event, lateFrom, identities, late, out)) {
          unique.add(event);
        }
      }
      if (!unique.isEmpty()) {
        out.get(UNIQUE).output(unique);
      }
    }

    /** Remembers an event, or outputs it if it is late or a duplicate. */
    private boolean isFirst(
        Event event,
        long lateFrom,
        MapState<Integer, byte[]> identities,
        Timer late,
        MultiOutputReceiver out) {
      int slot = slots.key(event.identityLow());
      byte[] seen = identities.get(slot).read();
      if (seen == null && identities.get(slots.marker()).read() == null) {
        if (redelivered) {
          // Only here, because reading the watermark costs a microsecond.
          long lateBy = late.getCurrentRelativeTime().getMillis() - lateFrom;
          if (lateBy >= 0) {
            out.get(OutcomeTags.LATE).output(List.of(withLateBy(event, lateByIndex, lateBy)));
            return false;
          }
        }
        late.withNoOutputTimestamp().set(Instant.ofEpochMilli(lateFrom));
        redistribute(identities);
        seen = identities.get(slot).read();
      }
      if (seen != null
          && PackedIdentities.contains(seen, event.identityHigh(), event.identityLow())) {
        duplicates.inc();
        if (isAcceptedRecord(event, seen)) {
          audited.inc();
        } else {
          out.get(OutcomeTags.DUPLICATE).output(List.of(event));
        }
        return false;
      }
      byte[] more = PackedIdentities.append(seen, event.identityHigh(), event.identityLow());
      if (redelivered) {
        more = PackedIdentities.append(more, RecordIdentity.high(event), RecordIdentity.low(event));
      }
      identities.put(slot, more);
      return true;
    }

    /** Moves the identities that a job with another number of slots left in this key. */
    private void redistribute(MapState<Integer, byte[]> identities) {
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
