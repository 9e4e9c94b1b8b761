package io.millrace.bigquery.client;

import java.io.Serializable;
import java.time.Duration;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Configuration of writing to a BigQuery dataset.
 *
 * @param project the project's id
 * @param dataset the dataset's id
 * @param method delivery guarantee of the table
 * @param triggeringFrequency how long rows of an unbounded input are batched; only with {@link
 *     Method#EXACTLY_ONCE}
 * @param streams streams to each table, only with {@link Method#EXACTLY_ONCE}; 0: the runner
 *     decides
 * @param location location to create a missing dataset in; null: it is not created
 */
public record BigQueryConfig(
    String project,
    String dataset,
    Method method,
    Duration triggeringFrequency,
    int streams,
    @Nullable String location)
    implements Serializable {

  /** The shortest triggering frequency; BigQueryIO sends one request a trigger. */
  public static final Duration LEAST_FREQUENCY = Duration.ofSeconds(1);

  private static final Duration DEFAULT_FREQUENCY = Duration.ofSeconds(5);

  /** Delivery guarantee of the table. */
  public enum Method {
    /** BigQuery recognizes retried rows by their offset in a stream. */
    EXACTLY_ONCE,
    /** A retried row may be in the table twice; the exact view shows it once. */
    AT_LEAST_ONCE
  }

  /** A dataset written exactly once, with defaults. */
  public static BigQueryConfig of(String project, String dataset) {
    return new BigQueryConfig(project, dataset, Method.EXACTLY_ONCE, DEFAULT_FREQUENCY, 0, null);
  }

  /** The same with another method. */
  public BigQueryConfig withMethod(Method other) {
    return new BigQueryConfig(project, dataset, other, triggeringFrequency, streams, location);
  }

  /** The same with another triggering frequency. */
  BigQueryConfig withTriggeringFrequency(Duration other) {
    return new BigQueryConfig(project, dataset, method, other, streams, location);
  }

  /** The same with a number of streams. */
  public BigQueryConfig withStreams(int other) {
    return new BigQueryConfig(project, dataset, method, triggeringFrequency, other, location);
  }

  /** The same with a location for a missing dataset. */
  public BigQueryConfig withLocation(String other) {
    return new BigQueryConfig(project, dataset, method, triggeringFrequency, streams, other);
  }

  /** The address for display. */
  public String address() {
    return new BigQueryAddress(project, dataset).toString();
  }
}
