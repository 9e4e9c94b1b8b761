package io.millrace.bench.contender;

import io.millrace.bench.baseline.flink.NativeJob;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What takes part in the measurement of speed. */
public enum Contender {
  /** A loop written by hand. */
  FLOOR("floor: a loop by hand", ContenderCheck.FLOOR),
  /** A job of Flink's own API. */
  NATIVE("native Flink job", ContenderCheck.NATIVE),
  /** The same, which remembers identities by the machine's clock instead of event time. */
  NATIVE_TTL("native Flink job, state TTL", ContenderCheck.NATIVE),
  /** The whole pipeline on Flink, without rollups, which no other contender has. */
  MILLRACE("Millrace on Flink", ContenderCheck.MILLRACE),
  /** The same with the rollups of the contract. */
  ROLLUPS("Millrace on Flink, 3 rollups", ContenderCheck.MILLRACE),
  /** ClickHouse reads Kafka itself; no process besides. */
  CLICKHOUSE("ClickHouse's Kafka engine", ContenderCheck.CLICKHOUSE),
  /** All but the deduplication. */
  NO_DEDUPE("Millrace without deduplication", ContenderCheck.NO_DEDUPE),
  /** All but the audit. */
  NO_AUDIT("Millrace without audit", ContenderCheck.NO_AUDIT),
  /** All but the sink, and with it the audit. */
  NO_SINK("Millrace without sink and audit", ContenderCheck.NO_SINK),
  /** Only reading and decoding. */
  DECODE("Millrace: read and decode only", ContenderCheck.DECODE),
  /** Only reading. */
  READ("Millrace: read only", ContenderCheck.READ),
  /** The whole pipeline on the DirectRunner, with fewer events. */
  DIRECT("Millrace on the DirectRunner", ContenderCheck.MILLRACE);

  private final String label;
  private final ContenderCheck tally;

  Contender(String label, ContenderCheck tally) {
    this.label = label;
    this.tally = tally;
  }

  /** The name for people. */
  public String label() {
    return label;
  }

  /** The name in flags, JSON and databases. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** How its progress is seen and its outcomes are checked. */
  public ContenderCheck tally() {
    return tally;
  }

  /** Whether it runs in a process of its own. */
  public boolean hasProcess() {
    return this != CLICKHOUSE;
  }

  /** Starts it in this process. */
  RunningJob start(JobSpec spec) {
    return switch (this) {
      case FLOOR -> FloorJob.start(spec);
      case NATIVE -> NativeRun.start(spec, NativeJob.Memory.EVENT_TIME);
      case NATIVE_TTL -> NativeRun.start(spec, NativeJob.Memory.TTL);
      case MILLRACE, ROLLUPS -> MillraceRun.onFlink(spec);
      case READ -> PartialRun.read(spec);
      case DECODE -> PartialRun.decode(spec);
      case NO_AUDIT -> PartialRun.withoutAudit(spec);
      case NO_SINK -> PartialRun.withoutSink(spec);
      case NO_DEDUPE -> PartialRun.withoutDeduplication(spec);
      case DIRECT -> MillraceRun.onDirectRunner(spec);
      case CLICKHOUSE -> throw new IllegalStateException("it runs in ClickHouse's own process");
    };
  }

  /** Contenders as they are named in flags. */
  public static final class Names implements ITypeConverter<Contender>, Iterable<String> {
    @Override
    public Contender convert(String name) {
      return Arrays.stream(values())
          .filter(contender -> contender.id().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "expected one of " + String.join(", ", this) + ", found " + name));
    }

    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(values()).map(Contender::id).iterator();
    }
  }
}
