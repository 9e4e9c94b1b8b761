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
}
