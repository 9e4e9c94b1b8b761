package io.millrace.kafka;

import io.millrace.alerting.AlertConnector;
import io.millrace.alerting.AlertOptions;
import io.millrace.alerting.AlertTarget;
import io.millrace.deadletter.DeadLetterConnector;
import io.millrace.deadletter.DeadLetterOptions;
import io.millrace.deadletter.DeadLetterOutput;
import io.millrace.io.SourceAddress;
import io.millrace.io.SourceConnector;
import io.millrace.io.flags.FlagReader;
import io.millrace.kafka.client.ClientPropertiesFlag;
import io.millrace.kafka.read.StartFrom;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Kafka: source of records, destination of dead letters, and target of alerts. */
public final class KafkaConnector implements SourceConnector, DeadLetterConnector, AlertConnector {
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
    checkOtherConfigs(options, flags);
    flags.atLeast("kafkaSplits", options.getKafkaSplits(), 1);
    if (!(input instanceof KafkaAddress kafka)) {
      if (input != null) {
        onlyForKafka("kafkaIsolationLevel", isolation, flags);
        onlyForKafka("kafkaReader", options.getKafkaReader(), flags);
        onlyForKafka("startFrom", options.getStartFrom(), flags);
        onlyForKafka("consumerGroup", options.getConsumerGroup(), flags);
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
    return (isolated == null ? known : isolated).with(choice(known, options, flags));
  }

  private static void onlyForKafka(String flag, @Nullable String value, FlagReader flags) {
    if (value != null) {
      flags.problem(flag, "only for --input=" + FORM + "; leave it out");
    }
  }

  private static ReadChoice choice(KafkaAddress input, KafkaOptions options, FlagReader flags) {
    boolean ownByDefault = flags.runner().readsKafkaItself();
    String asked = options.getKafkaReader();
    boolean own =
        asked == null
            ? ownByDefault
            : !flags.oneOf("kafkaReader", asked, ReadChoice.OWN, ReadChoice.KAFKA_IO);
    if (own && !flags.runner().finishesPages()) {
      flags.problem(
          "kafkaReader", "`millrace` is only for the DirectRunner and Flink; use kafkaio");
    }
    StartFrom from = flags.parsed("startFrom", options.getStartFrom(), StartFrom::parse);
    String group = options.getConsumerGroup();
    if (group != null && group.isBlank()) {
      flags.problem("consumerGroup", "expected the name of a group, or none; found nothing");
    }
    if (!own) {
      needsOwn("startFrom", options.getStartFrom(), flags);
      needsOwn("consumerGroup", group, flags);
      if (input.filter().hasPatterns()) {
        flags.problem(
            "input", "a pattern of topics needs --kafkaReader=millrace; name each topic instead");
      }
    } else if (from != null
        && from.kind() == StartFrom.Kind.COMMITTED
        && ReadChoice.NO_GROUP.equals(group)) {
      flags.problem("startFrom", "`committed` needs a group; remove --consumerGroup=none");
    }
    return new ReadChoice(
        own,
        from == null ? StartFrom.EARLIEST : from,
        own ? group(options) : "",
        options.getKafkaSplits());
  }

  private static String group(KafkaOptions options) {
    String group = options.getConsumerGroup();
    String name = group == null ? options.getJobName() : group;
    return name.equals(ReadChoice.NO_GROUP) ? "" : name;
  }

  private static void needsOwn(String flag, @Nullable String value, FlagReader flags) {
    if (value != null) {
      flags.problem(flag, "needs --kafkaReader=millrace; leave it out");
    }
  }

  private static void checkOtherConfigs(KafkaOptions options, FlagReader flags) {
    if (options.getDeadLetterKafkaConfig() != null
        && !flags.as(DeadLetterOptions.class).getDeadLetters().contains(KafkaAddress.SCHEME)) {
      flags.problem("deadLetterKafkaConfig", "only for --deadLetters=" + FORM + "; leave it out");
    }
    String alerts = flags.as(AlertOptions.class).getAlerts();
    if (options.getAlertKafkaConfig() != null
        && (alerts == null || !alerts.contains(KafkaAddress.SCHEME))) {
      flags.problem("alertKafkaConfig", "only for --alerts=" + FORM + "; leave it out");
    }
  }

  @Override
  public String alertForm() {
    return FORM;
  }

  @Override
  public AlertTarget parseAlerts(String url, @Nullable SourceAddress input, FlagReader flags) {
    SendAlertsToKafka target = SendAlertsToKafka.parse(url);
    String own = flags.as(KafkaOptions.class).getAlertKafkaConfig();
    if (own != null) {
      String servers = target.target().bootstrapServers();
      return target.withClient(ClientPropertiesFlag.read("alertKafkaConfig", own, servers, flags));
    }
    return input instanceof KafkaAddress read && target.target().sharesBrokers(read)
        ? target.withClient(read.client())
        : target;
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
