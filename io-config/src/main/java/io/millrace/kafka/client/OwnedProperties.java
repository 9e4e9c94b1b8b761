package io.millrace.kafka.client;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Properties of Kafka's clients that Millrace sets itself. A properties file may repeat the value
 * that Millrace uses, and must not set another one.
 */
final class OwnedProperties {
  private static final String BYTES_READ =
      "org.apache.kafka.common.serialization.ByteArrayDeserializer";
  private static final String BYTES_SENT =
      "org.apache.kafka.common.serialization.ByteArraySerializer";
  private static final String DECODES = "Millrace decodes records by the contract; remove it";
  private static final String SENDS = "dead letters keep the bytes of their records; remove it";
  private static final String COMMITS =
      "offsets count as read only when their outcomes are durable; remove it";
  private static final String NO_GROUP = "the runner assigns the partitions; remove it";
  private static final String NO_LOSS =
      "dead letters are sent without loss and without duplicates; remove it";
  private static final String SIZES = "Millrace adapts it to the topic's limit; remove it";

  /** A property's only value, or null, and what to do instead of setting another one. */
  private record Owner(Set<String> same, String reason) {}

  private static final Map<String, Owner> OWNED =
      Map.ofEntries(
          owned("key.deserializer", DECODES, BYTES_READ),
          owned("value.deserializer", DECODES, BYTES_READ),
          owned("key.serializer", SENDS, BYTES_SENT),
          owned("value.serializer", SENDS, BYTES_SENT),
          owned("enable.auto.commit", COMMITS, "false"),
          owned("auto.commit.interval.ms", COMMITS),
          owned("auto.offset.reset", "use --startFrom"),
          owned("isolation.level", "use --kafkaIsolationLevel"),
          owned("group.id", "use --consumerGroup"),
          owned("group.instance.id", NO_GROUP),
          owned("group.protocol", NO_GROUP),
          owned("group.remote.assignor", NO_GROUP),
          owned("partition.assignment.strategy", NO_GROUP),
          owned("max.poll.records", "use --pageRecords"),
          owned(
              "allow.auto.create.topics",
              "reading must not create a deleted topic again; remove it",
              "false"),
          owned("check.crcs", "a corrupt record must not be read; remove it", "true"),
          owned("metadata.max.age.ms", "Millrace looks for new partitions each minute; remove it"),
          owned("interceptor.classes", "an interceptor could change or drop records; remove it"),
          owned("acks", NO_LOSS, "all", "-1"),
          owned("enable.idempotence", NO_LOSS, "true"),
          owned("retries", NO_LOSS),
          owned("max.in.flight.requests.per.connection", NO_LOSS),
          owned("transactional.id", NO_LOSS),
          owned("transaction.timeout.ms", NO_LOSS),
          owned(
              "partitioner.class", "the key of a dead letter decides on its partition; remove it"),
          owned("batch.size", SIZES),
          owned("max.request.size", SIZES),
          owned(
              "config.providers",
              "Millrace resolves secrets itself: remove it, and write ${env:NAME},"
                  + " ${file:/path} or ${gcp-secret:projects/...}"));

  private OwnedProperties() {}

  private static Map.Entry<String, Owner> owned(String name, String reason, String... same) {
    return Map.entry(name, new Owner(Set.of(same), reason));
  }

  /** Why the property must not have the value, and what to do; empty if it may have it. */
  static Optional<String> refusal(String name, String value) {
    Owner owner = OWNED.get(name.startsWith("config.providers.") ? "config.providers" : name);
    return owner == null || owner.same.contains(value)
        ? Optional.empty()
        : Optional.of(owner.reason);
  }

  static boolean isOwned(String name) {
    return OWNED.containsKey(name) || name.startsWith("config.providers.");
  }
}
