package io.millrace.metrics;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The tables of docs/metrics.md are those of the code. {@code -Dmillrace.write=true} writes them
 * again.
 */
class MetricsPageTest {
  private static final Path PAGE = Path.of("../docs/metrics.md");

  @Test
  void theTablesAreThoseOfTheCode() throws IOException {
    String page = Files.readString(PAGE);
    String generated =
        with(with(page, "metrics", MetricsPage.metrics()), "job names", MetricsPage.jobNames());
    if (Boolean.getBoolean("millrace.write")) {
      Files.writeString(PAGE, generated);
    }

    assertThat(
        PAGE + " is outdated: run this test with -Dmillrace.write=true",
        Files.readString(PAGE),
        is(generated));
  }

  private static String with(String page, String section, String table) {
    String begin = "<!-- generated: " + section + " -->\n";
    String end = "<!-- end -->";
    assertThat(page, containsString(begin));
    int from = page.indexOf(begin) + begin.length();
    return page.substring(0, from) + "\n" + table + "\n" + page.substring(page.indexOf(end, from));
  }

  /** As OpenMetrics asks for. */
  @Test
  void namesAreThoseOfOpenMetrics() {
    Pattern name = Pattern.compile("millrace(_[a-z]+)+");
    List<RunMetric> wrong =
        Arrays.stream(RunMetric.values())
            .filter(
                metric ->
                    !name.matcher(metric.family()).matches()
                        || !metric.family().endsWith(metric.unit())
                        || metric.family().matches(".*_(total|info|count|sum|bucket|created)"))
            .toList();
    assertThat(wrong, empty());
    assertThat(
        "each name once",
        new TreeSet<>(Arrays.stream(RunMetric.values()).map(RunMetric::family).toList()).size(),
        is(RunMetric.values().length));
    for (RunMetric metric : RunMetric.values()) {
      assertThat(metric + " ends with a full stop", metric.help().endsWith("."), is(true));
      assertThat(metric.help(), not(containsString("|")));
    }
  }
}
