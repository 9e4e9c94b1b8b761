package io.millrace.cli.demo;

import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.manifest.ManifestAnswers;
import io.millrace.verify.ClickHouseQueries;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Results of typical queries, compared with the manifest.
 *
 * @param volumePerMinute events by event time's minute, in milliseconds since the epoch
 * @param errorsByDatabase by database: number of events, number of error events
 * @param p95DurationMs duration of finished queries without error, in milliseconds
 * @param right whether all results match the manifest
 */
record DemoAnswers(
    Map<Long, Long> volumePerMinute,
    Map<String, long[]> errorsByDatabase,
    long p95DurationMs,
    boolean right) {

  private static final String ALL_EVENTS =
      "(SELECT event_time, database_name, 0 AS failed FROM sink_output_exact"
          + " UNION ALL SELECT event_time, database_name, 1 AS failed FROM error_events_exact)";

  static DemoAnswers of(ClickHouseQueries tables, List<Path> manifests) {
    Map<Long, Long> volume = new TreeMap<>();
    tables.rows(
        "SELECT toUnixTimestamp(toStartOfMinute(event_time)), count() FROM "
            + ALL_EVENTS
            + " GROUP BY 1",
        row -> volume.put(Long.parseLong(row[0]) * 1000, Long.parseLong(row[1])));
    Map<String, long[]> errors = new TreeMap<>();
    tables.rows(
        "SELECT database_name, count(), sum(failed) FROM " + ALL_EVENTS + " GROUP BY 1",
        row -> errors.put(row[0], new long[] {Long.parseLong(row[1]), Long.parseLong(row[2])}));
    long p95 =
        tables.number(
            "SELECT toInt64(quantileExact(0.95)(ifNull(duration_ms, 0))) FROM sink_output_exact"
                + " WHERE event_type = 'query_finished'");
    ManifestAnswers.Collector collector = new ManifestAnswers.Collector();
    manifests.forEach(manifest -> Manifest.read(manifest, collector::add));
    return new DemoAnswers(volume, errors, p95, agrees(collector.answers(), volume, errors, p95));
  }

  private static boolean agrees(
      ManifestAnswers truth, Map<Long, Long> volume, Map<String, long[]> errors, long p95) {
    if (!truth.volumePerMinute().equals(volume)
        || !truth.errorRateByDatabase().keySet().equals(errors.keySet())
        || truth.acceptedFinishedDurations().p95() != p95) {
      return false;
    }
    return truth.errorRateByDatabase().entrySet().stream()
        .allMatch(
            rate ->
                rate.getValue().events() == errors.get(rate.getKey())[0]
                    && rate.getValue().errors() == errors.get(rate.getKey())[1]);
  }
}
