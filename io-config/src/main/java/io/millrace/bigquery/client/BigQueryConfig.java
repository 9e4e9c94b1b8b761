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

  /** Delivery guarantee of the table. */
  public enum Method {
    /** BigQuery recognizes retried rows by their offset in a stream. */
    EXACTLY_ONCE,
    /** A retried row may be in the table twice; the exact view shows it once. */
    AT_LEAST_ONCE
  }

  public String address() {
    return new BigQueryAddress(project, dataset).toString();
  }
}
