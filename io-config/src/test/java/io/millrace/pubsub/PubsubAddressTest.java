package io.millrace.pubsub;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.connectors.Connectors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PubsubAddressTest {
  @Test
  void readsProjectAndSubscription() {
    PubsubAddress address = PubsubAddress.parse("pubsub://my-project-1/Query.events_-~+%2F");
    assertThat(address.project(), equalTo("my-project-1"));
    assertThat(address.subscription(), equalTo("Query.events_-~+%2F"));
    assertThat(address.path(), equalTo("projects/my-project-1/subscriptions/Query.events_-~+%2F"));
    assertThat(address.toString(), equalTo("pubsub://my-project-1/Query.events_-~+%2F"));
    assertThat(
        Connectors.ALL.input("pubsub://example.com:my-project/abc"),
        instanceOf(PubsubAddress.class));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://my-project/events | expected pubsub://project/subscription",
        "pubsub:// | expected pubsub://project/subscription",
        "pubsub://my-project | expected pubsub://project/subscription",
        "pubsub://my-project/ | expected pubsub://project/subscription",
        "pubsub:///events | expected pubsub://project/subscription",
        "pubsub://short/events | `short` is not a valid project id",
        "pubsub://My-project/events | `My-project` is not a valid project id",
        "pubsub://1-project/events | `1-project` is not a valid project id",
        "pubsub://my-project-/events | `my-project-` is not a valid project id",
        "pubsub://:my-project/events | `:my-project` is not a valid project id",
        "pubsub://my-project-that-is-far-too-long/events | is not a valid project id",
        "pubsub://my-project/ab | `ab` is not a valid subscription name",
        "pubsub://my-project/1ab | `1ab` is not a valid subscription name",
        "pubsub://my-project/googly | `googly` is not a valid subscription name",
        "pubsub://my-project/a/b | `a/b` is not a valid subscription name",
        "pubsub://my-project/a b c | `a b c` is not a valid subscription name",
      })
  void explainsWhatIsWrong(String text, String expected) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> PubsubAddress.parse(text));
    assertThat(e.getMessage(), containsString(expected));
    assertThat(e.getMessage(), containsString(text));
    assertThat(e.getMessage().lines().count(), equalTo(1L));
  }

  @Test
  void explainsBothNamesAtOnce() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> PubsubAddress.parse("pubsub://p1/s"));
    assertThat(e.getMessage(), containsString("`p1` is not a valid project id"));
    assertThat(e.getMessage(), containsString("; `s` is not a valid subscription name"));
  }

  @Test
  void aPasswordIsNotRepeated() {
    for (String message :
        List.of(
            assertThrows(
                    IllegalArgumentException.class,
                    () -> PubsubAddress.parse("pubsub://me:hunter2@my-project/events"))
                .getMessage(),
            assertThrows(
                    IllegalArgumentException.class,
                    () -> PubsubEmulator.parse("me:hunter2@localhost:8085"))
                .getMessage())) {
      assertThat(message, not(containsString("hunter2")));
      assertThat(message, containsString("user and password"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"8085", "localhost", ":8085", "a:0", "a:b", "http://a:8085", "a:8085/"})
  void anEmulatorIsHostAndPort(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> PubsubEmulator.parse(text));
    assertThat(e.getMessage(), containsString("expected host:port such as 127.0.0.1:8085"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"my_host:8085", "a b:8085", "a%:8085"})
  void anEmulatorsHostIsOne(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> PubsubEmulator.parse(text));
    assertThat(e.getMessage(), containsString("expected a host name"));
  }
}
