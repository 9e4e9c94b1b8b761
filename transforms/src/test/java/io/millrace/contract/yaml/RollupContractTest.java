package io.millrace.contract.yaml;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.contract.RollupWindow;
import io.millrace.contract.TableDefinition;
import java.time.Duration;
import java.util.List;
import org.apache.beam.sdk.util.SerializableUtils;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollupContractTest {
  private static final String VALID =
      """
      contract: shop
      version: 1
      format: json
      fields:
        id: {type: string, required: true}
        kind: {type: string}
        items: {type: int64}
        price: {type: decimal, precision: 18, scale: 4}
        weight: {type: float64}
        tags: {type: map}
        fault: {type: text}
        at: {type: timestamp, required: true}
      event_time: {field: at}
      identity: [id, at]
      error: {field: fault, is: present}
      unknown_fields: {column: extra, as: json}
      tables:
        normal: {name: sales, columns: [id, at, extra]}
        error: {name: failed_sales, columns: [id, at, extra]}
        late: {name: late_sales, columns: [id, at, extra]}
        dead_letters: {name: dead_sales}
      rollups:
        by_kind:
          window: {fixed: 5m}
          group_by: [kind]
          where: [{field: kind, in: [sale, refund]}, {field: fault, is: absent}]
          early: 10s
          ttl: 90d
          measures:
            sales: {type: count}
            refunds: {type: count_if, field: kind, in: [refund]}
            failed: {type: error_rate}
            revenue: {type: sum, field: price}
            least: {type: min, field: items}
            latest: {type: max, field: at}
            weight: {type: mean, field: weight}
            items: {type: quantiles, field: items, at: [0.5, 0.95, 0.999]}
            buyers: {type: distinct, field: id}
        moving:
          window: {sliding: 10m, every: 2m}
          measures: {n: {type: count}}
        visits:
          window: {session: 30m}
          group_by: [id]
          measures: {n: {type: count}}
      """;

  private static Contract valid() {
    return ContractLoader.parse(VALID, "shop.yaml");
  }

  @Test
  void readsRollups() {
    List<Rollup> rollups = valid().rollups();
    assertThat(
        rollups.stream().map(Rollup::table).toList(), contains("by_kind", "moving", "visits"));
    assertEquals(Duration.ofSeconds(10), rollups.get(0).early());
    assertEquals(2, rollups.get(0).where().size());
    assertEquals(
        new RollupWindow(RollupWindow.Kind.SLIDING, Duration.ofMinutes(10), Duration.ofMinutes(2)),
        rollups.get(1).window());
    assertEquals(RollupWindow.Kind.SESSION, rollups.get(2).window().kind());
    assertEquals(valid(), SerializableUtils.clone(valid()));
  }

  @Test
  void derivesTheColumnsOfARollup() {
    TableDefinition table = valid().rollups().get(0).definition();
    assertThat(
        table.columnNames(),
        contains(
            "window_start",
            "window_end",
            "kind",
            "sales",
            "refunds",
            "failed",
            "revenue",
            "least",
            "latest",
            "weight",
            "items_p50",
            "items_p95",
            "items_p99_9",
            "buyers",
            "events"));
    assertThat(table.identity(), contains("kind", "window_start"));
    assertThat(
        valid().rollups().get(2).definition().columnNames(),
        contains("window_start", "window_end", "id", "n", "events", "merged"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {fixed: 5m}                        | {fixed: 90s}                 | rollups.by_kind.window.fixed: expected a multiple of the bucket, 1m
          {fixed: 5m}                        | {fixed: 0s}                  | rollups.by_kind.window.fixed: expected a multiple
          {fixed: 5m}                        | {fixed: 5m, session: 5m}     | rollups.by_kind.window: expected one of fixed, sliding, session
          {fixed: 5m}                        | {fixed: 5m, every: 5m}       | rollups.by_kind.window.every: only for sliding
          {fixed: 5m}                        | {tumbling: 5m}               | rollups.by_kind.window.tumbling: unknown key
          every: 2m                          | every: 3m                    | rollups.moving.window.sliding: expected a multiple of `every`, 3m
          ", every: 2m"                      | ""                           | rollups.moving.window.every: missing
          {sliding: 10m, every: 2m}          | {sliding: 1000d, every: 1m}  | rollups.moving.window.every: expected at most 1000
          {session: 30m}                     | {session: 10s}               | rollups.visits.window.session: expected at least the bucket
          group_by: [kind]                   | group_by: [kinds]            | rollups.by_kind.group_by: no field `kinds`
          group_by: [kind]                   | group_by: [weight]           | rollups.by_kind.group_by: `weight` cannot be a group
          group_by: [kind]                   | group_by: [items]            | rollups.by_kind.group_by: `items` cannot be a group
          early: 10s                         | early: 10ms                  | rollups.by_kind.early: expected at least 1s
          is: absent                         | is: missing                  | rollups.by_kind.where[1].is: expected one of present, absent
          {type: count_if, field: kind,      | "{type: count_if, field: kin," | rollups.by_kind.measures.refunds.field: no field `kin`
          {type: sum, field: price}          | {type: sum, field: kind}     | rollups.by_kind.measures.revenue.field: `kind` has the type string; expected one of int32, int64, uint64, float32, float64, decimal
          {type: sum, field: price}          | {type: total, field: price}  | rollups.by_kind.measures.revenue.type: expected one of count,
          {type: sum, field: price}          | {type: sum}                  | rollups.by_kind.measures.revenue.field: expected a string
          {type: distinct, field: id}        | {type: distinct, field: tags} | rollups.by_kind.measures.buyers.field: `tags` has the type map
          at: [0.5, 0.95, 0.999]             | at: [50]                     | rollups.by_kind.measures.items.at[0]: expected a number between 0 and 1
          at: [0.5, 0.95, 0.999]             | at: []                       | rollups.by_kind.measures.items.at: expected a list
          "sales: {type"                     | "kind: {type"                | rollups.by_kind.measures: two columns have the name `kind`
          "sales: {type"                     | "events: {type"              | rollups.by_kind.measures: two columns have the name `events`
          "visits:"                          | "sales:"                     | rollups.sales: another table has the name `sales`
          "visits:"                          | "9lives:"                    | rollups.9lives: expected a table name
          "error: {field: fault, is: present}" | ""                         | rollups.by_kind.measures.failed: error_rate needs the `error` rule
          """)
  void reportsEachProblemWithItsPath(String part, String replacement, String line) {
    assertThat(VALID, containsString(part));
    String yaml = VALID.replace(part, replacement == null ? "" : replacement);
    List<String> problems =
        Problems.withoutPositions(
            assertThrows(ContractException.class, () -> ContractLoader.parse(yaml, "shop.yaml")));
    assertThat(problems, hasItem(startsWith("shop.yaml: " + line)));
    assertThat(problems, Matchers.everyItem(startsWith("shop.yaml: ")));
  }
}
