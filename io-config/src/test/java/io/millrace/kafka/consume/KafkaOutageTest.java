package io.millrace.kafka.consume;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class KafkaOutageTest {
  private static final List<TopicPartition> FIRST = List.of(new TopicPartition("t", 0));
  private static final List<TopicPartition> SECOND = List.of(new TopicPartition("t", 1));

  @Test
  void isLoggedAtOnceEachMinuteAndAtItsEnd() {
    KafkaOutage outage = new KafkaOutage("broker:9092");
    assertThat(outage.answered(FIRST, 0), is(Optional.empty()));
    Instant since = Instant.ofEpochMilli(1_000);
    assertThat(outage.failed(FIRST, 1_000), is(Optional.of(since)));
    assertThat(outage.failed(SECOND, 2_000), is(Optional.empty()));
    assertThat(outage.failed(FIRST, 60_999), is(Optional.empty()));
    assertThat(outage.failed(FIRST, 61_000), is(Optional.of(since)));
    assertThat(
        outage.line(since, 61_000, null, "Timeout"),
        equalTo(
            "Cannot read from Kafka at broker:9092 since 1970-01-01T00:00:01Z (60 s), 2 partitions"
                + " waiting: Timeout. Reading continues when Kafka answers"));
    assertThat(outage.answered(FIRST, 62_000), is(Optional.empty()));
    assertThat(
        outage.answered(SECOND, 63_000),
        is(Optional.of("Kafka at broker:9092 recovered after 62 s")));
    assertThat(outage.answered(SECOND, 64_000), is(Optional.empty()));
  }
}
