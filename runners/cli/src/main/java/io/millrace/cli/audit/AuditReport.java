package io.millrace.cli.audit;

import io.millrace.cli.support.JsonObject;
import io.millrace.event.Outcome;
import io.millrace.kafka.consume.OffsetSpan;
import io.millrace.pipeline.Balance;
import io.millrace.verify.Audit;
import io.millrace.verify.LostRanges;
import io.millrace.verify.ManifestDifferences;
import io.millrace.verify.TableCount;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The result of an audit, as text and JSON.
 *
 * @param differences from the manifests; null without manifests
 */
public record AuditReport(
    AuditConfig config, Audit audit, @Nullable ManifestDifferences differences) {
  private static final int GAPS_SHOWN = 20;

  /** Whether everything matches. */
  boolean ok() {
    return audit.ok() && (differences == null || differences.count() == 0);
  }

  String toText() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%s in %s, %s",
        config.contract().name(),
        config.output().address(),
        config.range().text());
    arrivals(text);
    line(text, "");
    line(text, "Audit      %s", audit.balance().equation());
    shown(text, "without outcome: %s", audit.missing());
    lost(text, audit.lost());
    String title = "Tables";
    for (TableCount table : audit.tables()) {
      line(
          text,
          "%-10s %s %,d rows, %s %,d: %s",
          title,
          table.table(),
          table.rows(),
          table.outcome().label(),
          table.audited(),
          table.verdict().text());
      title = "";
    }
    if (!config.range().isWhole()) {
      line(text, "           other tables have no arrival time and are not counted");
    }
    if (differences != null) {
      line(text, "Manifest   %s", differences.text());
      differences
          .counts()
          .keySet()
          .forEach(
              kind ->
                  differences
                      .examples(kind)
                      .forEach(what -> line(text, "           %s: %s", kind.label(), what)));
    }
    text.append(ok() ? "OK" : "FAILED");
    return text.toString();
  }

  private void arrivals(StringBuilder text) {
    OutcomesByArrival arrivals = OutcomesByArrival.of(audit.minutes());
    StringBuilder head = new StringBuilder(String.format("%-22s", "arrival " + arrivals.unit()));
    for (Outcome outcome : Outcome.values()) {
      head.append(String.format("%12s", outcome.label()));
    }
    line(text, "%s", head);
    if (arrivals.before() > 0) {
      line(text, "(%,d earlier rows omitted)", arrivals.before());
    }
    arrivals
        .steps()
        .forEach(
            (step, outcomes) -> {
              StringBuilder row =
                  new StringBuilder(String.format("%-22s", Instant.ofEpochMilli(step)));
              for (Outcome outcome : Outcome.values()) {
                row.append(String.format(Locale.ROOT, "%,12d", outcomes.getOrDefault(outcome, 0L)));
              }
              line(text, "%s", row);
            });
  }

  private static void shown(StringBuilder text, String what, List<OffsetSpan> spans) {
    for (OffsetSpan span : spans.subList(0, Math.min(GAPS_SHOWN, spans.size()))) {
      line(text, "           " + what, span);
    }
    if (spans.size() > GAPS_SHOWN) {
      line(text, "           and %,d more ranges", spans.size() - GAPS_SHOWN);
    }
  }

  private static void lost(StringBuilder text, LostRanges lost) {
    if (!lost.beforeRead().isEmpty()) {
      line(
          text,
          "Lost       %,d offsets, removed from the log before they were read:",
          LostRanges.offsets(lost.beforeRead()));
      shown(text, "lost before read: %s", lost.beforeRead());
    }
    if (!lost.notInLog().isEmpty()) {
      line(
          text,
          "Gone       %,d offsets without outcome that are no longer in the log: lost before they"
              + " were read, or without a record (transaction markers, compaction)",
          LostRanges.offsets(lost.notInLog()));
      shown(text, "not in the log: %s", lost.notInLog());
    }
    if (!lost.ok()) {
      line(
          text,
          "           Read them from a copy of the topic, or accept them as lost:"
              + " --acceptLost=topic/partition@first-last[,...]");
    }
    if (!lost.accepted().isEmpty()) {
      line(
          text,
          "Accepted   %,d offsets as lost (--acceptLost)",
          LostRanges.offsets(lost.accepted()));
    }
  }

  private static List<String> shown(List<OffsetSpan> spans) {
    return spans.stream().limit(GAPS_SHOWN).map(OffsetSpan::toString).toList();
  }

  String toJson() {
    Balance balance = audit.balance();
    JsonObject outcomes = JsonObject.object().put("read", balance.read());
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(outcome.label(), balance.of(outcome));
    }
    OutcomesByArrival arrivals = OutcomesByArrival.of(audit.minutes());
    Map<String, Object> steps = new LinkedHashMap<>();
    arrivals
        .steps()
        .forEach(
            (step, records) -> {
              Map<String, Long> labelled = new LinkedHashMap<>();
              records.forEach((outcome, count) -> labelled.put(outcome.label(), count));
              steps.put(Instant.ofEpochMilli(step).toString(), labelled);
            });
    List<Object> tables = new ArrayList<>();
    for (TableCount table : audit.tables()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("table", table.table());
      row.put("outcome", table.outcome().label());
      row.put("rows", table.rows());
      row.put("audited", table.audited());
      row.put("verdict", table.verdict().name().toLowerCase(Locale.ROOT));
      tables.add(row);
    }
    JsonObject json =
        JsonObject.object()
            .put("ok", ok())
            .put("contract", config.contract().name())
            .put("balanced", balance.balances())
            .put("outcomes", outcomes)
            .put("without_outcome", audit.withoutOutcome())
            .put("without_outcome_at", shown(audit.missing()))
            .put("lost_before_read", LostRanges.offsets(audit.lost().beforeRead()))
            .put("lost_before_read_at", shown(audit.lost().beforeRead()))
            .put("not_in_log", LostRanges.offsets(audit.lost().notInLog()))
            .put("not_in_log_at", shown(audit.lost().notInLog()))
            .put("accepted_lost", LostRanges.offsets(audit.lost().accepted()))
            .put("arrivals_per", arrivals.unit())
            .put("arrivals", steps)
            .put("tables", tables);
    if (differences != null) {
      json.put("differences", differences.count()).put("manifest", manifest(differences));
    }
    return json.text();
  }

  /** Count and examples by kind. */
  public static Map<String, Object> manifest(ManifestDifferences differences) {
    Map<String, Object> kinds = new LinkedHashMap<>();
    differences
        .counts()
        .forEach(
            (kind, count) ->
                kinds.put(
                    kind.label(), Map.of("count", count, "examples", differences.examples(kind))));
    return kinds;
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
