package io.millrace.kafka.read;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import org.junit.jupiter.api.Test;

class ListingScheduleTest {
  private static final long START = 1_000_000;

  private final ListingSchedule schedule = new ListingSchedule();

  /** The first time, at most a minute later, at which the next question is due. It begins then. */
  private long next(long from) {
    for (long now = from; now < from + 60_000; now++) {
      if (schedule.begin(now)) {
        return now - START;
      }
    }
    throw new AssertionError("nothing is due");
  }

  private long nextAfterAnswer(long asked) {
    schedule.answered(START + asked);
    return next(START + asked);
  }

  @Test
  void theFirstIsDueAtOnceAndTheOthersInTheInterval() {
    assertThat(next(START), is(0L));
    assertThat(schedule.begin(START + 60_000), is(false));
    assertThat(nextAfterAnswer(0), is(10_000L));
    assertThat(nextAfterAnswer(10_000), is(20_000L));
  }

  @Test
  void aFailureIsFollowedByAnotherQuestionInASecondAndNoneBefore() {
    assertThat(next(START), is(0L));
    schedule.failed(START + 500);
    schedule.now(START + 600);
    assertThat(next(START + 600), is(1_500L));
    assertThat(nextAfterAnswer(1_500), is(11_500L));
  }

  @Test
  void oneThatIsWantedIsDueSoonButNotWithoutAPause() {
    assertThat(next(START), is(0L));
    schedule.answered(START);
    schedule.now(START + 5_000);
    assertThat(next(START + 5_000), is(5_000L));
    schedule.answered(START + 5_000);
    schedule.now(START + 5_003);
    assertThat(next(START + 5_003), is(5_020L));
    schedule.answered(START + 5_020);
    schedule.soon(START + 6_000);
    assertThat(next(START + 6_000), is(7_000L));
    assertThat(nextAfterAnswer(7_000), is(17_000L));
  }

  /** The answer may tell of the time before. */
  @Test
  void oneThatIsWantedWhileAnotherIsUnderWayFollowsIt() {
    assertThat(next(START), is(0L));
    schedule.now(START + 30);
    assertThat(nextAfterAnswer(0), is(30L));
    assertThat(nextAfterAnswer(30), is(10_030L));
  }
}
