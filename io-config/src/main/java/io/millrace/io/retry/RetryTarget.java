package io.millrace.io.retry;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Adapter of {@link RetryFn} to one system. Not thread-safe.
 *
 * @param <T> type of waiting elements: a batch of rows, a dead letter
 */
public interface RetryTarget<T> extends AutoCloseable {
  /** Opens a target on a worker. */
  @FunctionalInterface
  interface Factory<T> extends Serializable {
    /** Opens the target; it may connect on first use. */
    RetryTarget<T> open(PipelineOptions options);
  }

  /**
   * The reason why elements wait.
   *
   * @param reason in one line, for the log
   * @param operator whether an operator must fix something first
   */
  record Cause(String reason, boolean operator) {}

  /**
   * Result of an attempt.
   *
   * @param left elements to retry, in the order of the next attempt
   * @param cause the reason; meaningless if nothing is left
   */
  record Attempt<T>(List<T> left, Cause cause) {}

  /**
   * Attempts elements once, in order, and emits the accepted ones.
   *
   * @param destination the destination
   * @param failures number of failed attempts so far
   */
  Attempt<T> attempt(String destination, List<T> elements, int failures, MultiOutputReceiver out)
      throws InterruptedException;

  /**
   * Number of rows or dead letters in an element; 0: a signal that the destination has recovered.
   */
  long count(T element);

  /** Memory of an element in bytes. */
  long bytes(T element);

  /** Why a new element waits; null if it is not known. */
  @Nullable Cause causeOf(T element);

  /** The destination and its kind for the log, such as {@code ClickHouse table events}. */
  String describe(String destination);

  /** The unit of {@link #count} in the plural: {@code rows}. */
  String unit();

  /** The setting that limits the memory of waiting elements, for the log. */
  String limit();

  /** Fields of log lines about a destination, see {@link io.millrace.io.observe.LogFields}. */
  default Map<String, String> logFields(String destination) {
    return Map.of();
  }

  /** Name of the gauge of elements that wait for a destination. */
  String gauge(String destination);

  /**
   * Version of the current encoding of a destination's elements. Elements restored from a savepoint
   * may have another one, see {@link #refuseRestored}.
   */
  default int encoding(String destination) {
    return 0;
  }

  /** Throws for restored elements with another encoding than the current one. */
  default void refuseRestored(String destination, long count) {}

  /** The worker's clock, milliseconds since the epoch, UTC. */
  long now();

  void sleep(long millis) throws InterruptedException;

  @Override
  void close();
}
