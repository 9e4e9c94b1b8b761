package io.millrace.kafka;

import io.millrace.io.flags.Flag;
import io.millrace.io.flags.FlagGroup;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Flags of Kafka, unparsed. */
@FlagGroup("Kafka")
public interface KafkaOptions extends PipelineOptions {
  @Description(
      "Only with kafka://: `read_committed` (the default) skips records of aborted and open"
          + " transactions; `read_uncommitted` reads all records."
          + " Example: --kafkaIsolationLevel=read_uncommitted")
  @Flag(onDataflow = "^(read_committed|read_uncommitted)$")
  @Nullable String getKafkaIsolationLevel();

  void setKafkaIsolationLevel(@Nullable String kafkaIsolationLevel);

  @Description(
      "Number of partitions of each Kafka topic, for a launching machine that cannot connect to"
          + " Kafka (Dataflow); 0: ask Kafka. Example: --kafkaPartitions=12")
  @Default.Integer(0)
  int getKafkaPartitions();

  void setKafkaPartitions(int kafkaPartitions);

  @Description(
      "Properties file of Kafka's clients, for the cluster of --input: TLS, login and more, as the"
          + " cluster's operator hands it out. Secrets in it are placeholders such as"
          + " ${env:KAFKA_PASSWORD}, resolved on the worker. A file with secrets is given as a"
          + " reference (env:, file:, gcp-secret:), which is likewise resolved on the worker."
          + " Example: --kafkaConfig=/etc/millrace/kafka.properties"
          + " Example: --kafkaConfig=file:/run/secrets/kafka.properties"
          + " Example:"
          + " --kafkaConfig=gcp-secret:projects/my-project/secrets/kafka-config/versions/latest")
  @Flag(onDataflow = "^" + Flag.GCP_SECRET + "$")
  @Nullable String getKafkaConfig();

  void setKafkaConfig(@Nullable String kafkaConfig);

  @Description(
      "The same for Kafka topics in --deadLetters. Default: --kafkaConfig if the topic is in the"
          + " cluster of --input, otherwise none."
          + " Example: --deadLetterKafkaConfig=/etc/millrace/dead-letters.properties"
          + " Example:"
          + " --deadLetterKafkaConfig=gcp-secret:projects/my-project/secrets/kafka/versions/latest")
  @Flag(onDataflow = "^" + Flag.GCP_SECRET + "$")
  @Nullable String getDeadLetterKafkaConfig();

  void setDeadLetterKafkaConfig(@Nullable String deadLetterKafkaConfig);

  @Description(
      "Reference to the Kafka client settings for topics in --alerts. Default: --kafkaConfig, if"
          + " the topic has the same brokers."
          + " Example: --alertKafkaConfig=file:/etc/kafka/alerts.properties"
          + " Example: --alertKafkaConfig=gcp-secret:projects/p/secrets/kafka/versions/latest")
  @Flag(onDataflow = "^" + Flag.GCP_SECRET + "$")
  @Nullable String getAlertKafkaConfig();

  void setAlertKafkaConfig(@Nullable String alertKafkaConfig);

  @Description(
      "Which reader to use: `millrace` (not on Dataflow) or `kafkaio`, Beam's. Only `millrace`"
          + " supports patterns of topics, --startFrom and --consumerGroup, and reads new"
          + " partitions. Default: millrace; on Dataflow kafkaio. Example: --kafkaReader=kafkaio")
  @Flag(localOnly = true)
  @Nullable String getKafkaReader();

  void setKafkaReader(@Nullable String kafkaReader);

  @Description(
      "Where to begin in each partition at the first start: `earliest` (the default), `latest`,"
          + " `committed` (by the consumer group) or an instant. A job that continues from a"
          + " savepoint, and a partition that is added later, ignore it."
          + " Example: --startFrom=committed"
          + " Example: --startFrom=2026-03-01T10:00:00Z")
  @Flag(localOnly = true)
  @Nullable String getStartFrom();

  void setStartFrom(@Nullable String startFrom);

  @Description(
      "The consumer group to which offsets are committed when their outcomes are durable; `none`:"
          + " no commits. Default: the job's name. Example: --consumerGroup=telemetry")
  @Flag(localOnly = true)
  @Nullable String getConsumerGroup();

  void setConsumerGroup(@Nullable String consumerGroup);

  @Description(
      "Number of splits of --kafkaReader=millrace: at most so many partitions are read in parallel."
          + " A savepoint keeps the number. Example: --kafkaSplits=32")
  @Default.Integer(4)
  @Flag(localOnly = true)
  int getKafkaSplits();

  void setKafkaSplits(int kafkaSplits);
}
