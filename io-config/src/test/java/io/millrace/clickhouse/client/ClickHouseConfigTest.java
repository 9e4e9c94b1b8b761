package io.millrace.clickhouse.client;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClickHouseConfigTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:8123",
        "http://localhost",
        "ftp://h:1",
        "http://h:8123/db",
        "http://h:8123?x=1",
        "http://h h:1",
        ""
      })
  void refusesWhatIsNoAddress(String endpoint) {
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> ClickHouseConfig.of(endpoint, "db"))
            .getMessage(),
        containsString("expected http://HOST:PORT or https://HOST:PORT"));
  }

  @Test
  void neverRepeatsAPassword() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> ClickHouseConfig.of("http://me:s3cret@h:8123", "db"));
    assertThat(e.getMessage(), containsString("use references instead"));
    assertThat(e.getMessage(), not(containsString("s3cret")));
  }

  @Test
  void travelsToTheWorker() {
    ClickHouseConfig config =
        ClickHouseConfig.of("https://h:8443/", "db")
            .withTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(2));
    assertThat(config.address(), is("clickhouse://h:8443/db"));
    assertThat(SerializableUtils.clone(config), is(config));
  }

  @Test
  void refusesLimitsThatMakeNoSense() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Batching(Batching.Mode.STATE, 0, 64 << 20, Duration.ofSeconds(2), 64L << 20));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Batching(Batching.Mode.STATE, 50_000, 64 << 20, Duration.ZERO, 64L << 20));
  }
}
