package io.millrace.bigquery.client;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The flags of BigQuery, as texts. */
public interface BigQueryWriteOptions extends PipelineOptions {
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
}
