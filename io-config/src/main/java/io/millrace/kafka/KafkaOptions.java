package io.millrace.kafka;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The flags of Kafka, as texts. */
public interface KafkaOptions extends PipelineOptions {
  @Description(
      "Only with kafka://: `read_committed` (if not given) reads no record of a transaction that was"
          + " aborted or is still open; `read_uncommitted` reads them all."
          + " Example: --kafkaIsolationLevel=read_uncommitted")
  @Nullable String getKafkaIsolationLevel();

  void setKafkaIsolationLevel(@Nullable String kafkaIsolationLevel);

  @Description(
      "How many partitions each Kafka topic has, so that the launching machine need not reach Kafka"
          + " (Dataflow); 0: Kafka is asked. Example: --kafkaPartitions=12")
  @Default.Integer(0)
  int getKafkaPartitions();

  void setKafkaPartitions(int kafkaPartitions);
}
