package io.millrace.kafka.read;

import io.millrace.kafka.client.ClientProperties;
import io.millrace.kafka.client.ConnectionProblem;
import io.millrace.kafka.client.Endpoint;
import io.millrace.kafka.client.KafkaProbe;
import io.millrace.kafka.consume.KafkaOutage;
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
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the readers of one process ask the brokers: the topics that match, the ends of partitions,
 * commits. One client for all readers with equal settings; every question returns at once, and the
 * answer arrives in the client's thread. Thread-safe.
 *
 * <p>Cost: one request for topics every {@value ListingSchedule#INTERVAL_MILLIS} ms.
 */
final class TopicWatch implements AutoCloseable {
  private static final long LOG_EVERY_MILLIS = 600_000;
  private static final long LOG_REFUSED_MILLIS = 60_000;
  private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);
  private static final Map<Key, TopicWatch> OPEN = new HashMap<>();

  private final ReadSettings settings;
  private final Key key;
  private final KafkaOutage outage;
  private final ListingSchedule schedule = new ListingSchedule();
  private final Map<TopicPartition, Long> committed = new ConcurrentHashMap<>();
  private int users;
  private @Nullable Admin admin;
  private long commitLoggedMillis;
  private long listLoggedMillis;
  private String protocol = "PLAINTEXT";
  private volatile @Nullable TopicListing listing;

  /** What the answers depend on. Contains no secret. */
  private record Key(
      String servers,
      ClientProperties client,
      TopicFilter topics,
      IsolationLevel isolation,
      String group) {}

  private TopicWatch(ReadSettings settings, Key key) {
    this.settings = settings;
    this.key = key;
    this.outage = KafkaOutage.of(settings.servers());
  }

  /** The watch of these settings. Each user closes it. */
  static TopicWatch open(ReadSettings settings) {
    Key key =
        new Key(
            settings.servers(),
            settings.client(),
            settings.topics(),
            settings.isolation(),
            settings.group());
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
  @Nullable TopicListing latest(long nowMillis) {
    if (schedule.begin(nowMillis)) {
      ask(nowMillis);
    }
    return listing;
  }

  /** The number of partitions in the last listing; 0 if there is none yet. */
  int partitions() {
    TopicListing last = listing;
    return last == null
        ? 0
        : last.topics().values().stream().mapToInt(TopicListing.Topic::partitions).sum();
  }

  private synchronized Admin admin() {
    Admin client = admin;
    if (client == null) {
      Map<String, Object> config = settings.adminConfig();
      protocol =
          ConnectionProblem.protocol(config.get(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG));
      client = Admin.create(config);
      admin = client;
    }
    return client;
  }

  private synchronized String protocol() {
    return protocol;
  }

  private void ask(long nowMillis) {
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
    } catch (IllegalArgumentException e) {
      // A secret cannot be read. The next reader asks again.
      failed(e, nowMillis);
      throw e;
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
    SortedMap<String, TopicListing.Topic> found = new TreeMap<>();
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
                    answered(new TopicListing(found, nowMillis));
                  } else {
                    failed(why, nowMillis);
                  }
                });
  }

  private static boolean add(
      String name,
      @Nullable TopicDescription topic,
      @Nullable Throwable error,
      SortedMap<String, TopicListing.Topic> found,
      AtomicReference<Throwable> failure) {
    if (topic != null) {
      synchronized (found) {
        found.put(name, new TopicListing.Topic(topic.topicId(), topic.partitions().size()));
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

  private void answered(TopicListing found) {
    listing = found;
    schedule.answered(found.atMillis());
  }

  private synchronized void failed(Throwable error, long nowMillis) {
    LOG.debug("Unknown topics at {}: {}", settings.servers(), error.getMessage());
    long now = System.currentTimeMillis();
    schedule.failed(Math.max(nowMillis, now));
    Throwable why = cause(error);
    boolean refused =
        why instanceof AuthenticationException || why instanceof AuthorizationException;
    if (refused && now - listLoggedMillis >= LOG_REFUSED_MILLIS) {
      listLoggedMillis = now;
      LOG.error(
          "Cannot list the topics {} at {}: {}. New topics and partitions are not read before that"
              + " is corrected",
          settings.topics(),
          settings.servers(),
          why instanceof AuthenticationException
              ? ConnectionProblem.explain(
                  Endpoint.INPUT, settings.servers(), settings.client(), why)
              : why.getMessage());
    }
  }

  /** Makes the next listing due in a second. */
  void listSoon() {
    schedule.soon(System.currentTimeMillis());
  }

  /** Makes the next listing due. */
  void listNow(long nowMillis) {
    schedule.now(nowMillis);
  }

  /**
   * Asks for the ends of partitions and logs an outage of their brokers.
   *
   * @param partitions at least one
   */
  void ends(Collection<TopicPartition> partitions, EndAnswers answer) {
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
                        answer.end(partition, end.offset(), end.leaderEpoch().orElse(-1));
                      } else if (cause(error) instanceof UnknownTopicOrPartitionException) {
                        answer.unknown(partition);
                      }
                    });
      }
      var unused =
          result
              .all()
              .whenComplete(
                  (all, error) -> {
                    answer.done();
                    if (error == null) {
                      outage
                          .answered(asked.keySet(), System.currentTimeMillis())
                          .ifPresent(LOG::warn);
                    } else {
                      logOutage(asked.keySet(), cause(error));
                    }
                  });
    } catch (KafkaException e) {
      answer.done();
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
                                  KafkaProbe.explain(
                                      settings.servers(), Endpoint.INPUT, protocol()),
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
    } catch (KafkaException | IllegalArgumentException e) {
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
