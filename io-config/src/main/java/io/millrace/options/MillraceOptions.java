package io.millrace.options;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The pipeline's flags that are not those of one system, as texts. {@link RunConfig} reads them and
 * reports all problems at once. No flag ever holds a secret, only references to secrets.
 */
public interface MillraceOptions extends PipelineOptions {
  @Description(
      "Where records come from: topics of Kafka, a subscription of Pub/Sub, or files with one event"
          + " a line (the run ends when they are read; not on Dataflow)."
          + " Example: --input=kafka://127.0.0.1:19092/query-events"
          + " Example: --input=pubsub://my-project/query-events"
          + " Example: --input=file:///var/archive/2026-03-*.jsonl.gz")
  @Nullable String getInput();

  void setInput(@Nullable String input);

  @Description(
      "Where rows go; with commas between them, several places that each get all of them."
          + " Example: --output=clickhouse://127.0.0.1:18123/telemetry"
          + " Example: --output=bigquery://my-project/telemetry")
  @Nullable String getOutput();

  void setOutput(@Nullable String output);

  @Description(
      "The contract that describes the events: a file, or an object of Cloud Storage. Example:"
          + " --contract=test-data/contracts/query-events.yaml"
          + " Example: --contract=gs://my-bucket/contracts/query-events.yaml")
  @Nullable String getContract();

  void setContract(@Nullable String contract);

  @Description(
      "How long after its bucket an event is still accepted; the contract's, if not given."
          + " Example: --allowedLateness=2h")
  @Nullable String getAllowedLateness();

  void setAllowedLateness(@Nullable String allowedLateness);

  @Description(
      "How far the watermark stays behind the source's clock; the contract's, if not given."
          + " Example: --outOfOrderness=30s")
  @Nullable String getOutOfOrderness();

  void setOutOfOrderness(@Nullable String outOfOrderness);

  @Description(
      "Keys of the deduplication for each time bucket: its parallelism. Example: --dedupShards=64")
  @Default.Integer(64)
  int getDedupShards();

  void setDedupShards(int dedupShards);

  @Description("Packed arrays in each of these keys. Example: --dedupSlots=1024")
  @Default.Integer(1024)
  int getDedupSlots();

  void setDedupSlots(int dedupSlots);

  @Description(
      "Kafka records that the runner is given as one; more than 1 where each costs it much"
          + " (DirectRunner, Flink). Example: --pageRecords=50")
  @Default.Integer(1)
  int getPageRecords();

  void setPageRecords(int pageRecords);

  @Description("Keys of the rollups for each window: their parallelism. Example: --rollupShards=16")
  @Default.Integer(16)
  int getRollupShards();

  void setRollupShards(int rollupShards);

  @Description(
      "Records between source and outcome at which reading waits; 0: no limit. For runners without"
          + " backpressure (DirectRunner). Example: --maxInFlight=30000")
  @Default.Integer(0)
  int getMaxInFlight();

  void setMaxInFlight(int maxInFlight);
}
