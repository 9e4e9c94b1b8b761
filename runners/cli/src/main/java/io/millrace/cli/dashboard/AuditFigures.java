package io.millrace.cli.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.clickhouse.schema.AuditTable;
import io.millrace.contract.Contract;
import io.millrace.event.Outcome;
import io.millrace.verify.ClickHouseQueries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Events by outcome, contract and time of arrival: all that the dashboard asks of the audit. It
 * reads only the minutes that a range touches.
 */
final class AuditFigures {
  private static final int MOST_BARS = 180;

  private final TableQueries tables;
  private final List<Contract> contracts;

  /** Figures of some contracts; of all that the database knows if there are none. */
  AuditFigures(TableQueries tables, List<Contract> contracts) {
    this.tables = tables;
    this.contracts = contracts;
  }

  /** Counts of one contract's events. */
  private static final class Counts {
    private final Map<String, Long> outcomes = new LinkedHashMap<>();
    private long empty;

    Counts() {
      for (Outcome outcome : Outcome.values()) {
        outcomes.put(outcome.label(), 0L);
      }
    }

    void add(String outcome, long records) {
      if (outcome.equals(Outcome.NO_EVENT)) {
        empty += records;
      } else {
        outcomes.merge(outcome, records, Long::sum);
      }
    }

    ObjectNode json() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("events", outcomes.values().stream().mapToLong(Long::longValue).sum());
      json.put("empty", empty);
      ObjectNode by = json.putObject("outcomes");
      outcomes.forEach(by::put);
      return json;
    }
  }

  /** The equation of the whole minutes that a range touches, and its bars over time. */
  JsonNode answer(TimeRange asked) {
    TimeRange range = asked.wholeMinutes();
    long interval = range.interval(MOST_BARS);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("from", range.from()).put("to", range.to()).put("interval", interval);
    List<JsonNode> rows =
        tables.with(
            queries -> {
              List<String> views = views(queries);
              answer.put("missing", views.isEmpty());
              List<JsonNode> all = new ArrayList<>();
              views.forEach(view -> all.addAll(rows(queries, view, range, interval)));
              return all;
            });
    Map<String, Counts> byContract = new TreeMap<>();
    Map<Long, Counts> byTime = new TreeMap<>();
    Counts sum = new Counts();
    long latest = 0;
    for (JsonNode row : rows) {
      String outcome = row.get(2).asText();
      long records = row.get(3).asLong();
      byContract.computeIfAbsent(row.get(0).asText(), c -> new Counts()).add(outcome, records);
      byTime.computeIfAbsent(row.get(1).asLong(), t -> new Counts()).add(outcome, records);
      sum.add(outcome, records);
      latest = Math.max(latest, row.get(4).asLong());
    }
    answer.setAll(sum.json());
    answer.put("latest", latest);
    ArrayNode each = answer.putArray("contracts");
    byContract.forEach((name, counts) -> each.add(counts.json().put("contract", name)));
    series(answer, byTime);
    return answer;
  }

  /** Bars from the first to the last interval with events; those between without any are 0. */
  private static void series(ObjectNode answer, Map<Long, Counts> byTime) {
    ArrayNode times = answer.putArray("times");
    byTime.keySet().forEach(times::add);
    ObjectNode series = answer.putObject("series");
    Arrays.stream(Outcome.values())
        .map(Outcome::label)
        .forEach(
            outcome -> {
              ArrayNode values = series.putArray(outcome);
              byTime
                  .values()
                  .forEach(counts -> values.add(counts.outcomes.getOrDefault(outcome, 0L)));
            });
  }

  /**
   * Counts of an audit. A batch knows how many events it holds. Their sum is exact if no event is
   * in two batches, which is asked afterwards: what is inserted meanwhile does no harm. Otherwise
   * the view counts, which takes each event apart.
   */
  private List<JsonNode> rows(
      ClickHouseQueries queries, String view, TimeRange range, long interval) {
    String audit = view.substring(0, view.length() - AuditTable.PER_MINUTE.length());
    if (hasOnlyBatches(queries, audit)) {
      String batches = audit + AuditTable.BATCHES;
      List<JsonNode> sums = TableQueries.rows(queries, sql(batches, range, interval));
      if (queries.number(repeated(batches, range)) == 0) {
        return sums;
      }
    }
    return TableQueries.rows(queries, sql(view, range, interval));
  }

  /** Whether no table of an older version, which would have the audit's name, is beside them. */
  private static boolean hasOnlyBatches(ClickHouseQueries queries, String audit) {
    return queries.number(
            "SELECT countIf(name = %s) = 1 AND countIf(engine != 'View') = 1 FROM system.tables"
                    .formatted(ClickHouseQueries.literal(audit + AuditTable.BATCHES))
                + " WHERE database = currentDatabase() AND name IN (%s, %s)"
                    .formatted(
                        ClickHouseQueries.literal(audit),
                        ClickHouseQueries.literal(audit + AuditTable.BATCHES)))
        == 1;
  }

  /**
   * Counts partitions with more events than places. Two places may be taken for one, if a topic was
   * created again or an offset is very large, but never one for two.
   */
  private String repeated(String batches, TimeRange range) {
    return """
        SELECT count() FROM (SELECT 1 FROM %1$s WHERE %2$s%3$s GROUP BY contract, topic, partition
        HAVING sum(records) != groupBitmapArray(if(empty(element_numbers), offsets,
          arrayMap((record, element) -> record * 65536 + element, offsets, element_numbers))))"""
        .formatted(TableQueries.quoted(batches), range.sql("minute"), ours());
  }

  private String ours() {
    return contracts.isEmpty()
        ? ""
        : contracts.stream()
            .map(contract -> ClickHouseQueries.literal(contract.name()))
            .collect(Collectors.joining(", ", " AND contract IN (", ")"));
  }

  private String sql(String table, TimeRange range, long interval) {
    return """
        SELECT contract, intDiv(%2$s, %3$d) * %3$d AS time, toString(outcome) AS ended, sum(records),
          max(%2$s)
        FROM %1$s WHERE %4$s%5$s GROUP BY contract, time, ended"""
        .formatted(
            TableQueries.quoted(table),
            TableQueries.millis("minute"),
            interval,
            range.sql("minute"),
            ours());
  }

  /** The views that are there. */
  private List<String> views(ClickHouseQueries queries) {
    List<String> views = new ArrayList<>();
    String names =
        contracts.stream()
            .map(contract -> contract.tables().audit().name() + AuditTable.PER_MINUTE)
            .distinct()
            .map(ClickHouseQueries::literal)
            .collect(Collectors.joining(", "));
    queries.rows(
        """
        SELECT table FROM system.columns WHERE database = currentDatabase() AND endsWith(table, '%s')
          AND name IN ('contract', 'topic', 'minute', 'outcome', 'records')%s
        GROUP BY table HAVING count() = 5 ORDER BY table
        """
            .formatted(
                AuditTable.PER_MINUTE, names.isEmpty() ? "" : " AND table IN (" + names + ")"),
        row -> views.add(row[0]));
    return views;
  }
}
