package io.millrace.testdata.generate;

import io.millrace.testdata.manifest.ManifestTotals;
import io.millrace.testdata.manifest.Outcome;
import io.millrace.testdata.sink.GeneratedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Records generated with a steady clock. */
public final class Generated {
  static final long START = 1_790_000_000_000L;
  static final int PARTITIONS = 3;

  private Generated() {}

  /** A clock that advances by 2 ms at each call. */
  static LongSupplier clock() {
    long[] now = {START};
    return () -> now[0] += 2;
  }

  public static List<GeneratedRecord> records(GeneratorOptions options) {
    List<GeneratedRecord> records = new ArrayList<>();
    new EventGenerator(options, PARTITIONS, clock()).forEachRemaining(records::add);
    return records;
  }

  /** Records with many events of every outcome. */
  public static GeneratorOptions.Builder mixed(long count) {
    return GeneratorOptions.builder()
        .count(count)
        .duplicates(0.1)
        .late(0.05)
        .errors(0.1)
        .malformed(0.1);
  }

  static ManifestTotals totals(List<GeneratedRecord> records) {
    ManifestTotals.Counter counter = new ManifestTotals.Counter();
    records.forEach(record -> counter.add(record.entry()));
    return counter.totals(0, true);
  }

  static boolean isValid(GeneratedRecord record) {
    return record.entry().outcome() != Outcome.DEAD;
  }
}
