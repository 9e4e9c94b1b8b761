package io.millrace.kafka.read;

import io.millrace.kafka.consume.KafkaOutage;
import io.millrace.kafka.consume.KafkaProbe;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the readers of one process ask the brokers: the topics that match, the ends of partitions,
 * commits. One client for all readers with equal settings; every question returns at once, and the
 * answer arrives in the client's thread. Thread-safe.
 *
 * <p>Cost: one request for topics every {@value #INTERVAL_MILLIS} ms.
 */
final class TopicWatch implements AutoCloseable {
  /** Time between two listings: a new partition is found within it. */
  static final long INTERVAL_MILLIS = 10_000;

  private static final long RETRY_MILLIS = 1_000;
  private static final long LOG_EVERY_MILLIS = 600_000;
  private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);
  private static final Map<Map<String, Object>, TopicWatch> OPEN = new HashMap<>();

  private final ReadSettings settings;
  private final Map<String, Object> key;
  private final KafkaOutage outage;
  private final Map<TopicPartition, Long> committed = new ConcurrentHashMap<>();
  private int users;
  private @Nullable Admin admin;
  private boolean asking;
  private long nextMillis;
  private long commitLoggedMillis;
  private volatile @Nullable Listing listing;

  /**
   * The topics that match.
   *
   * @param topics by name
   * @param atMillis when the question was sent, by this process's clock
   */
  record Listing(SortedMap<String, Topic> topics, long atMillis) {}

  /**
   * A topic.
   *
   * @param id {@link Uuid#ZERO_UUID} if the brokers have none
   */
  record Topic(Uuid id, int partitions) {}

  private TopicWatch(ReadSettings settings, Map<String, Object> key) {
    this.settings = settings;
    this.key = key;
    this.outage = KafkaOutage.of(settings.servers());
  }

  /** The watch of these settings. Each user closes it. */
  static TopicWatch open(ReadSettings settings) {
    Map<String, Object> key = new HashMap<>(settings.adminConfig());
    key.put("topics", settings.topics());
    key.put("group", settings.group());
    synchronized (OPEN) {
      TopicWatch watch = OPEN.computeIfAbsent(key, k -> new TopicWatch(settings, key));
      watch.users++;
      return watch;
    }
  }

  @Override
  public void close() {
    synchronized (OPEN) {
      if (--users > 0) {
        return;
      }
      OPEN.remove(key);
    }
    synchronized (this) {
      if (admin != null) {
        admin.close(Duration.ofSeconds(2));
        admin = null;
      }
    }
  }

  /** The last listing; null if there is none yet. Asks for a new one if that is due. */
  @Nullable Listing latest(long nowMillis) {
    if (nowMillis >= nextDue()) {
      ask(nowMillis);
    }
    return listing;
  }

  private synchronized long nextDue() {
    return asking ? Long.MAX_VALUE : nextMillis;
  }

  private synchronized Admin admin() {
    Admin client = admin;
    if (client == null) {
      client = Admin.create(settings.adminConfig());
      admin = client;
    }
    return client;
  }

  private void ask(long nowMillis) {
    synchronized (this) {
      if (asking) {
        return;
      }
      asking = true;
    }
    try {
      TopicFilter filter = settings.topics();
      if (filter.hasPatterns()) {
        admin()
            .listTopics()
            .names()
            .toCompletionStage()
            .whenComplete(
                (names, error) -> {
                  if (error == null) {
                    describe(filter.of(names), nowMillis);
                  } else {
                    failed(error, nowMillis);
                  }
                });
      } else {
        describe(filter.names(), nowMillis);
      }
    } catch (KafkaException e) {
      failed(e, nowMillis);
    }
  }

  private void describe(Collection<String> names, long nowMillis) {
    Map<String, KafkaFuture<TopicDescription>> futures;
    try {
      futures = admin().describeTopics(names).topicNameValues();
    } catch (KafkaException e) {
      failed(e, nowMillis);
      return;
    }
    SortedMap<String, Topic> found = new TreeMap<>();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CompletableFuture<?>[] all =
        futures.entrySet().stream()
            .map(
                entry ->
                    entry
                        .getValue()
                        .toCompletionStage()
                        .handle((topic, error) -> add(entry.getKey(), topic, error, found, failure))
                        .toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture<Void> unused =
        CompletableFuture.allOf(all)
            .whenComplete(
                (done, error) -> {
                  Throwable why = error == null ? failure.get() : error;
                  if (why == null) {
                    answered(new Listing(found, nowMillis));
                  } else {
                    failed(why, nowMillis);
                  }
                });
  }

  private static boolean add(
      String name,
      @Nullable TopicDescription topic,
      @Nullable Throwable error,
      SortedMap<String, Topic> found,
      AtomicReference<Throwable> failure) {
    if (topic != null) {
      synchronized (found) {
        found.put(name, new Topic(topic.topicId(), topic.partitions().size()));
      }
    } else if (error != null && !(cause(error) instanceof UnknownTopicOrPartitionException)) {
      failure.set(error);
    }
    return true;
  }

  private static Throwable cause(Throwable e) {
    Throwable inner = e.getCause();
    return inner == null ? e : inner;
  }

  private synchronized void answered(Listing found) {
    listing = found;
    asking = false;
    nextMillis = found.atMillis + INTERVAL_MILLIS;
  }

  private synchronized void failed(Throwable error, long nowMillis) {
    LOG.debug("Unknown topics at {}: {}", settings.servers(), error.getMessage());
    asking = false;
    nextMillis = Math.max(nowMillis, System.currentTimeMillis()) + RETRY_MILLIS;
  }

  /**
   * Asks for the ends of partitions and logs an outage of their brokers.
   *
   * @param partitions at least one
   * @param answer receives each partition's end at the isolation level
   * @param done runs when all have been answered or have failed
   */
  void ends(
      Collection<TopicPartition> partitions,
      BiConsumer<TopicPartition, Long> answer,
      Runnable done) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, OffsetSpec.latest()));
    try {
      var result = admin().listOffsets(asked, new ListOffsetsOptions(settings.isolation()));
      for (TopicPartition partition : asked.keySet()) {
        var unused =
            result
                .partitionResult(partition)
                .whenComplete(
                    (end, error) -> {
                      if (error == null) {
                        answer.accept(partition, end.offset());
                      }
                    });
      }
      var unused =
          result
              .all()
              .whenComplete(
                  (all, error) -> {
                    done.run();
                    if (error == null) {
                      outage
                          .answered(asked.keySet(), System.currentTimeMillis())
                          .ifPresent(LOG::warn);
                    } else {
                      logOutage(asked.keySet(), cause(error));
                    }
                  });
    } catch (KafkaException e) {
      done.run();
      logOutage(asked.keySet(), e);
    }
  }

  private void logOutage(Collection<TopicPartition> partitions, Throwable error) {
    if (error instanceof UnknownTopicOrPartitionException) {
      // Told when the topic is missing from the listings.
      return;
    }
    long now = System.currentTimeMillis();
    outage
        .failed(partitions, now)
        .ifPresent(
            since -> {
              // The probe waits, and this may be the client's thread.
              Thread probe =
                  new Thread(
                      () ->
                          LOG.error(
                              outage.line(
                                  since,
                                  now,
                                  KafkaProbe.explain(settings.servers(), "--input"),
                                  String.valueOf(error.getMessage()))),
                      "kafka-probe");
              probe.setDaemon(true);
              probe.start();
            });
  }

  /**
   * Commits offsets to the group, as far as they have changed. A failure is logged.
   *
   * @param offsets the next offset of each partition
   * @return completes when the commit is done or has failed
   */
  CompletionStage<?> commit(Map<TopicPartition, Long> offsets) {
    Map<TopicPartition, OffsetAndMetadata> changed = new HashMap<>();
    offsets.forEach(
        (partition, next) -> {
          if (!next.equals(committed.get(partition))) {
            changed.put(partition, new OffsetAndMetadata(next));
          }
        });
    if (settings.group().isEmpty() || changed.isEmpty()) {
      return CompletableFuture.completedStage(true);
    }
    try {
      return admin()
          .alterConsumerGroupOffsets(settings.group(), changed)
          .all()
          .toCompletionStage()
          .handle(
              (all, error) -> {
                if (error == null) {
                  changed.forEach((p, next) -> committed.put(p, next.offset()));
                } else {
                  logCommit(cause(error));
                }
                return true;
              });
    } catch (KafkaException e) {
      logCommit(e);
      return CompletableFuture.completedStage(false);
    }
  }

  private synchronized void logCommit(Throwable error) {
    long now = System.currentTimeMillis();
    if (now - commitLoggedMillis >= LOG_EVERY_MILLIS) {
      commitLoggedMillis = now;
      LOG.error(
          "Cannot commit offsets to the consumer group {} at {}: {}. Reading continues; the group's"
              + " lag is not up to date. Grant READ on the group and the topics, or choose another"
              + " group with --consumerGroup (none: no commits)",
          settings.group(),
          settings.servers(),
          error.getMessage());
    }
  }

  /** The offsets that the group has committed. */
  KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> committed() {
    return admin().listConsumerGroupOffsets(settings.group()).partitionsToOffsetAndMetadata();
  }
}
