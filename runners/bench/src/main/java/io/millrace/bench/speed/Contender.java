package io.millrace.bench.speed;

import java.util.Locale;

/** What takes part in the measurement of speed. */
enum Contender {
  /** A loop written by hand. */
  FLOOR("floor: a loop by hand", Tally.FLOOR),
  /** A job of Flink's own API. */
  NATIVE("native Flink job", Tally.NATIVE),
  /** The whole pipeline on Flink, without rollups, which no other contender has. */
  MILLRACE("Millrace on Flink", Tally.MILLRACE),
  /** The same with the rollups of the contract. */
  ROLLUPS("Millrace on Flink, 3 rollups", Tally.MILLRACE),
  /** ClickHouse reads Kafka itself; no process besides. */
  CLICKHOUSE("ClickHouse's Kafka engine", Tally.CLICKHOUSE),
  /** Only reading. */
  READ("Millrace: read, count", Tally.READ),
  /** Only reading and decoding. */
  DECODE("Millrace: read, decode, count", Tally.DECODE),
  /** All up to the deduplication. */
  DEDUPE("Millrace: read, decode, dedupe, count", Tally.DEDUPE),
  /** All but the deduplication. */
  NO_DEDUPE("Millrace without dedupe", Tally.NO_DEDUPE),
  /** The whole pipeline on the DirectRunner, with fewer events. */
  DIRECT("Millrace on the DirectRunner", Tally.MILLRACE);

  private final String label;
  private final Tally tally;

  Contender(String label, Tally tally) {
    this.label = label;
    this.tally = tally;
  }

  /** The name for people. */
  String label() {
    return label;
  }

  /** The name in flags, JSON and databases. */
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** How its progress is seen and its outcomes are checked. */
  Tally tally() {
    return tally;
  }

  /** Whether it runs in a process of its own. */
  boolean hasProcess() {
    return this != CLICKHOUSE;
  }

  /** Starts it in this process. */
  RunningJob start(JobSpec spec) {
    return switch (this) {
      case FLOOR -> FloorJob.start(spec);
      case NATIVE -> NativeRun.start(spec);
      case MILLRACE, ROLLUPS -> MillraceRun.onFlink(spec);
      case READ -> PartialRun.read(spec);
      case DECODE -> PartialRun.decode(spec);
      case DEDUPE -> PartialRun.deduplicate(spec);
      case NO_DEDUPE -> PartialRun.withoutDeduplication(spec);
      case DIRECT -> MillraceRun.onDirectRunner(spec);
      case CLICKHOUSE -> throw new IllegalStateException("it runs in ClickHouse's own process");
    };
  }
}
