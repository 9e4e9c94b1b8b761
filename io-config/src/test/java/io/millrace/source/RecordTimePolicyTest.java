package io.millrace.source;

import static io.millrace.source.PartitionWatermark.WARM_UP_RECORDS;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThan;

import java.util.Optional;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.beam.sdk.io.kafka.TimestampPolicy.PartitionContext;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class RecordTimePolicyTest {
  private static final Duration BOUND = Duration.standardSeconds(10);
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final Instant MIN = BoundedWindow.TIMESTAMP_MIN_VALUE;

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

  private static KafkaRecord<byte[], byte[]> record(Instant time) {
    return record(0, time);
  }

  private static KafkaRecord<byte[], byte[]> record(long offset, Instant time) {
    return new KafkaRecord<>(
        "t",
        0,
        offset,
        time.getMillis(),
        KafkaTimestampType.CREATE_TIME,
        null,
        new byte[0],
        new byte[0]);
  }

  private static RecordTimePolicy warm() {
    return new RecordTimePolicy(BOUND, Optional.of(MIN.plus(Duration.millis(WARM_UP_RECORDS))));
  }

  /** Reads one record with more to come, and returns the watermark that it arrived at. */
  private static Instant read(RecordTimePolicy policy, Instant recordTime) {
    PartitionContext context = context(1, NOW);
    policy.getWatermark(context);
    return policy.getTimestampForRecord(context, record(recordTime));
  }

  @Test
  void followsTheGreatestRecordTimeLessTheBound() {
    RecordTimePolicy policy = warm();
    read(policy, at(-5000));
    read(policy, at(-9000));
    assertThat(policy.getWatermark(context(1, NOW)), equalTo(at(-15_000)));
  }

  @Test
  void aForgottenWatermarkIsThatOfTheFirstRecordAfterIt() {
    RecordTimePolicy policy = new RecordTimePolicy(BOUND, Optional.of(MIN));
    PartitionContext context = context(1, NOW);
    assertThat(
        policy.getTimestampForRecord(context, record(WARM_UP_RECORDS, at(-3000))),
        equalTo(at(-13_000)));
    assertThat(
        policy.getTimestampForRecord(context, record(WARM_UP_RECORDS + 1, at(-4000))),
        equalTo(at(-13_000)));
  }

  @Test
  void aForgottenWatermarkIsNotAheadOfTheClock() {
    RecordTimePolicy policy = new RecordTimePolicy(BOUND, Optional.of(MIN));
    assertThat(
        policy.getTimestampForRecord(context(1, NOW), record(WARM_UP_RECORDS, at(60_000))),
        equalTo(at(-10_000)));
  }

  @Test
  void aLogsFirstRecordsWarmUpAlsoWhenResumed() {
    RecordTimePolicy policy = new RecordTimePolicy(BOUND, Optional.of(MIN));
    PartitionContext context = context(1, NOW);
    policy.getTimestampForRecord(context, record(WARM_UP_RECORDS - 1, at(-3000)));
    assertThat(policy.getWatermark(context), lessThan(at(-1_000_000_000)));
  }

  @Test
  void aNewLogWarmsUpWhereverItBegins() {
    RecordTimePolicy policy = new RecordTimePolicy(BOUND, Optional.empty());
    PartitionContext context = context(1, NOW);
    policy.getTimestampForRecord(context, record(1_000_000, at(-3000)));
    assertThat(policy.getWatermark(context), lessThan(at(-1_000_000_000)));
  }

  @Test
  void aRecordArrivesAtTheWatermarkOfThoseBeforeIt() {
    RecordTimePolicy policy = warm();
    Instant first = read(policy, at(-3000));
    Instant second = read(policy, NOW);
    assertThat(first, lessThan(at(-1_000_000_000)));
    assertThat(second, equalTo(at(-13_000)));
  }

  @Test
  void aClockTenYearsAheadCountsAsNow() {
    RecordTimePolicy policy = warm();
    read(policy, NOW.plus(Duration.standardDays(3652)));
    assertThat(policy.getWatermark(context(1, NOW)), equalTo(NOW.minus(BOUND)));
  }

  @Test
  void anIdleOrEmptyPartitionFollowsTheReadersClock() {
    RecordTimePolicy policy = new RecordTimePolicy(BOUND, Optional.empty());
    assertThat(policy.getWatermark(context(0, NOW)), equalTo(NOW.minus(BOUND)));
    Instant later = at(60_000);
    assertThat(policy.getWatermark(context(0, later)), equalTo(later.minus(BOUND)));
  }

  @Test
  void neverGoesBack() {
    RecordTimePolicy policy = warm();
    policy.getWatermark(context(0, NOW));
    read(policy, at(-500_000));
    assertThat(policy.getWatermark(context(1, NOW)), equalTo(NOW.minus(BOUND)));
    assertThat(policy.getWatermark(context(0, at(-90_000))), equalTo(NOW.minus(BOUND)));
  }

  @Test
  void theFirstRecordsOfABacklogHaveNoWatermarkYet() {
    RecordTimePolicy policy = new RecordTimePolicy(BOUND, Optional.empty());
    for (int i = 0; i <= WARM_UP_RECORDS; i++) {
      Instant arrival = read(policy, NOW);
      assertThat(arrival, equalTo(MIN.plus(Duration.millis(i))));
    }
    assertThat(read(policy, NOW), equalTo(NOW.minus(BOUND)));
  }

  @Test
  void resumesWhereItStoppedInEveryRecord() {
    RecordTimePolicy whole = new RecordTimePolicy(BOUND, Optional.empty());
    Optional<Instant> previous = Optional.of(MIN);
    for (int i = 0; i < 3 * WARM_UP_RECORDS; i++) {
      Instant recordTime = at(1000L * i - 1_000_000);
      RecordTimePolicy resumed = new RecordTimePolicy(BOUND, previous);
      assertThat(read(resumed, recordTime), equalTo(read(whole, recordTime)));
      previous = Optional.of(resumed.getWatermark(context(1, NOW)));
    }
  }
}
