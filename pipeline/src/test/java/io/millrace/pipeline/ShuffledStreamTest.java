package io.millrace.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Outcome;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import io.millrace.io.CatchUp;
import io.millrace.io.Source;
import io.millrace.options.Sinks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/**
 * However a stream is shuffled within the out-of-orderness, the tables and the rollups show what
 * they show of the sorted one, and the equation balances: with no allowed lateness at all.
 */
class ShuffledStreamTest {
  private static final long NOON = 1_772_366_400_000L;
  private static final long OUT_OF_ORDERNESS = 10_000;

  @Provide
  Arbitrary<List<Happening>> streams() {
    Arbitrary<Happening> happening =
        Combinators.combine(
                Arbitraries.integers().between(0, 5),
                Arbitraries.of(true, false),
                Arbitraries.frequency(
                    net.jqwik.api.Tuple.of(4, false), net.jqwik.api.Tuple.of(1, true)),
                Arbitraries.integers().between(0, 2),
                Arbitraries.longs().between(0, 1_000_000),
                // Few different times, at the borders of minutes too, so that events repeat.
                Arbitraries.longs().between(0, 24).map(n -> NOON + n * 30_000 - n % 2),
                Arbitraries.longs().between(0, OUT_OF_ORDERNESS))
            .as(Happening::new);
    return happening.list().ofMinSize(1).ofMaxSize(80);
  }

  /** Filters events that took longer than some duration, which may be all or none. */
  @Property(tries = 8, seed = "20261129", shrinking = ShrinkingMode.OFF)
  void showsWhatTheFilterLeaves(
      @ForAll("streams") List<Happening> generated,
      @ForAll("bundleSizes") int bundleSize,
      @ForAll("limits") long limit)
      throws IOException {
    List<Happening> happenings = sameWhereIdentical(generated);
    List<Happening> left = happenings.stream().filter(h -> h.durationMs() <= limit).toList();
    String filter = "\nfilter: {slow: {when: duration_ms > " + limit + "}}\n";
    Balance balance =
        show(happenings, ExpectedTables.of(left), bundleSize, contract(Duration.ZERO, filter));
    assertThat(balance.of(Outcome.FILTERED), equalTo((long) happenings.size() - left.size()));
  }

  /** The same by a derived column and one that is looked up. */
  @Property(tries = 4, seed = "20261130", shrinking = ShrinkingMode.OFF)
  void showsWhatAFilterByAddedColumnsLeaves(
      @ForAll("streams") List<Happening> generated,
      @ForAll("bundleSizes") int bundleSize,
      @ForAll("limits") long limit)
      throws IOException {
    List<Happening> happenings = sameWhereIdentical(generated);
    List<Happening> left = happenings.stream().filter(h -> h.durationMs() <= limit).toList();
    Path limits = Files.createTempFile("limits", ".csv");
    try {
      Files.writeString(limits, "name,most\nduration," + limit + "\n");
      String rules =
          """

          lookups:
            limits:
              from: %s
              key: "'duration'"
              key_column: name
              columns: {most: {type: int64}}
          derive: {slow: duration_ms > most}
          filter: {slow: slow}
          """
              .formatted(limits.toUri());
      Balance balance =
          show(happenings, ExpectedTables.of(left), bundleSize, contract(Duration.ZERO, rules));
      assertThat(balance.of(Outcome.FILTERED), equalTo((long) happenings.size() - left.size()));
    } finally {
      Files.delete(limits);
    }
  }

  @Provide
  Arbitrary<Long> limits() {
    return Arbitraries.longs().between(-1, 1_000_000);
  }

  @Property(tries = 12, seed = "20261120", shrinking = ShrinkingMode.OFF)
  void showsWhatTheSortedStreamShows(
      @ForAll("streams") List<Happening> generated, @ForAll("bundleSizes") int bundleSize)
      throws IOException {
    List<Happening> happenings = sameWhereIdentical(generated);
    showsThemAll(happenings, bundleSize, Duration.ZERO);
  }

  /** The newest event comes first and the oldest last, which no out-of-orderness allows for. */
  @Test
  void showsTheSameOfAStreamInStrictlyReversedOrder() throws IOException {
    List<Happening> happenings = new ArrayList<>();
    long span = 600_000;
    for (long at = 0; at <= span; at += 2_000) {
      int n = (int) (at / 2_000);
      happenings.add(
          new Happening(n, n % 2 == 0, n % 5 == 0, n % 3, n, NOON + at, 2 * (span - at)));
    }
    showsThemAll(happenings, 20, Duration.ofHours(1));
  }

  private static void showsThemAll(
      List<Happening> happenings, int bundleSize, Duration allowedLateness) throws IOException {
    Balance balance =
        show(happenings, ExpectedTables.of(happenings), bundleSize, contract(allowedLateness, ""));
    assertThat(balance.of(Outcome.FILTERED), equalTo(0L));
  }

  private static Balance show(
      List<Happening> happenings, ExpectedTables expected, int bundleSize, Contract contract) {
    List<Happening> arriving = new ArrayList<>(happenings);
    arriving.sort(Comparator.comparingLong(Happening::arrivalMillis));
    DeadLetterFactory deadLetters = DeadLetterFactory.of(contract, "test", () -> NOON);
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    TelemetryPipeline.build(
        pipeline,
        source(arriving, bundleSize),
        contract,
        Sinks.of(new ExpectingSink(expected)),
        deadLetters,
        new TelemetryPipeline.Spread(2, 8, 2),
        () -> NOON);
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    Balance balance = Balance.of(result);
    assertThat(balance.equation(), balance.balances(), is(true));
    assertThat(balance.of(Outcome.DUPLICATE), equalTo(expected.duplicates()));
    return balance;
  }

  @Provide
  Arbitrary<Integer> bundleSizes() {
    return Arbitraries.of(1, 3, 20, 100);
  }

  /** Two records of one event must tell the same of it, as a producer that retries does. */
  private static List<Happening> sameWhereIdentical(List<Happening> happenings) {
    List<Happening> same = new ArrayList<>();
    for (Happening happening : happenings) {
      Happening first =
          same.stream()
              .filter(h -> h.identity().equals(happening.identity()))
              .findFirst()
              .orElse(happening);
      same.add(
          new Happening(
              first.query(),
              first.finished(),
              first.failed(),
              first.database(),
              first.durationMs(),
              first.timeMillis(),
              happening.delayMillis()));
    }
    return same;
  }

  private static Contract contract(Duration allowedLateness, String more) throws IOException {
    try (InputStream yaml =
        ShuffledStreamTest.class.getResourceAsStream("/contracts/query-events.yaml")) {
      Contract contract =
          ContractLoader.parse(
              new String(yaml.readAllBytes(), StandardCharsets.UTF_8) + more, "query-events.yaml");
      Contract.TimeBounds time = contract.time();
      return contract.withTime(
          new Contract.TimeBounds(
              Duration.ofMillis(OUT_OF_ORDERNESS), allowedLateness, time.bucket(), null, null));
    }
  }

  /** The records in order of arrival; the watermark follows their times, bundle by bundle. */
  private static Source source(List<Happening> arriving, int bundleSize) {
    TestStream.Builder<SourceRecord> stream = TestStream.create(SourceRecordCoder.of());
    long watermark = BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis();
    for (int from = 0; from < arriving.size(); from += bundleSize) {
      List<TimestampedValue<SourceRecord>> bundle = new ArrayList<>();
      for (int i = from; i < Math.min(arriving.size(), from + bundleSize); i++) {
        Happening happening = arriving.get(i);
        bundle.add(TimestampedValue.of(record(happening, i, watermark), instant(watermark)));
        watermark = Math.max(watermark, happening.arrivalMillis() - OUT_OF_ORDERNESS);
      }
      @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
      TimestampedValue<SourceRecord>[] rest =
          bundle.subList(1, bundle.size()).toArray(new TimestampedValue[0]);
      stream = stream.addElements(bundle.get(0), rest).advanceWatermarkTo(instant(watermark));
    }
    return new Stream(stream.advanceWatermarkToInfinity());
  }

  private static Instant instant(long millis) {
    return Instant.ofEpochMilli(millis);
  }

  private static SourceRecord record(Happening happening, long offset, long watermark) {
    return new SourceRecord(
        "topic",
        0,
        offset,
        null,
        happening.json().getBytes(StandardCharsets.UTF_8),
        List.of(),
        happening.arrivalMillis(),
        watermark);
  }

  private record Stream(TestStream<SourceRecord> stream) implements Source {
    @Override
    public String address() {
      return "memory";
    }

    @Override
    public List<String> check() {
      return List.of();
    }

    @Override
    public CatchUp catchUp() {
      return CatchUp.ENDS_BY_ITSELF;
    }

    @Override
    public PTransform<PBegin, PCollection<SourceRecord>> read() {
      return stream;
    }
  }
}
