package io.millrace.metrics;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The tables of docs/metrics.md, from {@link RunMetric}. */
public final class MetricsPage {
  private MetricsPage() {}

  /** One row for each metric of a run's endpoint. */
  public static String metrics() {
    StringBuilder page =
        new StringBuilder(
            "| metric | kind | labels | where | what it is |\n|---|---|---|---|---|\n");
    for (RunMetric metric : RunMetric.values()) {
      page.append(
          row(
              "`" + metric.sampleName() + "`",
              metric.kind().name().toLowerCase(Locale.ROOT),
              quoted(metric.labels()),
              metric.where().text(),
              metric.help()));
    }
    return page.toString();
  }

  /** One row for each metric that a job on a cluster has by other names. */
  public static String jobNames() {
    StringBuilder page = new StringBuilder("| metric | names in the job |\n|---|---|\n");
    for (RunMetric metric : RunMetric.values()) {
      if (!metric.jobNames().isEmpty()) {
        page.append(row("`" + metric.sampleName() + "`", quoted(metric.jobNames())));
      }
    }
    return page.toString();
  }

  private static String quoted(List<String> names) {
    return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
  }

  private static String row(String... cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }
}
