package io.millrace.cli.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.event.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** An explanation as one JSON object. */
public final class ExplanationJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ExplanationJson() {}

  /**
   * The object of an event.
   *
   * @param letter the dead letter that the event was; null: none
   */
  public static String of(EventExplanation event, @Nullable StoredDeadLetter letter) {
    Map<String, Object> tree = new LinkedHashMap<>();
    if (letter != null) {
      Map<String, Object> was = new LinkedHashMap<>();
      was.put("place", letter.place());
      was.put("code", letter.code());
      was.put("message", letter.message());
      was.put("stage", letter.stage());
      was.put("contract", letter.contract());
      was.put("contract_version", letter.contractVersion());
      was.put("attempt", letter.attempt());
      tree.put("dead_letter", was);
    }
    tree.put("record", event.record());
    if (event.element() >= 0) {
      tree.put("element", event.element());
    }
    Outcome outcome = event.outcome();
    tree.put("outcome", event.outcomeName());
    if (outcome == Outcome.DEAD) {
      tree.put("code", event.reason());
      tree.put("message", event.message());
    } else if (outcome == Outcome.FILTERED) {
      tree.put("rule", event.reason());
    } else if (outcome == Outcome.DUPLICATE) {
      tree.put("duplicate_of", event.reason());
    }
    if (event.eventTime() != null) {
      tree.put("event_time", event.eventTime().toString());
      tree.put("late_from", String.valueOf(event.lateFrom()));
      tree.put("table", event.table());
      tree.put("row", event.row());
      if (!event.added().isEmpty()) {
        Map<String, Object> added = new LinkedHashMap<>();
        event.added().forEach(one -> added.put(one.source(), one.columns()));
        tree.put("added", added);
      }
      if (!event.redacted().isEmpty()) {
        tree.put("redacted", event.redacted());
      }
      tree.put(
          "rollups",
          event.windows().stream()
              .map(
                  window -> {
                    Map<String, Object> counted = new LinkedHashMap<>();
                    counted.put("table", window.table());
                    counted.put("window_start", window.start().toString());
                    counted.put(
                        "window_end", window.end() == null ? null : window.end().toString());
                    counted.put("group", window.group());
                    return counted;
                  })
              .toList());
    }
    return written(tree);
  }

  /**
   * The object of a change of an alert: its columns under {@code alert_change}.
   *
   * @param change its columns, as {@link RowTree#ofChange} returns them
   */
  static String ofChange(Map<String, Object> change) {
    return written(Map.of("alert_change", change));
  }

  private static String written(Map<String, Object> tree) {
    try {
      return JSON.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write JSON: " + e.getOriginalMessage(), e);
    }
  }
}
