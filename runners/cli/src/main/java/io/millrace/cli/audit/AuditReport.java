package io.millrace.cli.audit;

import io.millrace.cli.support.JsonObject;
import io.millrace.cli.support.TextLines;
import io.millrace.contract.Contract;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  private String names() {
    return config.contracts().stream().map(Contract::name).collect(Collectors.joining(", "));
  }

  String toText() {
    TextLines lines = new TextLines();
    lines.line("%s in %s, %s", names(), config.output().address(), config.range().text());
    arrivals(lines);
    lines.line("");
    lines.line("Audit      %s", audit.balance().equation());
    shown(lines, "without outcome: %s", audit.missing());
    audit
        .records()
        .incomplete()
        .forEach(line -> lines.line("           without outcome: %s", line));
    if (config.input() == null && !audit.missing().isEmpty()) {
      lines.line(
          "           offsets without a record (transactions, compaction) count: add --input");
    }
    lost(lines, audit.lost());
    if (!audit.skipped().isEmpty()) {
      lines.line(
          "Skipped    %,d offsets, before the place where reading began (--startFrom)",
          LostRanges.offsets(audit.skipped()));
      shown(lines, "not to be read: %s", audit.skipped());
    }
    String title = "Tables";
    for (TableCount table : audit.tables()) {
      lines.line(
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
      lines.line("           other tables have no arrival time and are not counted");
    }
    if (differences != null) {
      lines.line("Manifest   %s", differences.text());
      examples(lines, differences);
    }
    return lines.line(ok() ? "OK" : "FAILED").toString();
  }

  /** Adds a line for each example of a difference. */
  public static void examples(TextLines lines, ManifestDifferences differences) {
    for (var kind : differences.counts().keySet()) {
      for (Object what : differences.examples(kind)) {
        lines.line("           %s: %s", kind.label(), what);
      }
    }
  }

  private void arrivals(TextLines lines) {
    OutcomesByArrival arrivals = OutcomesByArrival.of(audit.minutes());
    StringBuilder head = new StringBuilder(String.format("%-22s", "arrival " + arrivals.unit()));
    List<Outcome> columns = outcomes();
    for (Outcome outcome : columns) {
      head.append(String.format("%12s", outcome.label()));
    }
    lines.line("%s", head);
    if (arrivals.before() > 0) {
      lines.line("(%,d earlier rows omitted)", arrivals.before());
    }
    arrivals
        .steps()
        .forEach(
            (step, outcomes) -> {
              StringBuilder row =
                  new StringBuilder(String.format("%-22s", Instant.ofEpochMilli(step)));
              for (Outcome outcome : columns) {
                row.append(TextLines.text("%,12d", outcomes.getOrDefault(outcome, 0L)));
              }
              lines.line("%s", row);
            });
  }

  /** All outcomes; few contracts have filters. */
  private List<Outcome> outcomes() {
    boolean filtered =
        audit.minutes().values().stream().anyMatch(m -> m.containsKey(Outcome.FILTERED));
    return Stream.of(Outcome.values())
        .filter(outcome -> filtered || outcome != Outcome.FILTERED)
        .toList();
  }

  private static void shown(TextLines lines, String what, List<OffsetSpan> spans) {
    for (OffsetSpan span : spans.subList(0, Math.min(GAPS_SHOWN, spans.size()))) {
      lines.line("           " + what, span);
    }
    if (spans.size() > GAPS_SHOWN) {
      lines.line("           and %,d more ranges", spans.size() - GAPS_SHOWN);
    }
  }

  private static void lost(TextLines lines, LostRanges lost) {
    if (!lost.beforeRead().isEmpty()) {
      lines.line(
          "Lost       %,d offsets, lost before they were read:",
          LostRanges.offsets(lost.beforeRead()));
      shown(lines, "lost before read: %s", lost.beforeRead());
    }
    if (!lost.notInLog().isEmpty()) {
      lines.line(
          "Gone       %,d offsets without outcome that are no longer in the log: lost before they"
              + " were read, or without a record (transaction markers, compaction)",
          LostRanges.offsets(lost.notInLog()));
      shown(lines, "not in the log: %s", lost.notInLog());
    }
    if (!lost.ok()) {
      lines.line(
          "           Read them from a copy of the topic, or accept them as lost:"
              + " --acceptLost=topic/partition@first-last[,...]");
    }
    if (!lost.accepted().isEmpty()) {
      lines.line(
          "Accepted   %,d offsets as lost (--acceptLost)", LostRanges.offsets(lost.accepted()));
    }
  }

  private static List<String> shown(List<OffsetSpan> spans) {
    return spans.stream().limit(GAPS_SHOWN).map(OffsetSpan::toString).toList();
  }

  String toJson() {
    Balance balance = audit.balance();
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
            .put("contract", names())
            .put("balanced", balance.balances())
            .put("outcomes", outcomes(balance))
            .put("without_outcome", audit.withoutOutcome())
            .put(
                "without_outcome_at",
                Stream.concat(
                        shown(audit.missing()).stream(), audit.records().incomplete().stream())
                    .toList())
            .put("records_lost_before_read", LostRanges.offsets(audit.lost().beforeRead()))
            .put("records_lost_before_read_at", shown(audit.lost().beforeRead()))
            .put("not_in_log", LostRanges.offsets(audit.lost().notInLog()))
            .put("not_in_log_at", shown(audit.lost().notInLog()))
            .put("skipped_at_start", LostRanges.offsets(audit.skipped()))
            .put("skipped_at_start_at", shown(audit.skipped()))
            .put("accepted_lost", LostRanges.offsets(audit.lost().accepted()))
            .put("arrivals_per", arrivals.unit())
            .put("arrivals", steps)
            .put("tables", tables);
    if (differences != null) {
      json.put("differences", differences.count()).put("manifest", manifest(differences));
    }
    return json.text();
  }

  /** Number of records, of events in them, and of each outcome. */
  public static JsonObject outcomes(Balance balance) {
    JsonObject outcomes =
        JsonObject.object().put("read", balance.read()).put("events", balance.events());
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(outcome.label(), balance.of(outcome));
    }
    return outcomes;
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
}
