package io.millrace.kafka;

import io.millrace.deadletter.DeadLetterConnector;
import io.millrace.deadletter.DeadLetterOptions;
import io.millrace.deadletter.DeadLetterOutput;
import io.millrace.io.SourceAddress;
import io.millrace.io.SourceConnector;
import io.millrace.io.flags.FlagReader;
import io.millrace.kafka.client.ClientPropertiesFlag;
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
    checkDeadLetterConfig(options, flags);
    if (!(input instanceof KafkaAddress kafka)) {
      if (input != null && isolation != null) {
        flags.problem("kafkaIsolationLevel", "only for --input=" + FORM + "; leave it out");
      }
      if (input != null && options.getKafkaConfig() != null) {
        flags.problem(
            "kafkaConfig",
            "only for --input=" + FORM + "; for dead letters use --deadLetterKafkaConfig");
      }
      return input;
    }
    KafkaAddress known =
        kafka
            .withPartitions(options.getKafkaPartitions())
            .withClient(
                ClientPropertiesFlag.read(
                    "kafkaConfig", options.getKafkaConfig(), kafka.bootstrapServers(), flags));
    KafkaAddress isolated = flags.parsed("kafkaIsolationLevel", isolation, known::withIsolation);
    return isolated == null ? known : isolated;
  }

  private static void checkDeadLetterConfig(KafkaOptions options, FlagReader flags) {
    if (options.getDeadLetterKafkaConfig() != null
        && !flags.as(DeadLetterOptions.class).getDeadLetters().contains(KafkaAddress.SCHEME)) {
      flags.problem("deadLetterKafkaConfig", "only for --deadLetters=" + FORM + "; leave it out");
    }
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
  public DeadLetterOutput parseDeadLetters(
      String url, @Nullable SourceAddress input, FlagReader flags) {
    SendToKafka output = SendToKafka.parse(url);
    String own = flags.as(KafkaOptions.class).getDeadLetterKafkaConfig();
    if (own != null) {
      String servers = output.target().bootstrapServers();
      return output.withClient(
          ClientPropertiesFlag.read("deadLetterKafkaConfig", own, servers, flags));
    }
    return input instanceof KafkaAddress read && output.target().sharesBrokers(read)
        ? output.withClient(read.client())
        : output;
  }
}
