package io.millrace.kafka.time;

import static io.millrace.kafka.time.PartitionClock.BLOCK;
import static io.millrace.kafka.time.PartitionClock.MAJORITY;
import static io.millrace.kafka.time.PartitionClock.WINDOW;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.beam.sdk.io.kafka.TimestampPolicy.PartitionContext;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class RecordTimePolicyTest {
  private static final Duration BOUND = Duration.standardSeconds(10);
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final Instant NEVER_ASKED = BoundedWindow.TIMESTAMP_MIN_VALUE;
  private static final Instant UNKNOWN = Instant.ofEpochMilli(PartitionWatermark.UNKNOWN);

  private final PartitionClock clock = new PartitionClock(0);
  private final RecordTimes times = new RecordTimes(null);

  /** So many milliseconds after {@link #NOW}. */
  private static Instant at(long millis) {
    return Instant.ofEpochMilli(NOW.getMillis() + millis);
  }

  private static PartitionContext context(long backlog, Instant now) {
    return new PartitionContext() {
      @Override
      public long getMessageBacklog() {
        return backlog;
      }

      @Override
      public Instant getBacklogCheckTime() {
        return now;
      }
    };
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, long time) {
    return new ConsumerRecord<>(
        "t",
        0,
        offset,
        time,
        TimestampType.CREATE_TIME,
        -1,
        -1,
        null,
        new byte[0],
        new RecordHeaders(),
        Optional.empty());
  }

  /** A page of the next records of the partition, whose times are given. */
  private byte[] page(Instant... recordTimes) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (Instant time : recordTimes) {
      records.add(record(clock.next() + records.size(), time.getMillis()));
    }
    return RecordPage.pack(records, NOW.getMillis(), clock, times).value();
  }

  /** So many records at a time. */
  private void readBefore(int records, Instant time) {
    for (int i = 0; i < records; i++) {
      clock.read(clock.next(), time.getMillis());
    }
  }

  /** Gives a page to the policy; the watermarks that its records arrive at. */
  private static List<Long> read(RecordTimePolicy policy, byte[] page) {
    Instant timestamp =
        policy.getTimestampForRecord(
            context(1, NOW),
            new KafkaRecord<>(
                "t", 0, 0, 0, KafkaTimestampType.NO_TIMESTAMP_TYPE, null, null, page));
    List<Long> arrivals = new ArrayList<>();
    RecordPage.of(page)
        .unpack(
            "t",
            0,
            new PartitionWatermark(BOUND.getMillis(), timestamp.getMillis()),
            record -> arrivals.add(record.arrivalWatermarkMillis()));
    return arrivals;
  }

  private static RecordTimePolicy fresh() {
    return new RecordTimePolicy(BOUND, Optional.empty());
  }

  private static Instant watermark(RecordTimePolicy policy) {
    return policy.getWatermark(context(1, NOW));
  }

  @Test
  void followsThePartitionsClockLessTheBound() {
    RecordTimePolicy policy = fresh();
    readBefore(WINDOW, at(-50_000));
    read(policy, page(at(-5000), at(-9000)));
    assertThat(watermark(policy), equalTo(at(-60_000)));
  }

  @Test
  void aRecordArrivesAtTheClockOfThoseBeforeIt() {
    readBefore(WINDOW, at(-50_000));
    assertThat(
        read(fresh(), page(at(-5000), at(-9000))),
        equalTo(List.of(at(-60_000).getMillis(), at(-60_000).getMillis())));
  }

  @Test
  void hasNoWatermarkUntilAMajorityWasReadButJudgesTheFirstRecord() {
    RecordTimePolicy policy = fresh();
    assertThat(read(policy, page(at(-3000))), equalTo(List.of(at(-13_000).getMillis())));
    assertThat(read(policy, page(at(-9000))), equalTo(List.of(at(-19_000).getMillis())));
    assertThat(watermark(policy), equalTo(UNKNOWN));
    readBefore(MAJORITY + BLOCK, at(-3000));
    read(policy, page(at(-3000)));
    assertThat(watermark(policy), equalTo(at(-13_000)));
  }

  @Test
  void oneWrongClockMovesNothing() {
    RecordTimePolicy policy = fresh();
    readBefore(WINDOW, at(-50_000));
    read(policy, page(NOW.plus(Duration.standardDays(3652))));
    read(policy, page(at(-50_000)));
    assertThat(watermark(policy), equalTo(at(-60_000)));
  }

  /** Live and in a replay alike: what the reader's clock says makes no difference. */
  @Test
  void aTimeAheadOfTheReadersClockCountsAsWhatItIs() {
    RecordTimePolicy policy = fresh();
    readBefore(WINDOW, at(3_600_000));
    read(policy, page(at(3_600_000)));
    assertThat(watermark(policy), equalTo(at(3_590_000)));
  }

  @Test
  void anIdleOrEmptyPartitionFollowsTheReadersClock() {
    RecordTimePolicy policy = fresh();
    assertThat(policy.getWatermark(context(0, NOW)), equalTo(NOW.minus(BOUND)));
    Instant later = at(60_000);
    assertThat(policy.getWatermark(context(0, later)), equalTo(later.minus(BOUND)));
    assertThat(
        "what the runner may have forgotten is late",
        read(policy, page(at(-500_000))),
        equalTo(List.of(at(50_000).getMillis())));
  }

  @Test
  void neverGoesBack() {
    RecordTimePolicy policy = fresh();
    policy.getWatermark(context(0, NOW));
    readBefore(WINDOW, at(-500_000));
    read(policy, page(at(-500_000)));
    assertThat(watermark(policy), equalTo(NOW.minus(BOUND)));
    assertThat(policy.getWatermark(context(0, at(-90_000))), equalTo(NOW.minus(BOUND)));
  }

  @Test
  void aForgottenWatermarkIsTheLeastTimeOfTheFirstPage() {
    readBefore(WINDOW, at(-500_000));
    RecordTimePolicy policy = new RecordTimePolicy(BOUND, Optional.of(NEVER_ASKED));
    long expected = at(-14_000).getMillis();
    assertThat(
        read(policy, page(at(60_000), at(-4000), at(-3000))),
        equalTo(List.of(expected, expected, expected)));
  }

  @Test
  void aForgottenWatermarkIsNotAheadOfTheClock() {
    readBefore(WINDOW, at(-500_000));
    RecordTimePolicy policy = new RecordTimePolicy(BOUND, Optional.of(NEVER_ASKED));
    assertThat(read(policy, page(at(60_000))), equalTo(List.of(at(-10_000).getMillis())));
  }

  @Test
  void atTheBeginningOfALogNothingWasForgotten() {
    RecordTimePolicy policy = new RecordTimePolicy(BOUND, Optional.of(NEVER_ASKED));
    read(policy, page(at(-3000)));
    assertThat(watermark(policy), equalTo(UNKNOWN));
  }

  /** Marks of builds that counted the first 250 records in the watermark itself. */
  @Test
  void whatEarlierBuildsCountedIsNoWatermark() {
    readBefore(WINDOW, at(-500_000));
    for (int counted : new int[] {1, 2, 249, 250}) {
      RecordTimePolicy policy =
          new RecordTimePolicy(BOUND, Optional.of(NEVER_ASKED.plus(Duration.millis(counted))));
      assertThat(watermark(policy), equalTo(UNKNOWN));
      assertThat(read(policy, page(at(-3000))), equalTo(List.of(at(-510_000).getMillis())));
    }
  }

  /**
   * Whatever the times, the pages and the moments at which the runner asks or the reader resumes:
   * the runner's watermark is never ahead of the one that a later record carries.
   */
  @Property(tries = 60, seed = "20261128")
  void noLaterRecordArrivesBeforeTheRunnersWatermark(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    PartitionClock log = new PartitionClock(0);
    RecordTimePolicy policy = fresh();
    Instant told = UNKNOWN;
    long time = NOW.getMillis() - 3_600_000;
    int wrong = random.nextInt(1, 11);
    for (int pages = 0; pages < 60; pages++) {
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      int count = random.nextInt(1, 100);
      for (int i = 0; i < count; i++) {
        time += random.nextInt(2000);
        long error = random.nextInt(wrong) == 0 ? random.nextLong(-7_200_000, 7_200_000) : 0;
        records.add(record(log.next() + i, time + error));
      }
      byte[] page = RecordPage.pack(records, NOW.getMillis(), log, times).value();
      for (long arrival : read(policy, page)) {
        assertThat(arrival, greaterThanOrEqualTo(told.getMillis()));
      }
      if (random.nextInt(3) == 0) {
        told = policy.getWatermark(context(random.nextInt(4), Instant.ofEpochMilli(time)));
      }
      if (random.nextInt(5) == 0) {
        told = watermark(policy);
        policy = new RecordTimePolicy(BOUND, Optional.of(told));
      }
    }
  }
}
