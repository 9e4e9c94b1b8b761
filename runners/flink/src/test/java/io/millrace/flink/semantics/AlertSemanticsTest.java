package io.millrace.flink.semantics;

import static io.millrace.flink.semantics.SmallEvents.MINUTE;
import static io.millrace.flink.semantics.SmallEvents.NOON;

import org.joda.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When alerts change, on every runner. {@link SmallEvents#NOON} is 10:00 UTC. */
class AlertSemanticsTest {
  /** Three events of a group in a minute. */
  private static ArrivingEvents burst(ArrivingEvents arrivals, String id, long minute) {
    return arrivals
        .event(id, NOON + minute * MINUTE)
        .event(id, NOON + minute * MINUTE + 1)
        .event(id, NOON + minute * MINUTE + 2);
  }

  @ParameterizedTest
  @EnumSource(RunnerUnderTest.class)
  void firesAtTheEndOfAWindowAndIsResolvedByTheNext(RunnerUnderTest runner) {
    ArrivingEvents arrivals = burst(ArrivingEvents.ofOnePartition(), "a", 0);
    arrivals
        .event("b", NOON)
        .watermark(NOON + MINUTE)
        .event("a", NOON + MINUTE)
        .watermark(NOON + 2 * MINUTE);
    AlertCase.of("busy", arrivals)
        .given("[\"a\"] firing 10:01", "[\"a\"] resolved 10:02")
        .showsOn(runner, "[\"a\"] firing 10:01", "[\"a\"] resolved 10:02");
  }

  /**
   * Each window has a result. Without one it would depend on the runner whether it is judged: at
   * the end of the input, Beam's DirectRunner lets the windows of the roll-up pass one by one.
   */
  @ParameterizedTest
  @EnumSource(RunnerUnderTest.class)
  void isPendingFirstIfTheConditionMustHold(RunnerUnderTest runner) {
    ArrivingEvents arrivals = burst(ArrivingEvents.ofOnePartition(), "a", 0);
    burst(burst(arrivals, "a", 1), "b", 1);
    arrivals.event("a", NOON + 2 * MINUTE).event("b", NOON + 2 * MINUTE);
    // A second before the end: at its last millisecond, Flink takes the window to be over.
    arrivals.watermark(NOON + 3 * MINUTE - 1_000);
    AlertCase.of("held", arrivals)
        .showsOn(
            runner,
            "[\"a\"] pending 10:01",
            "[\"a\"] firing 10:02",
            "[\"a\"] resolved 10:03",
            "[\"b\"] pending 10:02",
            "[\"b\"] inactive 10:03");
  }

  /** Results come in any order; windows are judged in the order of event time all the same. */
  @OnEachRunner
  void eventsInAnyOrderGiveTheSame(RunnerUnderTest runner) {
    ArrivingEvents arrivals = ArrivingEvents.ofPartitions(2);
    for (long minute = 3; minute >= 0; minute--) {
      if (minute != 2) {
        burst(arrivals, "a", minute).nextBundle();
      }
    }
    arrivals.event("a", NOON + 2 * MINUTE);
    arrivals.watermark(0, NOON + 4 * MINUTE).watermark(1, NOON + 4 * MINUTE);
    AlertCase.of("held", arrivals)
        .given(
            "[\"a\"] pending 10:01",
            "[\"a\"] firing 10:02",
            "[\"a\"] resolved 10:03",
            "[\"a\"] pending 10:04")
        .showsOn(
            runner,
            "[\"a\"] pending 10:01",
            "[\"a\"] firing 10:02",
            "[\"a\"] resolved 10:03",
            "[\"a\"] pending 10:04");
  }

  /**
   * On Flink, AlertsIT sees it. Beam's runner keeps a step's watermark back while its bundle is
   * open, so that in this short stream the end of the input comes first.
   */
  @ParameterizedTest
  @EnumSource(
      value = RunnerUnderTest.class,
      names = {"DIRECT"})
  void aWindowWithoutEventsResolves(RunnerUnderTest runner) {
    ArrivingEvents arrivals = burst(ArrivingEvents.ofOnePartition(), "a", 0);
    arrivals.watermark(NOON + MINUTE).watermark(NOON + 2 * MINUTE);
    AlertCase.of("busy", arrivals)
        .given("[\"a\"] firing 10:01", "[\"a\"] resolved 10:02")
        .showsOn(runner, "[\"a\"] firing 10:01", "[\"a\"] resolved 10:02");
  }

  @OnEachRunner
  void theEndOfTheInputResolvesNothing(RunnerUnderTest runner) {
    ArrivingEvents arrivals = burst(ArrivingEvents.ofOnePartition(), "a", 0);
    AlertCase.of("busy", arrivals)
        .given("[\"a\"] firing 10:01")
        .showsOn(runner, "[\"a\"] firing 10:01");
  }

  @OnEachRunner
  void theEndOfTheInputIsNoAbsence(RunnerUnderTest runner) {
    ArrivingEvents arrivals = ArrivingEvents.ofOnePartition().event("a", NOON);
    AlertCase.of("gone", arrivals).given().showsOn(runner);
  }

  @ParameterizedTest
  @EnumSource(RunnerUnderTest.class)
  void absenceFiresAndAResultResolvesIt(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", NOON)
            .event("b", NOON)
            .event("b", NOON + MINUTE)
            .watermark(NOON + 2 * MINUTE)
            .event("b", NOON + 2 * MINUTE)
            .watermark(NOON + 3 * MINUTE)
            .event("b", NOON + 4 * MINUTE)
            .event("a", NOON + 5 * MINUTE)
            .watermark(NOON + 6 * MINUTE);
    AlertCase.of("gone", arrivals)
        .given("[\"a\"] firing 10:03", "[\"a\"] resolved 10:06")
        .showsOn(runner, "[\"a\"] firing 10:03", "[\"a\"] resolved 10:06");
  }

  @ParameterizedTest
  @EnumSource(RunnerUnderTest.class)
  void aLateEventFires(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", NOON)
            .event("a", NOON + 1)
            .event("a", NOON + MINUTE)
            .watermark(NOON + 2 * MINUTE)
            .event("a", NOON + 2)
            .watermark(NOON + 2 * MINUTE + 1);
    AlertCase.of("busy", arrivals)
        .given("[\"a\"] firing 10:01 corrected", "[\"a\"] resolved 10:02 corrected")
        .showsOn(runner, "[\"a\"] firing 10:01", "[\"a\"] resolved 10:02");
  }

  @ParameterizedTest
  @EnumSource(RunnerUnderTest.class)
  void aLateEventRevokes(RunnerUnderTest runner) {
    ArrivingEvents arrivals =
        ArrivingEvents.ofOnePartition()
            .event("a", NOON)
            .watermark(NOON + MINUTE)
            .event("a", NOON + 1)
            .watermark(NOON + MINUTE + 1);
    AlertCase.of("quiet", arrivals)
        .given("[\"a\"] firing 10:01", "[\"a\"] firing 10:01 revoked")
        .showsOn(runner);
  }

  @ParameterizedTest
  @EnumSource(RunnerUnderTest.class)
  void slidingWindowsAreJudgedEachPeriod(RunnerUnderTest runner) {
    ArrivingEvents arrivals = burst(ArrivingEvents.ofOnePartition(), "a", 0);
    arrivals
        .watermark(NOON + MINUTE)
        .event("b", NOON + MINUTE)
        .watermark(NOON + 2 * MINUTE)
        .event("c", NOON + 2 * MINUTE)
        .watermark(NOON + 3 * MINUTE);
    AlertCase.of("full", arrivals)
        .given("[] firing 10:02", "[] resolved 10:03")
        .showsOn(runner, "[] firing 10:02", "[] resolved 10:03");
  }

  @ParameterizedTest
  @EnumSource(
      value = RunnerUnderTest.class,
      // A test stream cannot move the workers' clock on Flink: Beam's runner refuses it.
      names = {"DIRECT"})
  void anEarlyResultFires(RunnerUnderTest runner) {
    ArrivingEvents arrivals = burst(ArrivingEvents.ofOnePartition(), "a", 0);
    arrivals.workersClock(Duration.standardSeconds(6)).event("a", NOON + 3);
    arrivals.workersClock(Duration.standardSeconds(6)).watermark(NOON + MINUTE);
    AlertCase.of("soon", arrivals).given("[] firing 10:01").showsOn(runner, "[] firing 10:01");
  }
}
