package io.millrace.bigquery;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.bigquery.write.ReportRefusedFn;
import io.millrace.bigquery.write.RowSize;
import io.millrace.bigquery.write.TruncateDeadLetter;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.fixtures.TestEvents;
import org.junit.jupiter.api.Test;

/** What BigQuery says of rows, and how large they may be. */
class RowLimitsTest {
  @Test
  void messagesHoldNoValues() {
    assertThat(
        ReportRefusedFn.withoutValues(
            "Field 'user_id': value \"secret\" is bad, see `x\nmore {",
            java.util.Set.of("user_id")),
        is("Field 'user_id': value \"…\" is bad, see `…`"));
    assertThat(
        ReportRefusedFn.withoutValues("Failing row {\n", java.util.Set.of()), is("Failing row"));
  }

  @Test
  void aDeadLetterThatIsTooLargeSaysWhatItKeeps() {
    Clock clock = () -> 5;
    var letter =
        DeadLetterFactory.of(TestEvents.queryEvents(), "test", clock)
            .create(
                TestEvents.origin(1, RowSize.MOST_BYTES),
                io.millrace.event.DeadLetterCode.TOO_LARGE,
                "large",
                "DecodeEvents");
    var fitting = TruncateDeadLetter.of(letter);
    assertThat(fitting.origin().value().length < RowSize.MOST_BYTES, is(true));
    assertThat(
        fitting.message(),
        is(
            "only "
                + fitting.origin().value().length
                + " of "
                + letter.origin().value().length
                + " bytes fit into a row; large"));
    assertThat(
        TruncateDeadLetter.of(fitting).origin().value().length,
        is(fitting.origin().value().length));
  }

  @Test
  void aRowIsCountedByWhatIsSent() {
    assertThat(RowSize.of("x".repeat(2_000_000)), is(2_000_006L));
    assertThat(RowSize.of("é".repeat(1_000_000)), is(2_000_006L));
    assertThat(RowSize.of(java.util.Collections.nCopies(700_000, 1)), is(2_100_002L));
    assertThat(RowSize.of(Long.MIN_VALUE), is(12L));
    assertThat(RowSize.of(null), is(0L));
  }
}
