package io.millrace.clickhouse.client;

import io.millrace.io.flags.Flag;
import io.millrace.io.flags.FlagGroup;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Flags of ClickHouse, unparsed. Secrets are references. */
@FlagGroup("ClickHouse")
public interface ClickHouseOptions extends PipelineOptions {
  @Description(
      "ClickHouse user name, or a reference to it that is resolved on the worker."
          + " Example: --clickHouseUser=millrace Example: --clickHouseUser=env:CLICKHOUSE_USER"
          + " Example:"
          + " --clickHouseUser=gcp-secret:projects/my-project/secrets/user/versions/latest")
  @Default.String("default")
  @Flag(onDataflow = "^([A-Za-z0-9_.@-]+|" + Flag.GCP_SECRET + ")$")
  String getClickHouseUser();

  void setClickHouseUser(String clickHouseUser);

  @Description(
      "Reference to ClickHouse's password. It is resolved on the worker, and again after"
          + " ClickHouse rejects it. Default: no password."
          + " Example: --clickHousePassword=env:CLICKHOUSE_PASSWORD"
          + " Example:"
          + " --clickHousePassword=gcp-secret:projects/my-project/secrets/password/versions/latest")
  @Flag(onDataflow = "^" + Flag.GCP_SECRET + "$")
  @Nullable String getClickHousePassword();

  void setClickHousePassword(@Nullable String clickHousePassword);

  @Description(
      "PEM file with the certificates that are trusted over TLS, at the same absolute path on"
          + " this machine and every worker. Default: the JDK's trust store."
          + " Example: --clickHouseCaFile=/etc/ssl/company-ca.pem")
  @Flag(localOnly = true)
  @Nullable String getClickHouseCaFile();

  void setClickHouseCaFile(@Nullable String clickHouseCaFile);

  @Description(
      "Timeout of ClickHouse's answer to an INSERT; then the same rows are sent again."
          + " Example: --clickHouseAnswerTimeout=2m")
  @Default.String("60s")
  @Flag(onDataflow = Flag.DURATION)
  String getClickHouseAnswerTimeout();

  void setClickHouseAnswerTimeout(String clickHouseAnswerTimeout);

  @Description(
      "How INSERTs are compressed on their way to ClickHouse: `lz4`, `zstd` for fewer bytes and more"
          + " CPU time, or `none`. Example: --clickHouseCompression=zstd")
  @Default.String("lz4")
  @Flag(onDataflow = "^(lz4|zstd|none)$")
  String getClickHouseCompression();

  void setClickHouseCompression(String clickHouseCompression);

  @Description(
      "Writer of events: `millrace`, or `beam-io` for Beam's ClickHouseIO with its limits."
          + " Example: --clickHouseWriter=millrace")
  @Default.String("millrace")
  @Flag(onDataflow = "^(millrace|beam-io)$")
  String getClickHouseWriter();

  void setClickHouseWriter(String clickHouseWriter);

  @Description(
      "Behavior if rows cannot be written before an operator fixes something (a missing table, a"
          + " wrong password): `wait`, or `fail` for batch jobs."
          + " Example: --onOperatorError=fail")
  @Default.String("wait")
  @Flag(onDataflow = "^(wait|fail)$")
  String getOnOperatorError();

  void setOnOperatorError(String onOperatorError);

  @Description(
      "Where rows are batched: `bundle` for runners with large bundles (Flink), `state` for"
          + " runners with small ones (the default on the DirectRunner and Dataflow). Example:"
          + " --batching=state")
  @Flag(onDataflow = "^(state|bundle)$")
  @Nullable String getBatching();

  void setBatching(@Nullable String batching);

  @Description("Number of rows at which a batch is sent. Example: --maxBatchRows=50000")
  @Default.Integer(50_000)
  int getMaxBatchRows();

  void setMaxBatchRows(int maxBatchRows);

  @Description("Age at which a batch is sent. Example: --maxBatchAge=5s")
  @Default.String("2s")
  @Flag(onDataflow = Flag.DURATION)
  String getMaxBatchAge();

  void setMaxBatchAge(String maxBatchAge);

  @Description(
      "Bytes of a table's rows that may wait while it cannot be written. Above it, the whole"
          + " pipeline waits. Example: --maxWaitingBytes=268435456")
  @Default.Long(64L << 20)
  long getMaxWaitingBytes();

  void setMaxWaitingBytes(long maxWaitingBytes);
}
