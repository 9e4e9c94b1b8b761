package io.millrace.bigquery.client;

import java.io.Serializable;
import java.time.Duration;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A dataset of BigQuery and how rows are written to it.
 *
 * @param project the project's id
 * @param dataset the dataset's id
 * @param method what a retry can do
 * @param triggeringFrequency how long rows of an unbounded input are gathered, exactly once only
 * @param streams streams to each table, exactly once only; 0: as many as the runner thinks fit
 * @param location where the dataset is created if it is missing; null: it is not created
 */
public record BigQueryConfig(
    String project,
    String dataset,
    Method method,
    Duration triggeringFrequency,
    int streams,
    @Nullable String location)
    implements Serializable {

  /** The shortest time to gather rows: BigQueryIO makes requests of what it has gathered. */
  public static final Duration LEAST_FREQUENCY = Duration.ofSeconds(1);

  private static final Duration DEFAULT_FREQUENCY = Duration.ofSeconds(5);

  /** What a retry can do. */
  public enum Method {
    /** Each row has an offset in a stream: one that is sent again is known. */
    EXACTLY_ONCE,
    /** A row that is sent again is there twice; the exact view shows it once. */
    AT_LEAST_ONCE
  }

  /** A dataset, written exactly once, with defaults for all else. */
  public static BigQueryConfig of(String project, String dataset) {
    return new BigQueryConfig(project, dataset, Method.EXACTLY_ONCE, DEFAULT_FREQUENCY, 0, null);
  }

  /** The same by another method. */
  public BigQueryConfig withMethod(Method other) {
    return new BigQueryConfig(project, dataset, other, triggeringFrequency, streams, location);
  }

  /** The same, gathering rows for another time. */
  public BigQueryConfig withTriggeringFrequency(Duration other) {
    return new BigQueryConfig(project, dataset, method, other, streams, location);
  }

  /** The same with a number of streams. */
  public BigQueryConfig withStreams(int other) {
    return new BigQueryConfig(project, dataset, method, triggeringFrequency, other, location);
  }

  /** The same, creating the dataset there if it is missing. */
  public BigQueryConfig withLocation(String other) {
    return new BigQueryConfig(project, dataset, method, triggeringFrequency, streams, other);
  }

  /** The address for people. */
  public String address() {
    return new BigQueryAddress(project, dataset).toString();
  }
}
