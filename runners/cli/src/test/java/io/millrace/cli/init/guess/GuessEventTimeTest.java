package io.millrace.cli.init.guess;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuessEventTimeTest {
  private static final long NOW = Instant.parse("2026-03-02T00:00:00Z").getEpochSecond();
  private static final String TIME = "\"2026-03-01T10:00:00Z\"";

  private static List<String> ranked(String lines) {
    return GuessEventTime.of(Samples.fields(Samples.of(lines)), NOW).stream()
        .map(candidate -> candidate.field().name())
        .toList();
  }

  @Test
  void theUsualNameIsFirst() {
    assertThat(
        ranked(
            "{\"receivedAt\":%s,\"stageTimestamp\":%s,\"timestamp\":%s}"
                .formatted(TIME, TIME, TIME)),
        contains("timestamp", "stageTimestamp", "receivedAt"));
  }

  @Test
  void aNestedTimeIsLast() {
    assertThat(
        ranked("{\"data\":{\"created\":1772359200},\"sent_at\":1772359200}"),
        contains("data_created", "sent_at"));
    assertThat(
        ranked("{\"data\":{\"created\":1772359200},\"log_date\":1772359200}"),
        contains("log_date", "data_created"));
  }

  @Test
  void moreDigitsWinAmongEquals() {
    assertThat(ranked("{\"time\":%s,\"ts\":1772359200.5}".formatted(TIME)), contains("ts", "time"));
  }

  @Test
  void aTimeInTheFutureIsUnlikely() {
    assertThat(
        ranked("{\"time\":\"2030-01-01T00:00:00Z\",\"log_date\":%s}".formatted(TIME)),
        contains("log_date", "time"));
  }

  @Test
  void aTimeThatIsAlwaysTheSameIsUnlikely() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      lines.append("{\"time\":%s,\"log_date\":%d}\n".formatted(TIME, 1772359200 + i));
    }
    assertThat(ranked(lines.toString()), contains("log_date", "time"));
  }

  @Test
  void aTimeThatAFifthOfTheEventsLackIsTheLast() {
    String with = "{\"time\":%s,\"log_date\":%s}\n".formatted(TIME, TIME);
    String without = "{\"log_date\":%s}\n".formatted(TIME);
    assertThat(ranked(with.repeat(8) + without.repeat(2)), contains("log_date", "time"));
    assertThat(ranked(with.repeat(7) + without.repeat(3)), contains("log_date"));
  }

  @Test
  void noTime() {
    assertThat(ranked("{\"n\":1,\"time\":\"noon\"}"), empty());
  }

  @Test
  void theReasonNamesTheRange() {
    GuessEventTime.Candidate candidate =
        GuessEventTime.of(
                Samples.fields(Samples.of("{\"ts\":1772359200123}\n{\"ts\":1772359300123}")), NOW)
            .get(0);
    assertThat(
        candidate.reason(),
        is("a time in 2 of 2 events, from 2026-03-01T10:00:00Z to 2026-03-01T10:01:40Z"));
  }
}
