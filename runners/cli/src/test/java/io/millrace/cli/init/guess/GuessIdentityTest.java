package io.millrace.cli.init.guess;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GuessIdentityTest {
  private static GuessIdentity.Guess best(int count, IntFunction<String> event) {
    return best(IntStream.range(0, count).mapToObj(event).collect(Collectors.joining("\n")));
  }

  private static GuessIdentity.Guess best(String lines) {
    List<SampledEvent> events = Samples.of(lines);
    List<FieldGuess> fields = Samples.fields(events);
    FieldGuess time = fields.stream().filter(f -> f.name().equals("ts")).findFirst().orElseThrow();
    return GuessIdentity.of(events, fields, time).get(0);
  }

  private static String columns(GuessIdentity.Guess guess) {
    return Samples.names(guess.fields());
  }

  private static int ts(int i) {
    return 1_772_359_200 + i;
  }

  @Test
  void anEventsOwnId() {
    GuessIdentity.Guess guess =
        best(5, i -> "{\"user_id\":\"u%d\",\"event_id\":\"e%d\",\"ts\":%d}".formatted(i, i, ts(i)));
    assertThat(columns(guess), is("event_id, ts"));
    assertThat(guess.sure(), is(true));
  }

  /** Producers repeat events. */
  @Test
  void repeatedEventsDoNotDisqualifyAnId() {
    GuessIdentity.Guess guess =
        best(20, i -> "{\"id\":\"e%d\",\"ts\":%d}".formatted(i / 2, ts(i / 2)));
    assertThat(columns(guess), is("id, ts"));
    assertThat(guess.reason(), is("`id` has 10 values in 10 different events"));
  }

  @Test
  void aRetryWithAnotherSendingTimeDoesNotDisqualifyAnId() {
    GuessIdentity.Guess guess =
        best(
            100,
            i ->
                "{\"id\":\"e%d\",\"ts\":%d,\"sent_at\":%d}"
                    .formatted(Math.max(i, 1), ts(Math.max(i, 1)), ts(i)));
    assertThat(columns(guess), is("id, ts"));
    assertThat(guess.sure(), is(false));
    assertThat(guess.reason(), containsString("events with equal ids count as the same event"));
  }

  @Test
  void anIdOfSeveralEventsNeedsTheirType() {
    GuessIdentity.Guess guess =
        best(
            8,
            i ->
                "{\"query_id\":\"q%d\",\"type\":\"t%d\",\"ts\":%d,\"ms\":%d.5}"
                    .formatted(i / 2, i % 2, ts(i / 2), i));
    assertThat(columns(guess), is("query_id, type, ts"));
    assertThat(guess.sure(), is(false));
  }

  /** Traces and sessions have many events, so they do not tell two log lines apart. */
  @Test
  void aSharedIdIsNotTrusted() {
    GuessIdentity.Guess guess =
        best(
            4,
            i ->
                "{\"trace_id\":\"t%d\",\"message\":\"m\",\"ts\":%d,\"load\":1.5}"
                    .formatted(i, ts(i)));
    assertThat(columns(guess), is("trace_id, message, ts"));
    assertThat(guess.reason(), containsString("no id"));
  }

  @Test
  void anotherIdNeedsManyEvents() {
    IntFunction<String> event =
        i -> "{\"ticket\":{\"id\":\"k%d\"},\"x\":%d,\"ts\":%d}".formatted(i, i % 2, ts(i));
    assertThat(columns(best(50, event)), is("ticket_id, ts"));
    assertThat(best(50, event).reason(), containsString("differs in all 50"));
  }

  @Test
  void withoutAnyIdItIsAllFieldsButNoFloat() {
    GuessIdentity.Guess guess =
        best(
            3,
            i ->
                "{\"host\":\"h\",\"value\":%d.5,\"tags\":[\"a\"],\"ok\":true,\"ts\":%d}"
                    .formatted(i, ts(i)));
    assertThat(columns(guess), is("host, ok, ts"));
  }

  @Test
  void itSaysSoIfNothingTellsEventsApart() {
    GuessIdentity.Guess guess =
        best(4, i -> "{\"host\":\"h\",\"value\":%d.5,\"ts\":%d}".formatted(i, ts(0)));
    assertThat(columns(guess), is("host, ts"));
    assertThat(guess.reason(), containsString("3 different events would count as duplicates"));
  }

  @Test
  void anOptionalFieldIsNoPartOfIt() {
    GuessIdentity.Guess guess =
        best(
            "{\"id\":\"a\",\"host\":\"h\",\"ts\":%d}\n{\"host\":\"h\",\"ts\":%d}"
                .formatted(ts(0), ts(1)));
    assertThat(columns(guess), is("host, ts"));
  }
}
