package io.millrace.config;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The pipeline's flags, as texts. They are read, checked and given meaning by {@link RunConfig},
 * which reports all mistakes at once. No secret is ever a flag's value: only references are.
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
      "Only with kafka://: `read_committed` (if not given) reads no record of a transaction that was"
          + " aborted or is still open; `read_uncommitted` reads them all."
          + " Example: --kafkaIsolationLevel=read_uncommitted")
  @Nullable String getKafkaIsolationLevel();

  void setKafkaIsolationLevel(@Nullable String kafkaIsolationLevel);

  @Description(
      "Only with pubsub://: the attribute by which two messages are one, dropped before it is read a"
          + " second time; Pub/Sub's message id, if not given. Example: --pubsubIdAttribute=event_id")
  @Nullable String getPubsubIdAttribute();

  void setPubsubIdAttribute(@Nullable String pubsubIdAttribute);

  @Description(
      "Only with pubsub://: the attribute that holds a message's record time, in milliseconds since"
          + " 1970 or by RFC 3339; the time of publishing, if not given."
          + " Example: --pubsubTimestampAttribute=sent_at")
  @Nullable String getPubsubTimestampAttribute();

  void setPubsubTimestampAttribute(@Nullable String pubsubTimestampAttribute);

  @Description(
      "Only with pubsub://, in --input or --deadLetters: where an emulator of Pub/Sub is, to be used in place of Google and"
          + " without credentials. Example: --pubsubEmulator=127.0.0.1:8085")
  @Nullable String getPubsubEmulator();

  void setPubsubEmulator(@Nullable String pubsubEmulator);

  @Description(
      "Where rows go; with commas between them, several places that each get all of them."
          + " Example: --output=clickhouse://127.0.0.1:18123/telemetry"
          + " Example: --output=bigquery://my-project/telemetry")
  @Nullable String getOutput();

  void setOutput(@Nullable String output);

  @Description(
      "Where dead letters go: `table`, topics, directories (not on Dataflow), or several with commas"
          + " between them. Without `table` the sinks only count and audit them."
          + " Example: --deadLetters=table,kafka://127.0.0.1:19092/dead-letters"
          + " Example: --deadLetters=file:///var/dead-letters/")
  @Default.String("table")
  String getDeadLetters();

  void setDeadLetters(String deadLetters);

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
      "The name of ClickHouse's user, or a reference to it, resolved on the worker."
          + " Example: --clickHouseUser=millrace Example: --clickHouseUser=env:CLICKHOUSE_USER"
          + " Example: --clickHouseUser=gcp-secret:projects/my-project/secrets/user/versions/latest")
  @Default.String("default")
  String getClickHouseUser();

  void setClickHouseUser(String clickHouseUser);

  @Description(
      "A reference to ClickHouse's password, resolved on the worker and again whenever ClickHouse"
          + " refuses it; none, if not given."
          + " Example: --clickHousePassword=env:CLICKHOUSE_PASSWORD"
          + " Example: --clickHousePassword=gcp-secret:projects/my-project/secrets/password/versions/latest")
  @Nullable String getClickHousePassword();

  void setClickHousePassword(@Nullable String clickHousePassword);

  @Description(
      "A file of certificates (PEM) that ClickHouse is trusted by over TLS, at the same absolute"
          + " path here and on every worker; the JDK's, if not given."
          + " Example: --clickHouseCaFile=/etc/ssl/company-ca.pem")
  @Nullable String getClickHouseCaFile();

  void setClickHouseCaFile(@Nullable String clickHouseCaFile);

  @Description(
      "Longest wait for ClickHouse's answer to an INSERT; after it the same rows are sent again."
          + " Example: --clickHouseAnswerTimeout=2m")
  @Default.String("60s")
  String getClickHouseAnswerTimeout();

  void setClickHouseAnswerTimeout(String clickHouseAnswerTimeout);

  @Description(
      "What writes events: `millrace`, or `beam-io`, Beam's ClickHouseIO with its limits."
          + " Example: --clickHouseWriter=millrace")
  @Default.String("millrace")
  String getClickHouseWriter();

  void setClickHouseWriter(String clickHouseWriter);

  @Description(
      "What happens when rows cannot be written before somebody has mended something (a missing"
          + " table, a wrong password): `wait`, or `fail` for batch jobs."
          + " Example: --onOperatorError=fail")
  @Default.String("wait")
  String getOnOperatorError();

  void setOnOperatorError(String onOperatorError);

  @Description(
      "How rows are written to BigQuery: `exactly-once`, each by an offset in a stream of its own,"
          + " or `at-least-once`, cheaper and sooner, where a retry can repeat rows in the table (not"
          + " in its exact view). Example: --bigQueryMethod=at-least-once")
  @Default.String("exactly-once")
  String getBigQueryMethod();

  void setBigQueryMethod(String bigQueryMethod);

  @Description(
      "How long rows are gathered before they are written to BigQuery exactly once."
          + " Example: --bigQueryTriggeringFrequency=5s")
  @Default.String("5s")
  String getBigQueryTriggeringFrequency();

  void setBigQueryTriggeringFrequency(String bigQueryTriggeringFrequency);

  @Description(
      "Streams to each table of BigQuery when writing exactly once; 0: as many as the runner thinks"
          + " fit. Example: --bigQueryStreams=4")
  @Default.Integer(0)
  int getBigQueryStreams();

  void setBigQueryStreams(int bigQueryStreams);

  @Description(
      "Where BigQuery's dataset is created if it is not there; without it, a dataset that is missing"
          + " is a mistake. Example: --bigQueryDatasetLocation=EU")
  @Nullable String getBigQueryDatasetLocation();

  void setBigQueryDatasetLocation(@Nullable String bigQueryDatasetLocation);

  @Description("Rows at which a batch is sent. Example: --maxBatchRows=50000")
  @Default.Integer(50_000)
  int getMaxBatchRows();

  void setMaxBatchRows(int maxBatchRows);

  @Description("Age at which a batch is sent, however small. Example: --maxBatchAge=5s")
  @Default.String("2s")
  String getMaxBatchAge();

  void setMaxBatchAge(String maxBatchAge);

  @Description(
      "Bytes of a table's rows that may wait while it cannot be written; with more, the whole"
          + " pipeline waits. Example: --maxWaitingBytes=268435456")
  @Default.Long(64L << 20)
  long getMaxWaitingBytes();

  void setMaxWaitingBytes(long maxWaitingBytes);

  @Description(
      "How rows become batches: `bundle` where bundles are large (Flink), `state` where they are"
          + " small (DirectRunner and Dataflow, their default). Example: --batching=state")
  @Nullable String getBatching();

  void setBatching(@Nullable String batching);

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

  @Description(
      "How many partitions each Kafka topic has, so that the launching machine need not reach Kafka"
          + " (Dataflow); 0: Kafka is asked. Example: --kafkaPartitions=12")
  @Default.Integer(0)
  int getKafkaPartitions();

  void setKafkaPartitions(int kafkaPartitions);

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
