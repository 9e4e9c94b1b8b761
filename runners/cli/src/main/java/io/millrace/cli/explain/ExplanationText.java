package io.millrace.cli.explain;

import io.millrace.cli.explain.EventExplanation.CountedWindow;
import io.millrace.event.Outcome;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An explanation for a person. */
final class ExplanationText {
  private ExplanationText() {}

  static String of(EventExplanation event) {
    Outcome outcome = event.outcome();
    if (outcome == null) {
      return event.place() + ": no event";
    }
    StringBuilder text = new StringBuilder(event.place() + ": " + outcome.label());
    switch (outcome) {
      case DEAD -> text.append(", ").append(event.reason()).append(": ").append(event.message());
      case FILTERED -> text.append(" by the rule ").append(event.reason());
      case DUPLICATE -> text.append(" of ").append(event.reason());
      case ACCEPTED, ERROR, LATE -> row(event, text);
    }
    return text.toString();
  }

  private static void row(EventExplanation event, StringBuilder text) {
    text.append(", event time ")
        .append(event.eventTime())
        .append("; late from the watermark ")
        .append(event.lateFrom())
        .append(" on");
    int width = event.row().keySet().stream().mapToInt(String::length).max().orElse(0);
    text.append("\n  row of ").append(event.table());
    event
        .row()
        .forEach(
            (column, value) ->
                text.append(
                    String.format(
                        Locale.ROOT, "%n    %-" + Math.max(1, width) + "s  %s", column, value)));
    event.redacted().forEach(rule -> text.append("\n  redacted: ").append(rule));
    for (CountedWindow window : event.windows()) {
      text.append("\n  counts in ")
          .append(window.table())
          .append(window.end() == null ? ", a session with " : ", ")
          .append(window.start())
          .append(window.end() == null ? "" : " to " + window.end())
          .append(
              window.group().isEmpty()
                  ? ""
                  : window.group().entrySet().stream()
                      .map(entry -> entry.getKey() + "=" + entry.getValue())
                      .collect(Collectors.joining(", ", ", group ", "")));
    }
  }

  /** {@code 5 records, 5 events: accepted 3, dead 1, duplicate 1}. */
  static String summary(long records, long events, Map<String, Long> outcomes) {
    return String.format(
        Locale.ROOT,
        "%,d records, %,d events: %s",
        records,
        events,
        outcomes.entrySet().stream()
            .map(entry -> String.format(Locale.ROOT, "%s %,d", entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", ")));
  }
}
