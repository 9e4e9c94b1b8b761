package io.millrace.kafka.consume;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.not;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.io.ReadTuning;
import io.millrace.kafka.time.RecordTimes;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class UnreadPartitionsIT {
  private static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

  /** As a reader does that goes on from a savepoint of a time when the topic had two. */
  @Test
  void aConsumerSaysThatTheTopicHasMorePartitionsThanWhenItsPipelineWasStarted() throws Exception {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(ShortPollConsumer.class);
    log.start();
    logger.addAppender(log);
    LocalStack stack = SharedStack.clean();
    try {
      stack.kafka().createTopic("grown", 2);
      poll(stack.kafka().address(), log, false);
      assertThat(log.list, empty());
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().address()))) {
        admin.createPartitions(Map.of("grown", NewPartitions.increaseTo(3))).all().get();
      }
      poll(stack.kafka().address(), log, true);
      assertThat(log.list, not(empty()));
      assertThat(
          log.list.get(0).getFormattedMessage(),
          containsString(
              "topic grown now has 3 partitions, but this pipeline reads only the" + " first 2"));
    } finally {
      logger.detachAppender(log);
    }
  }

  /** Polls once after the partitions are known, or until something is told. */
  private static void poll(String servers, ListAppender<ILoggingEvent> log, boolean told) {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers",
            servers,
            "key.deserializer",
            ByteArrayDeserializer.class,
            "value.deserializer",
            ByteArrayDeserializer.class);
    long deadline = System.nanoTime() + LONGEST_NANOS;
    do {
      // Each looks at its first poll; the next would be a minute later.
      try (ShortPollConsumer consumer =
          new ShortPollConsumer(
              config,
              ReadTuning.NONE,
              Map.of("grown", 2),
              new TopicIdWatch(Map.of()),
              new RecordTimes(null),
              new ReadPositions())) {
        consumer.assign(List.of(new TopicPartition("grown", 0)));
        consumer.seekToBeginning(consumer.assignment());
        consumer.partitionsFor("grown");
        consumer.poll(Duration.ofMillis(20));
      }
    } while (told && log.list.isEmpty() && System.nanoTime() - deadline < 0);
  }
}
