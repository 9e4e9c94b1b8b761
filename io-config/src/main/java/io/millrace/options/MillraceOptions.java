package io.millrace.options;

import io.millrace.io.flags.Flag;
import io.millrace.io.flags.FlagGroup;
import java.util.List;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Flags of the pipeline itself, unparsed. {@link RunConfig} validates them and reports all problems
 * at once. Flags contain no secrets, only references to secrets.
 */
@FlagGroup("Pipeline")
public interface MillraceOptions extends PipelineOptions {
  @Description(
      "Source of records: Kafka topics, a Pub/Sub subscription, files with one event a line, or"
          + " an archive that an earlier run has written. A run over files ends when they are read."
          + " Local files are not supported on Dataflow."
          + " Example: --input=kafka://127.0.0.1:19092/query-events"
          + " Example: --input=pubsub://my-project/query-events"
          + " Example: --input=file:///var/archive/2026-03-*.jsonl.gz"
          + " Example: --input=archive+file:///var/archive/query-events")
  @Flag(onDataflow = "^(kafka|pubsub|archive[+]gs)://.+$", required = true)
  @Nullable String getInput();

  void setInput(@Nullable String input);

  @Description(
      "Sink of rows. Separate several sinks with commas; each receives all rows."
          + " Example: --output=clickhouse://127.0.0.1:18123/telemetry"
          + " Example: --output=bigquery://my-project/telemetry"
          + " Example: --output=archive+gs://my-bucket/archive/query-events")
  @Flag(onDataflow = "^(clickhouse|bigquery|archive[+]gs)://.+$", required = true)
  @Nullable String getOutput();

  void setOutput(@Nullable String output);

  @Description(
      "The contract that describes the events: a local file or an object in Cloud Storage. Separate"
          + " several contracts with commas, or repeat the flag; each has `records`, and a record"
          + " belongs to the first that describes it."
          + " Example: --contract=test-data/contracts/query-events.yaml"
          + " Example: --contract=gs://my-bucket/contracts/query-events.yaml")
  @Flag(onDataflow = "^gs://.+$", required = true)
  @Nullable List<String> getContract();

  void setContract(@Nullable List<String> contract);

  @Description(
      "How long after the end of its time bucket an event is still accepted. Default: the"
          + " contract's value."
          + " Example: --allowedLateness=2h")
  @Flag(onDataflow = Flag.DURATION)
  @Nullable String getAllowedLateness();

  void setAllowedLateness(@Nullable String allowedLateness);

  @Description(
      "How far the watermark stays behind the source's clock. Default: the contract's value."
          + " Example: --outOfOrderness=30s")
  @Flag(onDataflow = Flag.DURATION)
  @Nullable String getOutOfOrderness();

  void setOutOfOrderness(@Nullable String outOfOrderness);

  @Description(
      "Number of deduplication keys for each time bucket, which limits the parallelism. Example:"
          + " --dedupShards=64")
  @Default.Integer(64)
  int getDedupShards();

  void setDedupShards(int dedupShards);

  @Description(
      "Number of packed arrays of identities in each deduplication key. Example:"
          + " --dedupSlots=1024")
  @Default.Integer(1024)
  int getDedupSlots();

  void setDedupSlots(int dedupSlots);

  @Description(
      "Kafka records that are passed to the runner as one element. Use more than 1 on runners"
          + " with a high cost per element (DirectRunner, Flink). Example: --pageRecords=50")
  @Default.Integer(1)
  int getPageRecords();

  void setPageRecords(int pageRecords);

  @Description(
      "Number of roll-up keys for each window, which limits the parallelism. Example:"
          + " --rollupShards=16")
  @Default.Integer(16)
  int getRollupShards();

  void setRollupShards(int rollupShards);

  @Description(
      "Events in flight at which reading waits; 0: no limit. For runners without backpressure"
          + " (DirectRunner). Example: --maxInFlight=30000")
  @Default.Integer(0)
  int getMaxInFlight();

  void setMaxInFlight(int maxInFlight);
}
