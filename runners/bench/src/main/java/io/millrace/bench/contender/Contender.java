package io.millrace.bench.contender;

import io.millrace.bench.baseline.flink.NativeJob;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Contenders of the speed benchmark. */
public enum Contender {
  FLOOR("floor: a loop by hand", ContenderCheck.FLOOR),
  NATIVE("native Flink job", ContenderCheck.NATIVE),
  /** The same job, which keeps identities by processing time instead of event time. */
  NATIVE_TTL("native Flink job, state TTL", ContenderCheck.NATIVE),
  /** The pipeline on Flink without roll-ups, which no other contender has. */
  MILLRACE("Millrace on Flink", ContenderCheck.MILLRACE),
  /** The same, which reads by KafkaIO's reader. */
  KAFKAIO("Millrace on Flink, KafkaIO's reader", ContenderCheck.MILLRACE),
  /** The same, as the command {@code run --state} runs it. */
  STATE("Millrace, run --state", ContenderCheck.MILLRACE),
  /** The pipeline on Flink with the contract's roll-ups. */
  ROLLUPS("Millrace on Flink, 3 roll-ups", ContenderCheck.MILLRACE),
  /** ClickHouse's Kafka engine, without another process. */
  CLICKHOUSE("ClickHouse's Kafka engine", ContenderCheck.CLICKHOUSE),
  NO_AUDIT("Millrace without audit", ContenderCheck.NO_AUDIT),
  /** The whole pipeline on the DirectRunner, with fewer events. */
  DIRECT("Millrace on the DirectRunner", ContenderCheck.MILLRACE),
  /** The same, which reads by KafkaIO's reader. */
  DIRECT_KAFKAIO("Millrace on the DirectRunner, KafkaIO's reader", ContenderCheck.MILLRACE);

  private final String label;
  private final ContenderCheck tally;

  Contender(String label, ContenderCheck tally) {
    this.label = label;
    this.tally = tally;
  }

  /** The display name. */
  public String label() {
    return label;
  }

  /** The name in flags, JSON and databases. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Measures its progress and verifies its outcomes. */
  public ContenderCheck tally() {
    return tally;
  }

  /** Whether it runs in its own process. */
  public boolean hasProcess() {
    return this != CLICKHOUSE;
  }

  /** Whether it runs on the DirectRunner. */
  public boolean isDirect() {
    return this == DIRECT || this == DIRECT_KAFKAIO;
  }

  /** Flags of Millrace that distinguish it. */
  List<String> flags() {
    return this == KAFKAIO || this == DIRECT_KAFKAIO ? List.of("--kafkaReader=kafkaio") : List.of();
  }

  /** Starts it in this process. */
  RunningJob start(JobSpec spec) {
    return switch (this) {
      case FLOOR -> FloorJob.start(spec);
      case NATIVE -> NativeRun.start(spec, NativeJob.Memory.EVENT_TIME);
      case NATIVE_TTL -> NativeRun.start(spec, NativeJob.Memory.TTL);
      case MILLRACE, KAFKAIO, ROLLUPS -> MillraceRun.onFlink(spec);
      case STATE -> MillraceRun.withState(spec);
      case NO_AUDIT -> MillraceRun.withoutAudit(spec);
      case DIRECT, DIRECT_KAFKAIO -> MillraceRun.onDirectRunner(spec);
      case CLICKHOUSE -> throw new IllegalStateException("it runs in ClickHouse's own process");
    };
  }

  /** Parses the names of contenders in flags. */
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
