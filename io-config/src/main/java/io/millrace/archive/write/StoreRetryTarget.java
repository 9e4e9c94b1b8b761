package io.millrace.archive.write;

import io.millrace.event.Packed;
import io.millrace.io.observe.LogFields;
import io.millrace.io.retry.RetryTarget;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.apache.beam.sdk.values.KV;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Retries a {@link StoreTask}. The destination is the archive's root. */
final class StoreRetryTarget<T, R> implements RetryTarget<T> {
  private final Attempts.Config<T, R> config;
  private final Attempts<T, R> attempts;
  private final Function<R, String> key;

  private StoreRetryTarget(Attempts.Config<T, R> config, Function<R, String> key) {
    this.config = config;
    this.attempts = new Attempts<>(config);
    this.key = key;
  }

  /**
   * A factory.
   *
   * @param key the key of a result, which must be serializable
   */
  static <T, R, K extends Function<R, String> & Serializable> RetryTarget.Factory<T> factory(
      Packed<Attempts.Config<T, R>> packed, K key) {
    return options -> new StoreRetryTarget<>(packed.get(), key);
  }

  /** Stops at the first failure: then the file system fails, or needs an operator. */
  @Override
  public Attempt<T> attempt(
      String destination, List<T> elements, int failures, MultiOutputReceiver out) {
    Cause cause = new Cause("", false);
    for (int i = 0; i < elements.size(); i++) {
      Cause failed =
          attempts.tried(
              elements.get(i),
              result -> out.get(StoreWithRetry.<R>done()).output(KV.of(key.apply(result), result)));
      if (failed != null) {
        cause = failed;
        List<T> left = new ArrayList<>(elements.subList(i + 1, elements.size()));
        // An element that fails always must not block the others.
        left.add(elements.get(i));
        return new Attempt<>(left, cause);
      }
    }
    return new Attempt<>(List.of(), cause);
  }

  @Override
  public long count(T element) {
    return config.task().rows(element);
  }

  @Override
  public long bytes(T element) {
    return config.task().bytes(element);
  }

  /** Null: the first attempt of this step finds the reason. */
  @Override
  public @Nullable Cause causeOf(T element) {
    return null;
  }

  @Override
  public String describe(String destination) {
    return "archive " + destination;
  }

  @Override
  public String unit() {
    return "rows";
  }

  @Override
  public String limit() {
    return "--archiveMaxWaitingBytes";
  }

  @Override
  public Map<String, String> logFields(String destination) {
    return Map.of(LogFields.DESTINATION, destination);
  }

  @Override
  public String gauge(String destination) {
    return config.task().gauge();
  }

  @Override
  public long now() {
    return config.clock().millis();
  }

  @Override
  public void sleep(long millis) throws InterruptedException {
    config.sleeper().sleep(millis);
  }

  @Override
  public void close() {}
}
