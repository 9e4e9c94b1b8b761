package io.millrace.bigquery.client;

import io.millrace.io.flags.Flag;
import io.millrace.io.flags.FlagGroup;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Flags of BigQuery, unparsed. */
@FlagGroup("BigQuery")
public interface BigQueryWriteOptions extends PipelineOptions {
  @Description(
      "How rows are written to BigQuery: `exactly-once`, by offsets in streams, or"
          + " `at-least-once`, which is cheaper and faster. There a retry can duplicate rows in"
          + " the table, but not in its exact view. Example: --bigQueryMethod=at-least-once")
  @Default.String("exactly-once")
  @Flag(onDataflow = "^(exactly-once|at-least-once)$")
  String getBigQueryMethod();

  void setBigQueryMethod(String bigQueryMethod);

  @Description(
      "How long rows are batched before they are written to BigQuery exactly once."
          + " Example: --bigQueryTriggeringFrequency=5s")
  @Default.String("5s")
  @Flag(onDataflow = Flag.DURATION)
  String getBigQueryTriggeringFrequency();

  void setBigQueryTriggeringFrequency(String bigQueryTriggeringFrequency);

  @Description(
      "Number of streams to each BigQuery table when writing exactly once; 0: the runner decides."
          + " Example: --bigQueryStreams=4")
  @Default.Integer(0)
  int getBigQueryStreams();

  void setBigQueryStreams(int bigQueryStreams);

  @Description(
      "Location to create a missing BigQuery dataset in. Without it, a missing dataset is an"
          + " error. Example: --bigQueryDatasetLocation=EU")
  @Flag(onDataflow = "^[A-Za-z0-9-]+$")
  @Nullable String getBigQueryDatasetLocation();

  void setBigQueryDatasetLocation(@Nullable String bigQueryDatasetLocation);
}
