package io.millrace.kafka.consume;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnreadPartitionsTest {
  private static final long MINUTE = 60_000_000_000L;

  @Test
  void tellsWhichPartitionsAreNotReadAndWhatToDo() {
    UnreadPartitions unread = new UnreadPartitions(Map.of("a", 4));
    assertThat(unread.observe("a", 4), is(Optional.empty()));
    assertThat(
        unread.observe("a", 5).orElseThrow(),
        allOf(
            containsString("topic a now has 5 partitions"),
            containsString("the records of partition 4 are NOT read"),
            containsString("without a savepoint")));
    assertThat(unread.observe("a", 7).orElseThrow(), containsString("partitions 4 to 6 are NOT"));
    assertThat(unread.observe("a", 4), is(Optional.empty()));
  }

  @Test
  void whatWasNotKnownAtTheStartIsWhatIsSeenFirst() {
    UnreadPartitions unread = new UnreadPartitions(Map.of("a", 4));
    assertThat(unread.observe("b", 2), is(Optional.empty()));
    assertThat(unread.observe("b", 3).orElseThrow(), containsString("reads only the first 2"));
  }

  @Test
  void aTopicThatTheBrokerDoesNotKnowJustNowTellsNothing() {
    UnreadPartitions unread = new UnreadPartitions(Map.of());
    assertThat(unread.observe("b", 0), is(Optional.empty()));
    assertThat(unread.observe("b", 2), is(Optional.empty()));
    assertThat(unread.observe("b", 3).orElseThrow(), containsString("reads only the first 2"));
  }

  @Test
  void looksAtOnceAndThenOnceAMinuteByAnyClock() {
    UnreadPartitions unread = new UnreadPartitions(Map.of());
    long start = Long.MAX_VALUE - MINUTE / 2;
    assertThat(unread.isDue(start), is(true));
    assertThat(unread.isDue(start + 1), is(false));
    assertThat(unread.isDue(start + MINUTE - 1), is(false));
    assertThat(unread.isDue(start + MINUTE), is(true));
    assertThat(unread.isDue(start + MINUTE + 1), is(false));
  }
}
