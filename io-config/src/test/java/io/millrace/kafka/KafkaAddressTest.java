package io.millrace.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaAddressTest {
  @Test
  void readsBrokersAndTopics() {
    KafkaAddress address = KafkaAddress.parse("kafka://a:9092,b:9093/events,more-events");
    assertThat(address.bootstrapServers(), equalTo("a:9092,b:9093"));
    assertThat(address.topics(), contains("events", "more-events"));
    assertThat(address.toString(), equalTo("kafka://a:9092,b:9093/events,more-events"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://a:9092/t | expected kafka://host:port/topic",
        "kafka://a:9092 | expected kafka://host:port/topic",
        "kafka://a:9092/ | expected kafka://host:port/topic",
        "kafka:///t | expected kafka://host:port/topic",
        "kafka://a/t | `a` is not host:port",
        "kafka://a:b/t | `a:b` is not host:port",
        "kafka://a:0/t | `a:0` is not host:port",
        "kafka://a:65536/t | `a:65536` is not host:port",
        "kafka://a:9092,/t | `` is not host:port",
        "kafka://a:9092/t t | `t t` is not a valid topic name",
        "kafka://a:9092/t, | `` is not a valid topic name",
      })
  void explainsWhatIsWrong(String text, String expected) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> KafkaAddress.parse(text));
    assertThat(e.getMessage(), containsString(expected));
    assertThat(e.getMessage(), containsString(text));
  }
}
