package io.millrace.io.retry;

import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What {@link RetryFn} needs to know of the system that its elements go to. One object serves one
 * thread on a worker.
 *
 * @param <T> what waits: a batch of rows, a dead letter
 */
public interface RetryTarget<T> extends AutoCloseable {
  /** Opens a target on a worker. */
  @FunctionalInterface
  interface Factory<T> extends Serializable {
    /** Opens the target; it may connect when it is first used. */
    RetryTarget<T> open(PipelineOptions options);
  }

  /**
   * Why elements wait.
   *
   * @param reason in one line, for the log
   * @param operator whether somebody has to fix something first
   */
  record Cause(String reason, boolean operator) {}

  /**
   * What an attempt has left.
   *
   * @param left the elements to be tried again, those that are to be tried first at the front
   * @param cause why; of no meaning if nothing is left
   */
  record Attempt<T>(List<T> left, Cause cause) {}

  /**
   * Tries elements once, in their order, and emits what has succeeded.
   *
   * @param place the key of the elements
   * @param failures how many attempts have failed before
   */
  Attempt<T> attempt(String place, List<T> elements, int failures, MultiOutputReceiver out)
      throws InterruptedException;

  /** How many rows or dead letters an element holds; 0: none, it says that the place is back. */
  long count(T element);

  /** How much memory an element takes. */
  long bytes(T element);

  /** Why an element waits that has just come; null if it does not tell. */
  @Nullable Cause causeOf(T element);

  /** The place and its kind for the log, such as {@code ClickHouse table events}. */
  String describe(String place);

  /** What is counted, in the plural: {@code rows}. */
  String unit();

  /** What limits the memory of the elements that wait, for the log. */
  String limit();

  /** The name of the gauge of what waits for a place. */
  String gauge(String place);

  /**
   * A number that tells how elements of a place are encoded now. Elements that were restored from a
   * savepoint may be encoded otherwise, see {@link #refuseRestored}.
   */
  default int encoding(String place) {
    return 0;
  }

  /** Fails for restored elements that are encoded otherwise than the place needs now. */
  default void refuseRestored(String place, long count) {}

  /** The time now, by the worker's clock, milliseconds since the epoch, UTC. */
  long now();

  /** Waits. */
  void sleep(long millis) throws InterruptedException;

  @Override
  void close();
}
