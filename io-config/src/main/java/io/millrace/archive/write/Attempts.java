package io.millrace.archive.write;

import io.millrace.archive.store.ArchiveStore;
import io.millrace.event.Clock;
import io.millrace.io.retry.Backoff;
import io.millrace.io.retry.RetryTarget.Cause;
import io.millrace.io.retry.Sleeper;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.AccessDeniedException;
import java.util.function.Consumer;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Attempts of a {@link StoreTask} on one worker. While the file system fails, most attempts are
 * skipped, so that timeouts do not slow the step down. Not thread-safe.
 */
final class Attempts<T, R> {
  private final Config<T, R> config;
  private final ArchiveStore store;
  private int failures;
  private long untilMillis;

  /**
   * The configuration of the steps.
   *
   * @param root see {@link ArchiveStore}
   */
  record Config<T, R>(
      String root, StoreTask<T, R> task, long maxWaitingBytes, Clock clock, Sleeper sleeper)
      implements Serializable {}

  Attempts(Config<T, R> config) {
    this.config = config;
    this.store = new ArchiveStore(config.root);
  }

  /**
   * Attempts an element of the first step, and emits its result, or the element to those that wait.
   *
   * @param destination the key of elements that wait
   */
  void attempt(
      KV<String, T> element,
      TupleTag<KV<String, T>> waiting,
      String destination,
      MultiOutputReceiver out) {
    TupleTag<KV<String, R>> done = StoreWithRetry.done();
    if (!attempt(
        element.getValue(), result -> out.get(done).output(KV.of(element.getKey(), result)))) {
      out.get(waiting).output(KV.of(destination, element.getValue()));
    }
  }

  /**
   * Attempts it, unless an attempt has failed a moment ago.
   *
   * @return whether it was done; {@code done} has got the result
   */
  private boolean attempt(T element, Consumer<R> done) {
    long start = config.clock.millis();
    if (failures > 0 && start < untilMillis) {
      return false;
    }
    if (tried(element, done) == null) {
      failures = 0;
      return true;
    }
    failures++;
    long now = config.clock.millis();
    untilMillis = now + Math.max(Backoff.pauseMillis(failures), 2 * (now - start));
    return false;
  }

  /** Attempts it now. Returns null if it was done, otherwise the reason. */
  @Nullable Cause tried(T element, Consumer<R> done) {
    R result;
    try {
      result = config.task.run(store, element);
    } catch (IOException | RuntimeException e) {
      return new Cause(reason(e), e instanceof AccessDeniedException);
    }
    done.accept(result);
    return null;
  }

  private static String reason(Exception e) {
    String kind = e.getClass().getSimpleName();
    String message = e.getMessage();
    return message == null ? kind : kind + ": " + message.lines().findFirst().orElse("");
  }
}
