package io.millrace.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.deadletter.DeadLetterJson;
import io.millrace.deadletter.DeadLetterMetadata;
import io.millrace.deadletter.Sender.Unsent;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.fixtures.TestDeadLetters;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestPipelineExtension.class)
class SendToKafkaIT {
  private static LocalStack stack;

  @BeforeAll
  static void startStack() {
    stack = SharedStack.clean();
  }

  private static String servers() {
    return stack.kafka().address();
  }

  private static SendToKafka to(String topic) {
    return SendToKafka.parse("kafka://" + servers() + "/" + topic);
  }

  private static void createTopic(String topic, Map<String, String> settings) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
      admin
          .createTopics(
              List.of(new NewTopic(topic, Optional.of(2), Optional.empty()).configs(settings)))
          .all()
          .get(2, TimeUnit.MINUTES);
    }
  }

  /** All messages of a topic, in the order of each partition. */
  private static List<ConsumerRecord<byte[], byte[]>> messages(String topic) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers(), "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(topic, p.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(all::add);
      }
    }
    return all;
  }

  private static String header(ConsumerRecord<byte[], byte[]> message, String name) {
    Header header = message.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  @Test
  void bytesKeyAndHeadersArriveAsTheyWere(TestPipeline pipeline) throws Exception {
    createTopic("intact", Map.of());
    assertThat(to("intact").check(), empty());
    List<DeadLetter> letters = new ArrayList<>(TestDeadLetters.numbers(500));
    letters.add(TestDeadLetters.of(500, null, null, List.of()));
    PCollection<DeadLetter> sent =
        pipeline
            .apply(Create.of(letters).withCoder(DeadLetterCoder.of()))
            .apply(to("intact").send(""));
    PAssert.that(sent).containsInAnyOrder(letters);
    pipeline.run().waitUntilFinish();

    Map<String, ConsumerRecord<byte[], byte[]>> byId = new HashMap<>();
    messages("intact").forEach(m -> byId.put(header(m, DeadLetterMetadata.ID), m));
    assertThat(messages("intact"), hasSize(501));
    assertThat(byId.size(), is(501));
    for (DeadLetter letter : letters) {
      ConsumerRecord<byte[], byte[]> message = byId.get("queries/2@" + letter.origin().offset());
      assertThat(message.value(), equalTo(letter.origin().value()));
      assertThat(message.key(), equalTo(letter.origin().key()));
      letter
          .origin()
          .headers()
          .forEach(
              h -> assertThat(message.headers().lastHeader(h.name()).value(), equalTo(h.value())));
      assertThat(header(message, "millrace-dead-letter-code"), is("malformed_json"));
      assertThat(header(message, "millrace-attempt"), is("2"));
      assertThat(header(message, DeadLetterMetadata.FORMAT), nullValue());
    }
  }

  @Test
  void whatIsTooLargeGoesInPartsThatTogetherAreAllOfIt() throws Exception {
    createTopic("small", Map.of("max.message.bytes", "20000"));
    byte[] value = new byte[100_000];
    new Random(7).nextBytes(value);
    DeadLetter large =
        TestDeadLetters.of(
            5, new byte[30_000], value, TestDeadLetters.number(1).origin().headers());
    KafkaSender sender = new KafkaSender(to("small").target(), "");
    try {
      assertThat(
          sender
              .send(List.of(TestDeadLetters.number(1), large, TestDeadLetters.number(2)))
              .letters(),
          empty());
    } finally {
      sender.close();
    }
    List<ConsumerRecord<byte[], byte[]>> messages = messages("small");
    List<ConsumerRecord<byte[], byte[]>> parts =
        messages.stream().filter(m -> header(m, DeadLetterMetadata.PART) != null).toList();
    assertThat(messages.size(), is(parts.size() + 2));
    assertThat(parts.size(), greaterThan(10));
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (int i = 0; i < parts.size(); i++) {
      assertThat(header(parts.get(i), DeadLetterMetadata.PART), is((i + 1) + "/" + parts.size()));
      assertThat(header(parts.get(i), "millrace-dead-letter-offset"), is("5"));
      joined.writeBytes(parts.get(i).value());
    }
    assertThat(Arrays.equals(joined.toByteArray(), DeadLetterJson.of(large, "")), is(true));
  }

  @Test
  void aTopicThatTakesNoPartIsAnOperatorsMatterAndHoldsUpNoOther() throws Exception {
    createTopic("tiny", Map.of("max.message.bytes", "1000"));
    KafkaSender sender = new KafkaSender(to("tiny").target(), "");
    try {
      DeadLetter large = TestDeadLetters.of(5, null, new byte[5_000], List.of());
      // Small ones on both sides of it, often enough that some would share its batch.
      Unsent unsent = Unsent.NONE;
      for (int i = 1; i < 40; i += 4) {
        unsent =
            sender.send(
                List.of(
                    TestDeadLetters.number(i),
                    TestDeadLetters.number(i + 1),
                    large,
                    TestDeadLetters.number(i + 2),
                    TestDeadLetters.number(i + 3)));
        assertThat(unsent.letters(), contains(large));
      }
      assertThat(unsent.operator(), is(true));
      assertThat(unsent.reason(), containsString("increase its max.message.bytes"));
    } finally {
      sender.close();
    }
    assertThat(messages("tiny"), hasSize(40));
    assertThat(to("tiny").check(), contains(containsString("its max.message.bytes is 1000")));
  }

  @Test
  void aBrokerThatIsDownIsWaitedFor() throws Exception {
    createTopic("outage", Map.of());
    KafkaSender sender = new KafkaSender(to("outage").target(), "");
    try {
      assertThat(sender.send(TestDeadLetters.numbers(1)).letters(), empty());
      stack.kafka().kill();
      Unsent unsent = sender.send(TestDeadLetters.numbers(3));
      assertThat(unsent.letters(), hasSize(3));
      assertThat(unsent.reason(), not(containsString("\n")));
      assertThat(
          to("outage").check(),
          contains(containsString("cannot connect to Kafka at " + servers())));
      stack.kafka().start();
      // Each attempt ends after some seconds, which a broker that has just started may need.
      long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
      List<DeadLetter> left = unsent.letters();
      while (!left.isEmpty() && System.nanoTime() - deadline < 0) {
        left = sender.send(left).letters();
      }
      assertThat(left, empty());
    } finally {
      if (!stack.kafka().isRunning()) {
        stack.kafka().start();
      }
      sender.close();
    }
    assertThat(messages("outage").size(), is(4));
  }

  @Test
  void checkNamesATopicThatIsMissingOrCompacted() throws Exception {
    assertThat(
        to("missing").check(),
        contains(
            "dead-letter topic `missing` does not exist at "
                + servers()
                + ": create it, or correct --deadLetters"));
    createTopic("compacted", Map.of("cleanup.policy", "compact"));
    assertThat(to("compacted").check(), contains(containsString("it is compacted")));
  }
}
