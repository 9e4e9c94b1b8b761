package io.millrace.transforms;

import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.event.PipelineMetrics;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Routes late events to a side output, and groups the others by bucket and shard with {@link
 * EventGroups}.
 *
 * <p>State: none. Memory: that of the groups that wait, within a bundle.
 */
final class JudgeLatenessFn extends DoFn<Event, KV<Long, List<Event>>> {
  private static final long serialVersionUID = 1L;

  private final TimeBuckets buckets;
  private final int shards;
  private final int lateByIndex;
  private final boolean replayed;
  private final Clock clock;
  private transient EventGroups groups;

  JudgeLatenessFn(TimeBuckets buckets, int shards, int lateByIndex, boolean replayed, Clock clock) {
    this.buckets = buckets;
    this.shards = shards;
    this.lateByIndex = lateByIndex;
    this.replayed = replayed;
    this.clock = clock;
  }

  @Setup
  public void setUp() {
    groups = new EventGroups(clock);
  }

  @StartBundle
  public void startBundle() {
    groups.clear();
  }

  @ProcessElement
  public void process(@Element Event event, @Timestamp Instant timestamp, MultiOutputReceiver out) {
    long bucket = buckets.of(event.eventTimeMillis());
    long lateBy = event.origin().arrivalWatermarkMillis() - buckets.lateFrom(bucket);
    if (lateBy >= 0) {
      out.get(OutcomeTags.LATE)
          .output(List.of(DeduplicateEvents.withLateBy(event, lateByIndex, lateBy)));
    } else if (replayed && DeadLetterFactory.isReplayedDuplicate(event.origin())) {
      PipelineMetrics.outcome(Outcome.DUPLICATE).inc();
      out.get(OutcomeTags.DUPLICATE).output(List.of(event));
    } else {
      long shard = Long.remainderUnsigned(event.identityHigh(), shards);
      OutputReceiver<KV<Long, List<Event>>> inTime = out.get(DeduplicateEvents.IN_TIME);
      groups.add(
          bucket * shards + shard,
          event,
          timestamp,
          (key, events, earliest) -> inTime.outputWithTimestamp(KV.of(key, events), earliest));
    }
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    groups.flush(
        (key, events, earliest) ->
            context.output(
                DeduplicateEvents.IN_TIME, KV.of(key, events), earliest, GlobalWindow.INSTANCE));
  }

  /** Unbounded, because an earlier event of the bundle may be in the group. */
  @Override
  @SuppressWarnings("deprecation") // deprecated without a replacement for this use
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }
}
