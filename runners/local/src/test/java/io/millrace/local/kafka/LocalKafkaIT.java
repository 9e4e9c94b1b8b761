package io.millrace.local.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.local.process.Lifetime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalKafkaIT {
  @TempDir Path directory;

  private static void produce(LocalKafka kafka, String topic, int from, int to)
      throws ExecutionException, InterruptedException {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.address(), "acks", "all"),
            new StringSerializer(),
            new StringSerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int i = from; i < to; i++) {
        sent.add(producer.send(new ProducerRecord<>(topic, "k" + i, "v" + i)));
      }
      for (Future<RecordMetadata> record : sent) {
        assertThat(record.get().offset() >= 0, is(true));
      }
    }
  }

  private static Set<String> consume(LocalKafka kafka, String topic, int count) {
    Set<String> values = new HashSet<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                kafka.address(),
                "group.id",
                "test-" + count,
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      long deadline = System.nanoTime() + 120_000_000_000L;
      while (values.size() < count && System.nanoTime() - deadline < 0) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          values.add(record.value());
        }
      }
    }
    return values;
  }

  private static String config(LocalKafka kafka, String topic, String name)
      throws ExecutionException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.address()))) {
      return admin.describeConfigs(List.of(resource)).all().get().get(resource).get(name).value();
    }
  }

  /** A broker that does not know a topic yet answers with an error. */
  private static void awaitsLeadersOfATopicThatComesLater(LocalKafka kafka) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.address()))) {
      Future<Object> waiting =
          thread.submit(
              () -> {
                LocalKafka.awaitLeaders(admin, "later", 2);
                return null;
              });
      assertThrows(TimeoutException.class, () -> waiting.get(200, TimeUnit.MILLISECONDS));
      kafka.createTopic("later", 2);
      Object unused = waiting.get(1, TimeUnit.MINUTES);
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void keepsItsRecordsWhenKilled() throws Exception {
    try (LocalKafka kafka = LocalKafka.create(directory, 0, Lifetime.WITH_PARENT)) {
      kafka.start();
      kafka.createTopic("events", 2);
      kafka.createTopic("events", 2);
      assertThat(
          "records with times of years ago stay",
          config(kafka, "events", "retention.ms"),
          is("-1"));
      awaitsLeadersOfATopicThatComesLater(kafka);
      produce(kafka, "events", 0, 1000);
      assertThat(consume(kafka, "events", 1000).size(), is(1000));
      long pid = kafka.pid();
      String address = kafka.address();

      long begin = System.nanoTime();
      kafka.kill();
      assertThat(kafka.isRunning(), is(false));
      assertThat(kafka.pid(), is(-1L));
      assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false), is(false));
      kafka.start();
      System.out.printf("kafka killed and back in %.1f s%n", (System.nanoTime() - begin) / 1e9);

      assertThat(kafka.address(), is(address));
      assertThat(kafka.pid(), is(not(pid)));
      assertThat(kafka.pid(), greaterThan(0L));
      produce(kafka, "events", 1000, 1500);
      assertThat(consume(kafka, "events", 1500).size(), is(1500));

      // A record near the limit, into a topic that nobody created
      String large = "x".repeat(4_000_000);
      try (KafkaProducer<String, String> producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", kafka.address(), "max.request.size", "4194304"),
              new StringSerializer(),
              new StringSerializer())) {
        producer.send(new ProducerRecord<>("large", large)).get();
      }
      assertThat(consume(kafka, "large", 1), is(Set.of(large)));
      kafka.stop();
      assertThat(kafka.isRunning(), is(false));
    }
    assertThat(
        new String(
                Files.readAllBytes(directory.resolve("logs").resolve("kafka.log")),
                StandardCharsets.UTF_8)
            .contains(" ERROR "),
        is(false));
  }
}
