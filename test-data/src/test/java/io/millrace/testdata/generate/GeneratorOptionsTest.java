package io.millrace.testdata.generate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GeneratorOptionsTest {
  @Test
  void reportsAllProblemsAtOnce() {
    GeneratorOptions.Builder wrong =
        GeneratorOptions.builder()
            .count(0)
            .rate(Double.NaN)
            .duplicates(1.5)
            .late(-0.1)
            .errors(Double.NaN)
            .hotKey(2)
            .outOfOrderness(Duration.ofSeconds(-1))
            .allowedLateness(null)
            .bucket(Duration.ZERO)
            .lateAfterRecords(-1);

    String message = assertThrows(IllegalArgumentException.class, wrong::build).getMessage();

    assertThat(
        message,
        allOf(
            containsString("count must be"),
            containsString("rate must be"),
            containsString("duplicates must be"),
            containsString("late must be"),
            containsString("errors must be"),
            containsString("hotKey must be"),
            containsString("outOfOrderness must be"),
            containsString("allowedLateness must be"),
            containsString("bucket must be"),
            containsString("lateAfterRecords must be")));
    assertThat("one line", message, not(containsString("\n")));
    assertThat("nothing about what is right", message, not(containsString("malformed must be ")));
  }

  @Test
  void rejectsSharesAboveOne() {
    GeneratorOptions.Builder wrong = GeneratorOptions.builder().duplicates(0.6).malformed(0.5);
    assertThat(
        assertThrows(IllegalArgumentException.class, wrong::build).getMessage(),
        containsString("must be at most 1"));
  }

  @Test
  void acceptsSharesThatSumToOne() {
    GeneratorOptions options =
        GeneratorOptions.builder().duplicates(0.1).late(0.2).errors(0.3).malformed(0.4).build();
    assertThat(options.malformed(), is(0.4));
  }
}
