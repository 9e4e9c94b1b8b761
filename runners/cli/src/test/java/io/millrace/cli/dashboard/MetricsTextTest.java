package io.millrace.cli.dashboard;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTextTest {
  @Test
  void samplesAreRead() {
    MetricsText text =
        MetricsText.parse(
            """
            # TYPE a_total counter
            a_total 3
            a_total{x="1",y="q\\"{}, \\\\ \\n"} 4.5 1712345678
            b{le="+Inf"} +Inf

            c{} -2e3
            """);
    assertThat(text.sum("a_total"), is(7.5));
    assertThat(text.samples().get(1).labels(), is(Map.of("x", "1", "y", "q\"{}, \\ \n")));
    assertThat(text.max("b"), is(Double.POSITIVE_INFINITY));
    assertThat(text.sum("c"), is(-2000.0));
    assertThat(text.sum("d"), is(0.0));
    assertThat(text.sums("a_total", sample -> sample.label("x")), is(Map.of("", 3.0, "1", 4.5)));
  }

  @Test
  void otherTextIsNoPageOfMetrics() {
    for (String line : List.of("<html>", "a{x=\"1\" 3", "a{x} 3", "a b", "a{x=\"1\"}")) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> MetricsText.parse(line));
      assertThat(e.getMessage(), containsString("not a line of metrics: " + line));
    }
  }
}
