package io.millrace.kafka.read;

import org.apache.beam.sdk.options.Hidden;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Carries {@link ReadSettings} to the workers. A runner gives the options of the running job to a
 * reader, also to one that continues from a savepoint of an earlier job. No flag: set when the
 * pipeline is built.
 */
@Hidden
public interface ReadJobOptions extends PipelineOptions {
  @Nullable String getKafkaReadSettings();

  void setKafkaReadSettings(@Nullable String kafkaReadSettings);
}
