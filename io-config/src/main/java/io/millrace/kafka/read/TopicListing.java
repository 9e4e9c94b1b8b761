package io.millrace.kafka.read;

import java.util.SortedMap;
import org.apache.kafka.common.Uuid;

/**
 * The topics that match.
 *
 * @param topics by name
 * @param atMillis when the question was sent, by this process's clock
 */
record TopicListing(SortedMap<String, Topic> topics, long atMillis) {
  /**
   * A topic.
   *
   * @param id {@link Uuid#ZERO_UUID} if the brokers have none
   */
  record Topic(Uuid id, int partitions) {}
}
