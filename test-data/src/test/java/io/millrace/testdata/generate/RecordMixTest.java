package io.millrace.testdata.generate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import io.millrace.testdata.manifest.ManifestAnswers;
import io.millrace.testdata.manifest.ManifestTotals;
import io.millrace.testdata.manifest.Outcome;
import io.millrace.testdata.sink.GeneratedRecord;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordMixTest {
  private static final int COUNT = 40_000;

  @Test
  void defaultSharesAreKept() {
    assertShares(GeneratorOptions.builder().count(COUNT).build());
  }

  @Test
  void largeSharesAreKept() {
    assertShares(
        GeneratorOptions.builder()
            .count(COUNT)
            .duplicates(0.3)
            .late(0.1)
            .errors(0.25)
            .malformed(0.2)
            .build());
  }

  @Test
  void nearlyAllEventsCanBeErrors() {
    assertShares(
        GeneratorOptions.builder()
            .count(COUNT)
            .duplicates(0)
            .late(0)
            .errors(0.9)
            .malformed(0.05)
            .build());
  }

  @Test
  void allRecordsAreAcceptedWithoutFaults() {
    GeneratorOptions options =
        GeneratorOptions.builder().count(5000).duplicates(0).late(0).errors(0).malformed(0).build();
    assertThat(Generated.totals(Generated.records(options)).of(Outcome.ACCEPTED), is(5000L));
  }

  @Test
  void aHotKeyHasItsShare() {
    List<GeneratedRecord> records =
        Generated.records(GeneratorOptions.builder().count(COUNT).late(0).hotKey(0.4).build());
    Map<String, Integer> byKey = new HashMap<>();
    for (GeneratedRecord record : records) {
      byKey.merge(new String(record.key(), StandardCharsets.UTF_8), 1, Integer::sum);
    }
    double hottest = byKey.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    assertThat(hottest / COUNT, closeTo(0.4, 0.02));
  }

  @Test
  void aHotKeyBeyondTheIdentityLimitSpillsWithinItsPartition() {
    GeneratorOptions options =
        GeneratorOptions.builder().count(60_000).late(0).malformed(0).hotKey(1).build();
    EventGenerator generator = new EventGenerator(options, 5, () -> Generated.START);
    Map<Integer, Integer> byPartition = new HashMap<>();
    Map<String, Integer> byUser = new HashMap<>();
    while (generator.hasNext()) {
      GeneratedRecord record = generator.next();
      byPartition.merge(record.partition(), 1, Integer::sum);
      byUser.merge(record.entry().userId(), 1, Integer::sum);
    }
    assertThat(byPartition.size(), is(1));
    assertThat((double) byUser.get("u-hot"), greaterThan(0.95 * 60_000));
  }

  @Test
  void databasesDifferInVolumeAndErrorRate() {
    ManifestAnswers.Collector collector = new ManifestAnswers.Collector();
    Generated.records(GeneratorOptions.builder().count(COUNT).build())
        .forEach(record -> collector.add(record.entry()));
    Map<String, ManifestAnswers.ErrorRate> rates = collector.answers().errorRateByDatabase();
    assertThat(rates.get("sandbox").rate(), greaterThan(4 * rates.get("finance").rate()));
    assertThat(rates.get("sandbox").events() * 3, lessThan(rates.get("sales").events()));
  }

  private static void assertShares(GeneratorOptions options) {
    ManifestTotals totals = Generated.totals(Generated.records(options));
    assertThat("the equation", totals.balances(), is(true));
    assertThat(totals.records(), is(options.count()));
    assertShare("duplicates", totals.of(Outcome.DUPLICATE), options, options.duplicates());
    assertShare("late", totals.of(Outcome.LATE), options, options.late());
    assertShare("errors", totals.of(Outcome.ERROR), options, options.errors());
    assertShare("malformed", totals.of(Outcome.DEAD), options, options.malformed());
  }

  private static void assertShare(
      String name, long records, GeneratorOptions options, double share) {
    assertThat(name, (double) records / options.count(), closeTo(share, 0.002 + 0.1 * share));
  }
}
