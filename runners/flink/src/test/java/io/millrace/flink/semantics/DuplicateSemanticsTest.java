package io.millrace.flink.semantics;

import static io.millrace.flink.semantics.SmallEvents.MINUTE;
import static io.millrace.flink.semantics.SmallEvents.NOON;
import static io.millrace.flink.semantics.SmallEvents.NOON_LATE_FROM;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which event is a duplicate, on every runner. */
class DuplicateSemanticsTest {
  @OnEachRunner
  void differentIdentitiesPass(RunnerUnderTest runner) {
    ArrivingEvents arrivals = ArrivingEvents.ofOnePartition().event("a", NOON).event("b", NOON);
    DeduplicationCase.of(arrivals).unique("a", "b").holdsOn(runner);
  }

  @ParameterizedTest
  @EnumSource
  void twiceInOneBundle(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", NOON)
            .event("b", NOON)
            .event("a", NOON)
            .event("a", NOON);
    DeduplicationCase.of(arrivals).unique("a", "b").duplicates(2).holdsOn(runner);
  }

  /** Nine events in ten are of one identity, in every bundle. */
  @OnEachRunner
  void oneIdentityOfNineEventsInTen(RunnerUnderTest runner) {
    ArrivingEvents arrivals = ArrivingEvents.ofOnePartition();
    List<String> unique = new ArrayList<>(List.of("hot"));
    for (int i = 0; i < 300; i++) {
      if (i % 10 == 0) {
        arrivals.nextBundle().event("cold " + i, NOON);
        unique.add("cold " + i);
      } else {
        arrivals.event("hot", NOON);
      }
    }
    DeduplicationCase.of(arrivals)
        .unique(unique.toArray(String[]::new))
        .duplicates(269)
        .holdsOn(runner);
  }

  @ParameterizedTest
  @EnumSource
  void acrossBundlesAndOutOfOrder(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("newer", NOON + 5 * MINUTE)
            .nextBundle()
            .event("older", NOON)
            .watermark(NOON + 6 * MINUTE)
            .event("newer", NOON + 5 * MINUTE)
            .nextBundle()
            .event("older", NOON);
    DeduplicationCase.of(arrivals).unique("newer", "older").duplicates(2).holdsOn(runner);
  }

  @OnEachRunner
  void eventsEitherSideOfABucketsBorderAreTwoIdentities(RunnerUnderTest runner) {
    long before = NOON + MINUTE - 1;
    long after = NOON + MINUTE;
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", before)
            .event("a", after)
            .nextBundle()
            .event("a", before)
            .event("a", after);
    DeduplicationCase.of(arrivals).unique("a", "a").duplicates(2).holdsOn(runner);
  }

  @OnEachRunner
  void aRepeatIsKnownWhileOnlyItsNeighbourBucketIsFreed(RunnerUnderTest runner) {
    long before = NOON + MINUTE - 1;
    long after = NOON + MINUTE;
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", before)
            .event("a", after)
            .watermark(NOON_LATE_FROM)
            .event("a", before)
            .event("a", after);
    DeduplicationCase.of(arrivals).unique("a", "a").late("a by 0").duplicates(1).holdsOn(runner);
  }

  @OnEachRunner
  void eventsBeforeTheEpochHaveBucketsToo(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition().event("a", -1).event("a", 0).event("a", -1).event("a", 0);
    DeduplicationCase.of(arrivals).unique("a", "a").duplicates(2).holdsOn(runner);
  }

  @ParameterizedTest
  @EnumSource
  void aRepeatIsLateAfterItsBucketWasFreed(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", NOON)
            .watermark(NOON_LATE_FROM - 1)
            .event("a", NOON)
            .watermark(NOON_LATE_FROM + 1)
            .event("a", NOON);
    DeduplicationCase.of(arrivals).unique("a").duplicates(1).late("a by 1").holdsOn(runner);
  }

  @OnEachRunner
  void aRepeatFromAnotherPartitionIsKnown(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofPartitions(2)
            .event(0, "a", NOON)
            .watermark(0, NOON_LATE_FROM - 1)
            .event(1, "a", NOON);
    DeduplicationCase.of(arrivals).unique("a").duplicates(1).holdsOn(runner);
  }
}
