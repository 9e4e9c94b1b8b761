package io.millrace.kafka.time;

import static io.millrace.kafka.time.PartitionClock.BLOCK;
import static io.millrace.kafka.time.PartitionClock.HISTORY;
import static io.millrace.kafka.time.PartitionClock.MAJORITY;
import static io.millrace.kafka.time.PartitionClock.UNKNOWN;
import static io.millrace.kafka.time.PartitionClock.WINDOW;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PartitionClockTest {
  private static final long START = 1_772_359_200_000L;
  private static final long HOUR = 3_600_000;

  /** A record of a log. */
  private record Entry(long offset, long time, boolean right) {}

  /** A log whose right times rise, with gaps between the offsets here and there. */
  private static List<Entry> log(int records, SplittableRandom random, Wrong wrong) {
    List<Entry> log = new ArrayList<>();
    long offset = random.nextInt(1000);
    long time = START;
    for (int i = 0; i < records; i++) {
      offset += random.nextInt(20) == 0 ? random.nextInt(1, 40) : 1;
      time += random.nextInt(200);
      long error = wrong.error(i, random);
      log.add(new Entry(offset, time + error, error == 0));
    }
    return log;
  }

  /** How wrong the time of a record is: 0 if it is right. */
  private interface Wrong {
    long error(int number, SplittableRandom random);
  }

  /** Reads a log, and returns the clock at which each record arrives. */
  private static long[] arrivals(List<Entry> log) {
    PartitionClock clock = new PartitionClock(0);
    return log.stream().mapToLong(entry -> clock.read(entry.offset, entry.time)).toArray();
  }

  /**
   * Never ahead of the greatest right time before, never behind the time that a majority of right
   * records had reached when the median was last taken.
   */
  private static void assertFollowsTheRightTimes(List<Entry> log) {
    long[] arrivals = arrivals(log);
    long greatest = UNKNOWN;
    List<Long> right = new ArrayList<>();
    for (int i = 0; i < arrivals.length; i++) {
      Entry entry = log.get(i);
      long own = i == 0 ? entry.time : Math.max(greatest, entry.right ? entry.time : UNKNOWN);
      assertThat("record " + i, arrivals[i], lessThanOrEqualTo(own));
      int reached = right.size() - MAJORITY - BLOCK;
      if (reached >= 0) {
        assertThat("record " + i, arrivals[i], greaterThanOrEqualTo(right.get(reached)));
      }
      if (entry.right) {
        greatest = Math.max(greatest, entry.time);
        right.add(entry.time);
      }
    }
  }

  @Property(tries = 40, seed = "20261128")
  void oneProducerInTenMovesNothing(
      @ForAll @LongRange(min = -1000 * HOUR, max = 1000 * HOUR) long error,
      @ForAll @IntRange(min = 1, max = 500) int batch,
      @ForAll @IntRange(min = 0, max = 9) int producer,
      @ForAll long seed) {
    assertFollowsTheRightTimes(
        log(
            8000,
            new SplittableRandom(seed),
            (number, random) -> number / batch % 10 == producer && number > 0 ? error : 0));
  }

  @Property(tries = 40, seed = "20261128")
  void aRunShorterThanTheMajorityMovesNothing(
      @ForAll @LongRange(min = 1, max = 1000 * HOUR) long most,
      @ForAll @IntRange(min = 1, max = 3000) int from,
      @ForAll @IntRange(min = 1, max = MAJORITY - 1) int length,
      @ForAll long seed) {
    assertFollowsTheRightTimes(
        log(
            5000,
            new SplittableRandom(seed),
            (number, random) ->
                number >= from && number < from + length ? random.nextLong(1, most + 1) : 0));
  }

  /** The bound is what it is said to be: one more does move the clock. */
  @Test
  void aMajorityOfTheWindowMovesIt() {
    long ahead = START + 1000 * HOUR;
    for (int wrong : new int[] {MAJORITY - 1, MAJORITY}) {
      PartitionClock clock = new PartitionClock(0);
      long offset = 0;
      for (int i = 0; i < WINDOW; i++) {
        clock.read(offset++, START);
      }
      for (int i = 0; i < wrong; i++) {
        clock.read(offset++, ahead);
      }
      for (int i = 0; i < BLOCK; i++) {
        clock.read(offset++, START);
      }
      assertThat(clock.millis(), equalTo(wrong < MAJORITY ? START : ahead));
    }
  }

  @Property(tries = 40, seed = "20261128")
  void whoReadsTheHistoryHasTheSameClock(
      @ForAll @IntRange(min = 1, max = 6000) int resumed, @ForAll long seed) {
    List<Entry> log =
        log(
            7000,
            new SplittableRandom(seed),
            (number, random) -> random.nextInt(3) == 0 ? random.nextLong(-HOUR, 10 * HOUR) : 0);
    long[] arrivals = arrivals(log);
    PartitionClock clock = new PartitionClock(log.get(resumed).offset);
    for (int i = Math.max(0, resumed - HISTORY); i < resumed; i++) {
      clock.read(log.get(i).offset, log.get(i).time);
    }
    for (int i = resumed; i < log.size(); i++) {
      assertThat(
          "record " + i, clock.read(log.get(i).offset, log.get(i).time), equalTo(arrivals[i]));
    }
  }

  @Property(tries = 40, seed = "20261128")
  void whoGoesBackToTheMarkHasTheSameClock(
      @ForAll @IntRange(min = 1, max = 500) int page, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Entry> log =
        log(4000, random, (number, r) -> r.nextInt(3) == 0 ? r.nextLong(-HOUR, 10 * HOUR) : 0);
    long[] arrivals = arrivals(log);
    PartitionClock clock = new PartitionClock(0);
    for (int from = 0; from < log.size(); from += page) {
      List<Entry> records = log.subList(from, Math.min(log.size(), from + page));
      clock.skipTo(records.get(0).offset);
      clock.mark();
      if (random.nextBoolean()) {
        records.forEach(entry -> clock.read(entry.offset, entry.time));
        assertThat(clock.goTo(records.get(0).offset), is(true));
      }
      for (int i = 0; i < records.size(); i++) {
        assertThat(
            clock.read(records.get(i).offset, records.get(i).time), equalTo(arrivals[from + i]));
      }
    }
  }

  @Property(tries = 40, seed = "20261128")
  void neverGoesBackOnceItIsKnown(@ForAll long seed) {
    List<Entry> log =
        log(
            5000,
            new SplittableRandom(seed),
            (number, random) -> random.nextLong(-10 * HOUR, 10 * HOUR));
    PartitionClock clock = new PartitionClock(0);
    long before = UNKNOWN;
    for (Entry entry : log) {
      long arrival = clock.read(entry.offset, entry.time);
      if (before != UNKNOWN) {
        assertThat(arrival, greaterThanOrEqualTo(before));
      }
      before = clock.millis();
    }
    assertThat(before, greaterThan(START));
  }

  @Test
  void theFirstRecordsArriveAtTheLeastTimeSoFar() {
    PartitionClock clock = new PartitionClock(0);
    assertThat("its own", clock.read(0, START + HOUR), equalTo(START + HOUR));
    assertThat(clock.read(1, START), equalTo(START));
    assertThat(clock.read(2, START + 5), equalTo(START));
    for (int i = 3; i < MAJORITY; i++) {
      assertThat(clock.read(i, START + i), equalTo(START));
      assertThat(clock.millis(), equalTo(UNKNOWN));
    }
    clock.read(MAJORITY, START + MAJORITY);
    assertThat("what all have reached", clock.millis(), equalTo(START));
  }

  @Test
  void aRecordWithoutATimeCountsForNothing() {
    PartitionClock clock = new PartitionClock(0);
    assertThat(clock.read(0, UNKNOWN), equalTo(UNKNOWN));
    assertThat(clock.lastTime(), equalTo(UNKNOWN));
    clock.read(1, START);
    assertThat(clock.read(2, UNKNOWN), equalTo(START));
    assertThat(clock.lastTime(), equalTo(START));
    assertThat(clock.count(), equalTo(1L));
    assertThat(clock.next(), equalTo(3L));
  }

  @Test
  void goesNowhereElse() {
    PartitionClock clock = new PartitionClock(7);
    clock.mark();
    clock.read(8, START);
    clock.skipTo(12);
    assertThat(clock.goTo(12), is(true));
    assertThat(clock.goTo(9), is(false));
    assertThat(clock.goTo(13), is(false));
    assertThat(clock.goTo(7), is(true));
    assertThat(clock.next(), equalTo(7L));
  }

  @Property(tries = 200, seed = "20261128")
  void selectsByRank(@ForAll @IntRange(min = 1, max = 200) int count, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long[] values = random.longs(count, 0, random.nextLong(1, 300)).toArray();
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    int index = random.nextInt(count);
    assertThat(QuickSelect.nth(values, count, index), equalTo(sorted[index]));
  }
}
