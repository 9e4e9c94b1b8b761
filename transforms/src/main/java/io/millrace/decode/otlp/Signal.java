package io.millrace.decode.otlp;

import java.util.List;

/** What a format holds: logs, traces or metrics. */
enum Signal {
  LOGS(
      "otlp-logs",
      Level.request(
          "resourceLogs",
          Level.innermost(
              2,
              "scopeLogs",
              Level.scope("ScopeLogs"),
              "scope",
              Messages.LOG_RECORD,
              "logRecords"))),
  TRACES(
      "otlp-traces",
      Level.request(
          "resourceSpans",
          Level.innermost(
              2, "scopeSpans", Level.scope("ScopeSpans"), "scope", Messages.SPAN, "spans"))),
  METRICS(
      "otlp-metrics",
      Level.request(
          "resourceMetrics",
          Level.around(
              2,
              "scopeMetrics",
              Level.scope("ScopeMetrics"),
              "scope",
              List.of(
                  Level.around(
                      2,
                      "metrics",
                      Messages.METRIC,
                      "metric",
                      List.of(
                          Level.points(5, "gauge", "gauge", Messages.GAUGE, Messages.NUMBER_POINT),
                          Level.points(7, "sum", "sum", Messages.SUM, Messages.NUMBER_POINT),
                          Level.points(
                              9,
                              "histogram",
                              "histogram",
                              Messages.HISTOGRAM,
                              Messages.HISTOGRAM_POINT),
                          Level.points(
                              10,
                              "exponentialHistogram",
                              "exponential_histogram",
                              Messages.EXPONENTIAL_HISTOGRAM,
                              Messages.EXPONENTIAL_HISTOGRAM_POINT),
                          Level.points(
                              11,
                              "summary",
                              "summary",
                              Messages.SUMMARY,
                              Messages.SUMMARY_POINT)))))));

  private final String format;

  @SuppressWarnings("ImmutableEnumChecker") // nothing of it changes
  private final Level request;

  Signal(String format, Level request) {
    this.format = format;
    this.request = request;
  }

  /** The format's name in a contract. */
  String format() {
    return format;
  }

  /** The outermost level. */
  Level request() {
    return request;
  }
}
