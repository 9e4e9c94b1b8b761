package io.millrace.flink.semantics;

import static io.millrace.flink.semantics.SmallEvents.MINUTE;
import static io.millrace.flink.semantics.SmallEvents.NOON;
import static io.millrace.flink.semantics.SmallEvents.NOON_LATE_FROM;

/** Which event is late, and by how much, on every runner. */
class LatenessSemanticsTest {
  @OnEachRunner
  void onTime(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("first", NOON)
            .watermark(NOON)
            .event("at the watermark", NOON)
            .event("ahead of it", NOON + 1);
    DeduplicationCase.of(arrivals)
        .unique("first", "at the watermark", "ahead of it")
        .holdsOn(runner);
  }

  @OnEachRunner
  void lateButAllowed(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition().watermark(NOON + 5 * MINUTE).event("allowed", NOON);
    DeduplicationCase.of(arrivals).unique("allowed").holdsOn(runner);
  }

  @OnEachRunner
  void toTheMillisecond(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .watermark(NOON_LATE_FROM - 1)
            .event("inside", NOON)
            .watermark(NOON_LATE_FROM)
            .event("outside", NOON)
            .event("outside, last of its bucket", NOON + MINUTE - 1)
            .event("next bucket", NOON + MINUTE)
            .watermark(NOON_LATE_FROM + 1)
            .event("further outside", NOON);
    DeduplicationCase.of(arrivals)
        .unique("inside", "next bucket")
        .late("outside by 0", "outside, last of its bucket by 0", "further outside by 1")
        .holdsOn(runner);
  }

  @OnEachRunner
  void forABucketNeverSeenBefore(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("other bucket", NOON)
            .watermark(NOON_LATE_FROM + 7)
            // Of these keys no step has any state, and no timer ever fired.
            .event("never seen, same bucket", NOON)
            .event("never seen, old bucket", NOON - 60 * MINUTE)
            .event("never seen, live bucket", NOON + MINUTE);
    DeduplicationCase.of(arrivals)
        .unique("other bucket", "never seen, live bucket")
        .late("never seen, same bucket by 7", "never seen, old bucket by 3600007")
        .holdsOn(runner);
  }

  @OnEachRunner
  void aWatermarkThatJumpsToTheEnd(RunnerUnderTest runner) {
    long end = NOON + 365L * 24 * 60 * MINUTE;
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("before", NOON)
            .watermark(end)
            .event("before", NOON)
            .event("at the end", end);
    DeduplicationCase.of(arrivals)
        .unique("before", "at the end")
        .late("before by " + (end - NOON_LATE_FROM))
        .holdsOn(runner);
  }

  @OnEachRunner
  void aClaimedTimeTenYearsAheadMakesNothingLate(RunnerUnderTest runner) {
    long ahead = NOON + 3652L * 24 * 60 * MINUTE;
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .watermark(NOON)
            .event("wrong clock", ahead)
            .nextBundle()
            .event("right clock", NOON)
            .watermark(NOON + MINUTE)
            .event("wrong clock", ahead)
            .event("right clock", NOON);
    DeduplicationCase.of(arrivals)
        .unique("wrong clock", "right clock")
        .duplicates(2)
        .holdsOn(runner);
  }
}
