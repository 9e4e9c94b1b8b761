package io.millrace.kafka;

import io.millrace.deadletter.DeadLetterConnector;
import io.millrace.deadletter.DeadLetterOutput;
import io.millrace.io.SourceAddress;
import io.millrace.io.SourceConnector;
import io.millrace.io.flags.FlagReader;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Kafka: source of records, and destination of dead letters. */
public final class KafkaConnector implements SourceConnector, DeadLetterConnector {
  private static final String FORM = "kafka://host:port/topic";

  @Override
  public String scheme() {
    return KafkaAddress.SCHEME;
  }

  @Override
  public Class<? extends PipelineOptions> flags() {
    return KafkaOptions.class;
  }

  @Override
  public String inputForm() {
    return FORM;
  }

  @Override
  public SourceAddress parseInput(String url) {
    return KafkaAddress.parse(url);
  }

  @Override
  public @Nullable SourceAddress configure(@Nullable SourceAddress input, FlagReader flags) {
    KafkaOptions options = flags.as(KafkaOptions.class);
    flags.atLeast("kafkaPartitions", options.getKafkaPartitions(), 0);
    String isolation = options.getKafkaIsolationLevel();
    if (!(input instanceof KafkaAddress kafka)) {
      if (input != null && isolation != null) {
        flags.problem("kafkaIsolationLevel", "only for --input=" + FORM + "; leave it out");
      }
      return input;
    }
    KafkaAddress known = kafka.withPartitions(options.getKafkaPartitions());
    KafkaAddress isolated = flags.parsed("kafkaIsolationLevel", isolation, known::withIsolation);
    return isolated == null ? known : isolated;
  }

  @Override
  public String deadLetterForm() {
    return FORM;
  }

  @Override
  public boolean hasCommas() {
    return true;
  }

  @Override
  public DeadLetterOutput parseDeadLetters(String url, FlagReader flags) {
    return SendToKafka.parse(url);
  }
}
