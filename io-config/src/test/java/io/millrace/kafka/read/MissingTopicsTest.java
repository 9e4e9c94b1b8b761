package io.millrace.kafka.read;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import org.junit.jupiter.api.Test;

class MissingTopicsTest {
  private static final long START = 1_000_000;

  private final MissingTopics missing = new MissingTopics();

  @Test
  void aTopicIsGoneAfterTwentySecondsHoweverManyListingsLackIt() {
    for (long millis = 0; millis < 20_000; millis += 20) {
      assertThat(missing.isGone("a", START + millis), is(false));
    }
    assertThat(missing.isGone("b", START + 20_000), is(false));
    assertThat(missing.isGone("a", START + 20_000), is(true));
    assertThat(missing.contains("a"), is(true));
  }

  @Test
  void aTopicThatIsListedAgainIsNotMissing() {
    assertThat(missing.isGone("a", START), is(false));
    missing.remove("a");
    assertThat(missing.contains("a"), is(false));
    assertThat(missing.isGone("a", START + 30_000), is(false));
    assertThat(missing.isGone("a", START + 49_999), is(false));
    assertThat(missing.isGone("a", START + 50_000), is(true));
  }
}
