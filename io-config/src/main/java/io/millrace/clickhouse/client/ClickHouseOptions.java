package io.millrace.clickhouse.client;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The flags of ClickHouse, as texts. Secrets are references. */
public interface ClickHouseOptions extends PipelineOptions {
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
      "How rows become batches: `bundle` where bundles are large (Flink), `state` where they are"
          + " small (DirectRunner and Dataflow, their default). Example: --batching=state")
  @Nullable String getBatching();

  void setBatching(@Nullable String batching);

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
}
