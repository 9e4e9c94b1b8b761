package io.millrace.flink.semantics;

import static io.millrace.flink.semantics.SmallEvents.NOON;
import static io.millrace.flink.semantics.SmallEvents.NOON_LATE_FROM;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.PrintWriter;
import java.io.StringWriter;

/** A suite that cannot fail proves nothing: each wrong expectation fails, on each runner. */
class WrongExpectationTest {
  private static DeduplicationCase oneOfEach() {
    return DeduplicationCase.of(
        ArrivingEvents.ofOnePartition()
            .event("a", NOON)
            .event("a", NOON)
            .watermark(NOON_LATE_FROM)
            .event("b", NOON));
  }

  @OnEachRunner
  void ofNothingButTheTruthHolds(RunnerUnderTest runner) {
    oneOfEach().unique("a").late("b by 0").duplicates(1).holdsOn(runner);
  }

  @OnEachRunner
  void ofAnEventThatPasses(RunnerUnderTest runner) {
    fails(runner, oneOfEach().unique("not a").late("b by 0").duplicates(1), "not a");
  }

  @OnEachRunner
  void ofNoEventThatPasses(RunnerUnderTest runner) {
    fails(runner, oneOfEach().late("b by 0").duplicates(1), "Unique");
  }

  @OnEachRunner
  void ofHowLate(RunnerUnderTest runner) {
    fails(runner, oneOfEach().unique("a").late("b by 1").duplicates(1), "b by 1");
  }

  @OnEachRunner
  void ofTheDuplicates(RunnerUnderTest runner) {
    fails(runner, oneOfEach().unique("a").late("b by 0"), "duplicates");
  }

  private static void fails(RunnerUnderTest runner, DeduplicationCase wrong, String why) {
    // Each runner wraps the assertion's error in others of its own.
    Throwable failure = assertThrows(Throwable.class, () -> wrong.holdsOn(runner));
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString(), containsString("AssertionError"));
    assertThat(trace.toString(), containsString(why));
  }
}
