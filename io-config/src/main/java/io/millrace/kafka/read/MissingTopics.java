package io.millrace.kafka.read;

import java.util.HashMap;
import java.util.Map;

/**
 * The topics that listings do not show any more. One broker may be behind the others, so a topic
 * counts as deleted only when it is missing for {@value #GONE_MILLIS} ms, however many listings
 * there are in that time. Times are milliseconds of this process's clock.
 */
final class MissingTopics {
  static final long GONE_MILLIS = 2 * ListingSchedule.INTERVAL_MILLIS;

  private final Map<String, Long> since = new HashMap<>();

  /** A listing shows the topic, or nobody reads it any more. */
  void remove(String topic) {
    since.remove(topic);
  }

  boolean contains(String topic) {
    return since.containsKey(topic);
  }

  /** A listing does not show the topic. Returns whether it is missing for so long. */
  boolean isGone(String topic, long listedMillis) {
    Long first = since.putIfAbsent(topic, listedMillis);
    return first != null && listedMillis - first >= GONE_MILLIS;
  }
}
