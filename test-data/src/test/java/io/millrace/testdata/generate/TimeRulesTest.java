package io.millrace.testdata.generate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.testdata.manifest.ManifestTotals;
import io.millrace.testdata.manifest.Outcome;
import io.millrace.testdata.sink.GeneratedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class TimeRulesTest {
  @Test
  void aReaderOfEachPartitionAgreesOnLateness() {
    assertJudgement(Generated.mixed(30_000).build(), 3, Generated.clock());
  }

  @Test
  void aReaderAgreesWithoutLatenessAndOutOfOrderness() {
    assertJudgement(
        Generated.mixed(20_000)
            .allowedLateness(Duration.ZERO)
            .outOfOrderness(Duration.ZERO)
            .bucket(Duration.ofMillis(1))
            .build(),
        3,
        Generated.clock());
  }

  @Test
  void aReaderAgreesWhenTheClockJumpsAndPartitionsAreIdle() {
    SplittableRandom random = new SplittableRandom(7);
    long[] now = {Generated.START};
    // Hours may pass between two records, so a partition's clock is far behind the sender's.
    LongSupplier jumping = () -> now[0] += random.nextInt(100) == 0 ? 7_200_000 : 30;
    GeneratorOptions options = Generated.mixed(30_000).lateAfterRecords(260).hotKey(0.5).build();
    assertJudgement(options, 40, jumping);
  }

  @Test
  void onTimeEventsAreYoungerThanTheBound() {
    for (long bound : new long[] {0, 50, 10_000}) {
      GeneratorOptions options =
          Generated.mixed(10_000).hotKey(0.2).outOfOrderness(Duration.ofMillis(bound)).build();
      long oldest = 0;
      boolean outOfOrder = false;
      long latest = 0;
      for (GeneratedRecord record : Generated.records(options)) {
        Outcome outcome = record.entry().outcome();
        if (outcome == Outcome.ACCEPTED || outcome == Outcome.ERROR) {
          long age = record.recordTimeMillis() - record.entry().eventTime();
          assertThat(age, greaterThanOrEqualTo(0L));
          oldest = Math.max(oldest, age);
          outOfOrder |= record.entry().eventTime() < latest;
          latest = Math.max(latest, record.entry().eventTime());
        }
      }
      assertThat(oldest, lessThanOrEqualTo(bound));
      assertThat(outOfOrder, is(bound > 0));
      assertThat("the bound is used", oldest, greaterThanOrEqualTo(Math.min(bound, 3000) / 2));
    }
  }

  @Test
  void duplicatesFollowSoon() {
    List<GeneratedRecord> records = Generated.records(Generated.mixed(30_000).build());
    Map<String, Long> sentAs = new HashMap<>();
    long longest = 0;
    int near = 0;
    for (GeneratedRecord record : records) {
      ManifestEntry entry = record.entry();
      if (entry.outcome() == Outcome.DUPLICATE) {
        long distance = entry.n() - sentAs.get(entry.identity());
        longest = Math.max(longest, distance);
        near += distance < 100 ? 1 : 0;
        assertThat(record.recordTimeMillis() - entry.eventTime(), lessThan(30_000L));
      } else if (Generated.isValid(record)) {
        sentAs.put(entry.identity(), entry.n());
      }
    }
    assertThat(longest, allOf(greaterThan(2000L), lessThan(9000L)));
    assertThat(near, greaterThan(500));
  }

  @Test
  void lateEventsFollowEnoughRecordsOfTheirPartition() {
    GeneratorOptions options = Generated.mixed(6000).lateAfterRecords(700).build();
    long[] before = new long[Generated.PARTITIONS];
    long[] late = new long[Generated.PARTITIONS];
    for (GeneratedRecord record : Generated.records(options)) {
      if (record.entry().outcome() == Outcome.LATE) {
        assertThat(before[record.partition()], greaterThanOrEqualTo(700L));
        late[record.partition()]++;
      }
      before[record.partition()]++;
    }
    assertThat(Arrays.stream(late).min().orElse(0), greaterThan(20L));
  }

  @Test
  void aShortRunHasNoLateEvents() {
    ManifestTotals totals = Generated.totals(Generated.records(Generated.mixed(400).build()));
    assertThat(totals.of(Outcome.LATE), is(0L));
    assertThat(totals.balances(), is(true));
  }

  @Test
  void lateEventsAreAMinuteToHalfAnHourBeyondTheLimit() {
    GeneratorOptions options = Generated.mixed(20_000).build();
    long limit = Duration.ofHours(1).plusSeconds(10).plusMinutes(2).toMillis();
    for (GeneratedRecord record : Generated.records(options)) {
      if (record.entry().outcome() == Outcome.LATE) {
        long beyond = record.recordTimeMillis() - record.entry().eventTime() - limit;
        // A repeated late event may follow 40 s after its first copy.
        assertThat(beyond, allOf(greaterThanOrEqualTo(60_000L), lessThan(30 * 60_000L + 40_000)));
      }
    }
  }

  private static void assertJudgement(
      GeneratorOptions options, int partitions, LongSupplier clock) {
    EventGenerator generator = new EventGenerator(options, partitions, clock);
    List<ReadersClock> clocks = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      clocks.add(new ReadersClock());
    }
    Map<Outcome, Integer> judged = new HashMap<>();
    long bucket = options.bucket().toMillis();
    while (generator.hasNext()) {
      GeneratedRecord record = generator.next();
      int partition = record.partition();
      if (Generated.isValid(record)) {
        long arrival = clocks.get(partition).before(record.recordTimeMillis());
        long watermark = arrival - options.outOfOrderness().toMillis();
        long bucketEnd = (record.entry().eventTime() / bucket + 1) * bucket;
        boolean late = watermark >= bucketEnd + options.allowedLateness().toMillis();
        assertThat(record.entry().toString(), late, is(record.entry().outcome() == Outcome.LATE));
        judged.merge(record.entry().outcome(), 1, Integer::sum);
      }
      clocks.get(partition).read(record.recordTimeMillis());
    }
    assertThat(judged.get(Outcome.LATE), greaterThan((int) (0.7 * 0.05 * options.count())));
  }

  /** Implements the rule of docs/event-time.md. */
  private static final class ReadersClock {
    private final List<Long> times = new ArrayList<>();
    private long clock = Long.MIN_VALUE;

    /** The reader's clock when a record with a time arrives. */
    long before(long time) {
      if (clock != Long.MIN_VALUE) {
        return clock;
      }
      return Math.min(time, times.stream().mapToLong(t -> t).min().orElse(Long.MAX_VALUE));
    }

    void read(long time) {
      times.add(time);
      if (times.size() % 64 == 0 && times.size() >= 512) {
        List<Long> last =
            new ArrayList<>(times.subList(Math.max(0, times.size() - 1024), times.size()));
        last.sort(Comparator.reverseOrder());
        clock = Math.max(clock, last.get(511));
      }
    }
  }
}
