package io.millrace.cli.contracttest;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.alert.AlertResults;
import io.millrace.cli.contracttest.TestCase.Expected;
import io.millrace.cli.explain.EventExplanation;
import io.millrace.cli.explain.RecordExplainer;
import io.millrace.cli.explain.RowTree;
import io.millrace.contract.Alerts;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Rollup;
import io.millrace.event.Outcome;
import io.millrace.rollup.RollupResults;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs a case by the code that the pipeline runs, and compares what becomes of its events with what
 * it expects. Each case begins without events seen before.
 */
final class CaseRunner {
  private static final String NOTHING = "no further event";
  private static final Set<String> KEYS_OF_CHANGES =
      Set.of(Alerts.ALERT, Alerts.GROUP_KEY, Alerts.CHANGED_AT, Alerts.CHANGE);

  private final Contract contract;
  private final RowComparison rows;

  CaseRunner(Contract contract) {
    this.contract = contract;
    this.rows = new RowComparison(types(contract.rowFields()), Set.of());
  }

  private static Map<String, FieldType> types(List<FieldDefinition> columns) {
    Map<String, FieldType> types = new HashMap<>();
    columns.forEach(column -> types.put(column.name(), column.type()));
    return types;
  }

  CaseResult run(TestCase test) {
    long begin = System.nanoTime();
    Instant recordTime = test.recordTime();
    RollupResults rollups = new RollupResults(contract);
    List<EventExplanation> events = new ArrayList<>();
    try (RecordExplainer explainer =
        RecordExplainer.forTest(
                contract,
                test.lookups(),
                recordTime == null ? System.currentTimeMillis() : recordTime.toEpochMilli())
            .onCounted(event -> rollups.add(event.values(), event.eventTimeMillis()))) {
      if (test.watermark() != null) {
        explainer.withWatermark(test.watermark().toEpochMilli());
      }
      test.records().forEach(record -> events.addAll(explainer.explain(record)));
    }
    List<Difference> differences = new ArrayList<>();
    if (test.expected() != null) {
      compare(test, test.expected(), events, differences);
    }
    test.rollups()
        .forEach((table, expected) -> differences.addAll(compare(test, table, expected, rollups)));
    if (test.alerts() != null) {
      differences.addAll(compareAlerts(test, test.alerts(), rollups));
    }
    return new CaseResult(
        test, List.copyOf(events), List.copyOf(differences), System.nanoTime() - begin);
  }

  private List<Difference> compareAlerts(
      TestCase test, List<Map<String, JsonNode>> expected, RollupResults results) {
    Instant judged = test.recordTime() == null ? Instant.now() : test.recordTime();
    List<Map<String, Object>> found =
        AlertResults.of(contract, results.rows(), judged.toEpochMilli()).stream()
            .map(change -> RowTree.ofChange(change.row()))
            .toList();
    return new RowComparison(types(Alerts.columns()), KEYS_OF_CHANGES)
        .rows(test.line(), TestLanguage.ALERTS, expected, found);
  }

  private List<Difference> compare(
      TestCase test, String table, List<Map<String, JsonNode>> expected, RollupResults results) {
    Rollup rollup =
        contract.rollups().stream().filter(r -> r.table().equals(table)).findFirst().orElseThrow();
    List<Map<String, Object>> found =
        results.rows().getOrDefault(table, List.of()).stream()
            .map(row -> RowTree.of(rollup, row.row()))
            .toList();
    Set<String> keys = Set.copyOf(rollup.definition().identity());
    return new RowComparison(types(rollup.columns()), keys)
        .rows(test.line(), table, expected, found);
  }

  private void compare(
      TestCase test,
      List<Expected> expected,
      List<EventExplanation> events,
      List<Difference> differences) {
    for (int i = 0; i < Math.max(expected.size(), events.size()); i++) {
      if (i >= events.size()) {
        Expected missing = expected.get(i);
        differences.add(
            new Difference(missing.line(), "event " + (i + 1), missing.outcome(), NOTHING));
      } else if (i >= expected.size()) {
        EventExplanation event = events.get(i);
        differences.add(new Difference(test.line(), event.place(), NOTHING, event.describe()));
      } else {
        compare(expected.get(i), events.get(i), differences);
      }
    }
  }

  private void compare(Expected expected, EventExplanation event, List<Difference> differences) {
    int line = expected.line();
    if (!expected.outcome().equals(event.outcomeName())) {
      differences.add(new Difference(line, event.place(), expected.outcome(), event.describe()));
      return;
    }
    boolean dead = event.outcome() == Outcome.DEAD;
    String reason = dead ? expected.code() : expected.rule();
    if (reason != null && !reason.equals(event.reason())) {
      differences.add(
          new Difference(
              line,
              event.place() + ": " + (dead ? TestLanguage.CODE : TestLanguage.RULE),
              reason,
              dead ? event.reason() + ": " + event.message() : event.reason()));
    }
    if (expected.table() != null && !expected.table().equals(event.table())) {
      differences.add(
          new Difference(
              line, event.place() + ": " + TestLanguage.TABLE, expected.table(), event.table()));
    }
    Instant time = expected.eventTime();
    if (time != null && !time.equals(event.eventTime())) {
      differences.add(
          new Difference(
              line,
              event.place() + ": " + TestLanguage.EVENT_TIME,
              time.toString(),
              String.valueOf(event.eventTime())));
    }
    differences.addAll(rows.row(line, event.place(), expected.row(), event.row()));
  }
}
