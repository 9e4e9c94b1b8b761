package io.millrace.bench.capacity;

import io.millrace.bench.contender.Contender;
import io.millrace.bench.harness.Bar;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.speed.Backlog;
import io.millrace.bench.speed.EventFeed;
import io.millrace.bench.speed.RunDetails;
import io.millrace.cli.support.TextLines;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Compares a topic of many partitions with one of four. Both hold the same events, in batches of
 * the size that Kafka's producer makes by default. No event is late: a run fails if one of the many
 * watermarks makes an event late.
 */
final class PartitionsPart {
  static final String NAME = "partitions";

  private static final int FEW = 4;
  private static final int BATCH_BYTES = 16 * 1024;
  private static final int RATE = 2_000;
  private static final double LEAST_SPEED = 0.7;
  private static final double MOST_CPU = 1.4;

  private static final String FEW_ID = "few_partitions";
  private static final String MANY_ID = "many_partitions";

  private PartitionsPart() {}

  static PartReport measure(BenchEnvironment environment, Settings settings) {
    Backlog few = produce(environment, settings, FEW);
    Backlog many = produce(environment, settings, settings.partitions());
    Path plain = environment.contractWithoutRollups();
    RunTable table =
        RunTable.measure(
            environment,
            List.of(
                new Variant(FEW_ID, FEW + " partitions", Contender.MILLRACE, few, plain),
                new Variant(
                    MANY_ID,
                    TextLines.text("%,d partitions", settings.partitions()),
                    Contender.MILLRACE,
                    many,
                    plain)),
            settings);
    return report(table, many, settings.partitions());
  }

  private static Backlog produce(BenchEnvironment environment, Settings settings, int partitions) {
    return Backlog.produce(
        environment,
        "partitions-" + partitions,
        settings.events(),
        RATE,
        EventFeed.Shape.EVEN.onTimeIn(partitions, BATCH_BYTES));
  }

  static PartReport report(RunTable table, Backlog many, int partitions) {
    TextLines lines =
        new TextLines()
            .line(
                "%,d events of %.0f bytes, none late; median (least-greatest)",
                many.records(), many.averageBytes());
    table.addTo(lines);
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("events", many.records());
    figures.put("event_bytes", many.averageBytes());
    figures.put("partitions", partitions);
    figures.put("runs", table.toJson());
    return new PartReport(
        NAME,
        lines.toString(),
        figures,
        List.of(
            new Bar(
                TextLines.text("of the events/s of %d partitions, with %,d", FEW, partitions),
                ratio(table, RunTable::eventsPerSecond),
                LEAST_SPEED,
                true),
            new Bar(
                TextLines.text("times the CPU of %d partitions, with %,d", FEW, partitions),
                ratio(table, RunTable::pipelineMicros),
                MOST_CPU,
                false)));
  }

  private static double ratio(RunTable table, ToDoubleFunction<RunDetails> figure) {
    return table.ratio(MANY_ID, FEW_ID, figure).median();
  }
}
