package io.millrace.kafka.read;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits what the readers of this process have read, on a runner without durable checkpoints. */
public final class SettledOffsets {
  private static final long LONGEST_SECONDS = 3;
  private static final Logger LOG = LoggerFactory.getLogger(SettledOffsets.class);

  private SettledOffsets() {}

  /**
   * Commits the readers' offsets if no element was handed over that is not among these. Waits
   * shortly, as the process may end next; a failure is logged.
   *
   * @param elements number of elements whose outcomes are all durable
   */
  public static void commit(ReadSettings settings, long elements) {
    Map<TopicPartition, Long> offsets =
        HandedOver.of(settings.tuning().inFlight().run()).offsetsAfter(elements);
    if (offsets.isEmpty()) {
      return;
    }
    // Shares the client of the readers.
    try (TopicWatch watch = TopicWatch.open(settings)) {
      Object unused =
          watch.commit(offsets).toCompletableFuture().get(LONGEST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("The commit has no answer", e);
    }
  }
}
