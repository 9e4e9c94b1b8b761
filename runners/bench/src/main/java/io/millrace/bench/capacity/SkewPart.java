package io.millrace.bench.capacity;

import io.millrace.bench.contender.Contender;
import io.millrace.bench.harness.Bar;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.speed.Backlog;
import io.millrace.bench.speed.EventFeed;
import io.millrace.cli.support.TextLines;
import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.manifest.Outcome;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares a hot key with an even load, twice. The same events, of which 90 % have one key, in the
 * partitions of their keys and in the partitions in turn. And a roll-up by user, of which one has
 * 90 % of the events, beside one without a hot user.
 *
 * <p>A run fails unless exactly the events are late that are late by the clock of their own
 * partition, so a hot partition delays the watermark of no other.
 */
final class SkewPart {
  static final String NAME = "skew";

  private static final double HOT = 0.9;
  private static final int RATE = 2_000;
  private static final double LEAST_HOT_PARTITION = 0.5;
  private static final double LEAST_HOT_GROUP = 0.7;

  private static final String IN_TURN = "in_turn";
  private static final String HOT_PARTITION = "hot_partition";
  private static final String EVEN_GROUPS = "even_groups";
  private static final String HOT_GROUP = "hot_group";

  private SkewPart() {}

  static PartReport measure(BenchEnvironment environment, Settings settings) {
    Backlog inTurn =
        produce(environment, settings, "skew-in-turn", EventFeed.Shape.EVEN.withHotKey(HOT, true));
    Backlog hot =
        produce(environment, settings, "skew-hot", EventFeed.Shape.EVEN.withHotKey(HOT, false));
    Backlog even = produce(environment, settings, "skew-even", EventFeed.Shape.EVEN);
    Path plain = environment.contractWithoutRollups();
    Path rollup = Contracts.rollupByUser(environment);
    double share = largestPartition(Backlog.manifest(environment.directory(), hot.topic()));
    RunTable table =
        RunTable.measure(
            environment,
            List.of(
                new Variant(IN_TURN, "4 partitions in turn", Contender.MILLRACE, inTurn, plain),
                new Variant(
                    HOT_PARTITION,
                    TextLines.text("%.0f %% in one of them", 100 * share),
                    Contender.MILLRACE,
                    hot,
                    plain),
                new Variant(
                    EVEN_GROUPS, "3 roll-ups, one by user", Contender.ROLLUPS, even, rollup),
                new Variant(
                    HOT_GROUP,
                    TextLines.text("3 roll-ups, %.0f %% of one user", 100 * HOT),
                    Contender.ROLLUPS,
                    inTurn,
                    rollup)),
            settings);
    return report(table, hot, share);
  }

  private static Backlog produce(
      BenchEnvironment environment, Settings settings, String topic, EventFeed.Shape shape) {
    return Backlog.produce(environment, topic, settings.events(), RATE, shape);
  }

  /** The share of a topic's records in its largest partition. */
  private static double largestPartition(Path manifest) {
    Map<Integer, Long> records = new TreeMap<>();
    long all =
        Manifest.read(manifest, entry -> records.merge(entry.partition(), 1L, Long::sum)).records();
    return (double) records.values().stream().mapToLong(Long::longValue).max().orElse(0) / all;
  }

  static PartReport report(RunTable table, Backlog hot, double share) {
    TextLines lines =
        new TextLines()
            .line(
                "%,d events of %.0f bytes, 90 %% of one key; median (least-greatest)",
                hot.records(), hot.averageBytes());
    table.addTo(lines);
    lines.line("Late in each run: as the manifest says, %,d of the hot topic", late(hot));
    double partition = table.ratio(HOT_PARTITION, IN_TURN, RunTable::eventsPerSecond).median();
    double group = table.ratio(HOT_GROUP, EVEN_GROUPS, RunTable::eventsPerSecond).median();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("events", hot.records());
    figures.put("event_bytes", hot.averageBytes());
    figures.put("largest_partition", share);
    figures.put("late", late(hot));
    figures.put("runs", table.toJson());
    return new PartReport(
        NAME,
        lines.toString(),
        figures,
        List.of(
            new Bar(
                "of the events/s of even partitions, with a hot one",
                partition,
                LEAST_HOT_PARTITION,
                true),
            new Bar(
                "of the events/s of even groups, with a hot one", group, LEAST_HOT_GROUP, true)));
  }

  private static long late(Backlog backlog) {
    return backlog.truth().of(Outcome.LATE);
  }
}
