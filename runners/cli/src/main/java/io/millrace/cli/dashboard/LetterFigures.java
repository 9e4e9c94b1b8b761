package io.millrace.cli.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.deadletters.ReplayTable;
import io.millrace.cli.explain.DeadLetterReader;
import io.millrace.contract.Contract;
import io.millrace.verify.ClickHouseQueries;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Dead letters by code and time of arrival, and lists of them. Those that a replay has brought to
 * another outcome are left out.
 */
final class LetterFigures {
  private static final int MOST_BARS = 180;
  private static final int PAGE = 50;
  private static final int LAST_PAGE = 10_000;

  private final TableQueries tables;
  private final List<Contract> contracts;

  /** Figures of some contracts; of all tables of dead letters if there are none. */
  LetterFigures(TableQueries tables, List<Contract> contracts) {
    this.tables = tables;
    this.contracts = contracts;
  }

  /** A table of dead letters, and the condition for what counts. */
  private record Source(String table, String condition, boolean many) {
    String view() {
      return TableQueries.quoted(table + "_exact");
    }

    String where(TimeRange range) {
      return range.sql("record_time") + condition;
    }

    /** The place as commands take it. */
    String place() {
      return "concat(topic, '/', toString(partition), '@', toString(offset)"
          + (many ? ", if(elements > 1, concat('#', toString(element)), '')" : "")
          + ")";
    }
  }

  /** By code, stage and contract; and by code over time. */
  JsonNode summary(TimeRange range) {
    long interval = range.interval(MOST_BARS);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("interval", interval);
    ArrayNode groups = answer.putArray("groups");
    Map<Long, Map<String, Long>> byTime = new TreeMap<>();
    Map<String, Long> byCode = new TreeMap<>();
    eachSource(
        answer,
        (queries, source) -> {
          for (JsonNode row : TableQueries.rows(queries, groups(source, range))) {
            ObjectNode group = groups.addObject().put("table", source.table);
            group.set("code", row.get(0));
            group.set("stage", row.get(1));
            group.set("contract", row.get(2));
            group.put("letters", row.get(3).asLong()).put("latest", row.get(4).asLong());
            group.set("place", row.get(5));
            group.set("message", row.get(6));
            byCode.merge(row.get(0).asText(), row.get(3).asLong(), Long::sum);
          }
          for (JsonNode row : TableQueries.rows(queries, times(source, range, interval))) {
            byTime
                .computeIfAbsent(row.get(0).asLong(), time -> new TreeMap<>())
                .merge(row.get(1).asText(), row.get(2).asLong(), Long::sum);
          }
        });
    answer.put("letters", byCode.values().stream().mapToLong(Long::longValue).sum());
    ArrayNode at = answer.putArray("times");
    byTime.keySet().forEach(at::add);
    ObjectNode series = answer.putObject("series");
    byCode.forEach(
        (code, sum) -> {
          ArrayNode values = series.putArray(code);
          byTime.values().forEach(counts -> values.add(counts.getOrDefault(code, 0L)));
        });
    return answer;
  }

  private static String groups(Source source, TimeRange range) {
    return """
    SELECT toString(code) AS c, toString(stage) AS s, toString(contract) AS k, count() AS letters,
      max(%1$s), argMax(%2$s, record_time), argMax(message, record_time)
    FROM %3$s WHERE %4$s GROUP BY c, s, k ORDER BY letters DESC, c, s, k"""
        .formatted(
            TableQueries.millis("record_time"), source.place(), source.view(), source.where(range));
  }

  private static String times(Source source, TimeRange range, long interval) {
    return """
    SELECT intDiv(%1$s, %2$d) * %2$d AS time, toString(code) AS c, count()
    FROM %3$s WHERE %4$s GROUP BY time, c"""
        .formatted(
            TableQueries.millis("record_time"), interval, source.view(), source.where(range));
  }

  /**
   * A page of the latest dead letters of {@code code}, {@code stage} and {@code contract}; a
   * parameter that is missing takes all.
   */
  JsonNode list(ApiQuery query) {
    TimeRange range = query.range();
    long skip = query.optional("skip").isEmpty() ? 0 : query.number("skip", 0, LAST_PAGE);
    String only =
        List.of("code", "stage", "contract").stream()
            .filter(name -> !query.optional(name).isEmpty())
            .map(name -> " AND " + name + " = " + ClickHouseQueries.literal(query.optional(name)))
            .collect(Collectors.joining());
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("page", PAGE);
    ArrayNode letters = answer.putArray("letters");
    eachSource(
        answer,
        (queries, source) -> {
          if (!query.optional("table").isEmpty() && !query.optional("table").equals(source.table)) {
            return;
          }
          for (JsonNode row : TableQueries.rows(queries, page(source, range, only, skip))) {
            ObjectNode letter = letters.addObject().put("table", source.table);
            letter.set("place", row.get(0));
            letter.set("code", row.get(1));
            letter.set("message", row.get(2));
            letter.put("record_time", row.get(3).asLong()).put("bytes", row.get(4).asLong());
            letter.put("attempt", row.get(5).asInt());
          }
        });
    return answer;
  }

  private static String page(Source source, TimeRange range, String only, long skip) {
    return """
    SELECT %s, toString(code), message, %s AS time, ifNull(length(value), -1), attempt
    FROM %s WHERE %s%s
    ORDER BY time DESC, topic, partition, offset DESC LIMIT %d OFFSET %d"""
        .formatted(
            source.place(),
            TableQueries.millis("record_time"),
            source.view(),
            source.where(range),
            only,
            PAGE,
            skip);
  }

  private void eachSource(ObjectNode answer, BiConsumer<ClickHouseQueries, Source> work) {
    boolean found =
        tables.with(
            queries -> {
              boolean any = false;
              List<String> known = DeadLetterReader.tables(queries);
              for (String table : known) {
                if (isOurs(table)) {
                  work.accept(queries, source(queries, table));
                  any = true;
                }
              }
              return any;
            });
    answer.put("missing", !found);
  }

  private boolean isOurs(String table) {
    return contracts.isEmpty()
        || contracts.stream()
            .anyMatch(contract -> contract.tables().deadLetters().name().equals(table));
  }

  private Source source(ClickHouseQueries queries, String table) {
    boolean many = new DeadLetterReader(queries, table).hasElements();
    ReplayTable replays = new ReplayTable(queries, table);
    String ours =
        contracts.isEmpty()
            ? ""
            : contracts.stream()
                .map(contract -> ClickHouseQueries.literal(contract.name()))
                .collect(Collectors.joining(", ", " AND contract IN (", ")"));
    String open = replays.isThere() ? " AND " + replays.openCondition(many) : "";
    return new Source(table, ours + open, many);
  }
}
