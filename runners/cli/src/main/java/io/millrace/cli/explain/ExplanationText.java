package io.millrace.cli.explain;

import io.millrace.cli.explain.EventExplanation.CountedWindow;
import io.millrace.contract.Alerts;
import io.millrace.enrich.EventEnricher;
import io.millrace.event.DeadLetterCode;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An explanation for a person. */
public final class ExplanationText {
  private ExplanationText() {}

  public static String of(EventExplanation event) {
    StringBuilder text = new StringBuilder(event.place() + ": " + event.describe());
    if (event.eventTime() != null) {
      row(event, text);
    }
    return text.toString();
  }

  /** What a dead letter was before. */
  public static String of(StoredDeadLetter letter) {
    return "dead letter %s was %s: %s (%s, contract %s version %d, attempt %d)%s"
        .formatted(
            letter.place(),
            letter.code(),
            letter.message(),
            letter.stage(),
            letter.contract(),
            letter.contractVersion(),
            letter.attempt(),
            letter.code().equals(DeadLetterCode.REFUSED_BY_SINK.label())
                ? "; explain does not ask the sink"
                : "");
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
    for (EventEnricher.Addition added : event.added()) {
      text.append("\n  ")
          .append(added.source())
          .append(": ")
          .append(String.join(", ", added.columns()));
    }
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

  /**
   * A change of an alert.
   *
   * @param change its columns, as {@link RowTree#ofChange} returns them
   */
  static String ofChange(Map<String, Object> change) {
    return "alert %s: %s at %s, group %s%s"
        .formatted(
            change.get(Alerts.ALERT),
            change.get(Alerts.CHANGE),
            change.get(Alerts.CHANGED_AT),
            change.get(Alerts.GROUP_KEY),
            String.valueOf(change.get(Alerts.SUMMARY)).isEmpty()
                ? ""
                : ": " + change.get(Alerts.SUMMARY));
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
