package io.millrace.decode.registry;

import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for a registry that gives no answer: pauses from half a second to ten, doubling. Logs each
 * cause when it first occurs and then once a minute. Events are not skipped meanwhile.
 */
final class RegistryWait {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryWait.class);
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;
  private static final long LOG_EVERY_NANOS = 60_000_000_000L;

  private final String url;
  private final long since = System.nanoTime();
  private final Map<String, Long> logged = new HashMap<>();
  private long pause = FIRST_PAUSE_MILLIS;

  RegistryWait(String url) {
    this.url = url;
  }

  void pause(String cause) throws InterruptedException {
    long now = System.nanoTime();
    Long before = logged.get(cause);
    if (before == null || now - before >= LOG_EVERY_NANOS) {
      logged.put(cause, now);
      LOG.error(
          "Schema registry {}: {}. Decoding has been waiting for {} s and goes on when it answers.",
          url,
          cause,
          seconds(now));
    }
    Thread.sleep(pause);
    pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
  }

  /** The registry has answered. */
  void end() {
    if (!logged.isEmpty()) {
      LOG.warn("Schema registry {} answers after {} s.", url, seconds(System.nanoTime()));
    }
  }

  private long seconds(long now) {
    return (now - since) / 1_000_000_000L;
  }
}
