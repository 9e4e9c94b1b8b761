package io.millrace.contract.yaml;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import io.millrace.contract.TableRoute;
import io.millrace.event.RowValues;
import io.millrace.expression.EventRouter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteReaderTest {
  private static Contract parse(String tables) {
    return ContractLoader.parse(
        """
        contract: c
        fields:
          at: {type: timestamp, required: true}
          kind: {type: string, default: ""}
          state: {type: enum, values: [up, down-now], required: true}
          size: {type: int32}
        event_time: {field: at}
        identity: [at]
        tables:\s"""
            + tables,
        "c.yaml");
  }

  private static List<String> names(Contract contract) {
    return contract.tables().accepted().stream().map(TableDefinition::name).toList();
  }

  private static int index(Contract contract, String kind, String state, Integer size) {
    Object[] values = new Object[contract.schema().getFieldCount()];
    values[0] = Instant.EPOCH;
    values[1] = kind;
    values[2] = state;
    values[3] = size;
    return EventRouter.of(contract).indexFor(RowValues.attach(contract.schema(), values));
  }

  @Test
  void aContractWithoutRoutesHasOneTable() {
    Contract contract = parse("{normal: {name: t}}");
    assertThat(contract.tables().routes(), empty());
    assertThat(index(contract, "a", "up", 1), is(0));
  }

  @Test
  void aListOfValuesHasATableEach() {
    Contract contract = parse("{by: kind, routes: [page-view, click]}");
    assertThat(names(contract), contains("c", "c_page_view", "c_click"));
    assertThat(index(contract, "page-view", "up", null), is(1));
    assertThat(index(contract, "click", "up", null), is(2));
    assertThat(index(contract, "page_view", "up", null), is(0));
    assertThat(index(contract, "", "up", null), is(0));
  }

  @Test
  void anEnumHasATableForEachValue() {
    Contract contract = parse("{by: state, normal: {name: t}}");
    assertThat(names(contract), contains("t", "t_up", "t_down_now"));
    assertThat(index(contract, "", "down-now", null), is(2));
  }

  @Test
  void aNamedRouteHasItsOwnKeysAndTheFirstThatFitsHoldsAnEvent() {
    Contract contract =
        parse(
            """

              by: kind
              routes:
                large: {when: size > 5, name: big, columns: [at, size, extra], ttl: 9d}
                click: {}
                views: {values: [view, screen], order_by: [at]}
            """);
    assertThat(names(contract), contains("c", "big", "c_click", "c_views"));
    TableRoute large = contract.tables().routes().get(0);
    assertThat(large.table().columnNames(), contains("at", "size", "extra"));
    assertThat(large.table().ttl(), is(Duration.ofDays(9)));
    assertThat(contract.tables().routes().get(2).table().orderBy(), contains("at"));
    assertThat(index(contract, "click", "up", 6), is(1));
    assertThat(index(contract, "click", "up", 5), is(2));
    assertThat(index(contract, "click", "up", null), is(2));
    assertThat(index(contract, "screen", "up", null), is(3));
    assertThat(index(contract, "views", "up", null), is(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{by: knid, routes: [a]} ~ tables.by ~ no field",
        "{by: kind} ~ tables.by ~ expected `routes`",
        "{by: size, routes: [a]} ~ tables.routes ~ expected a field of type",
        "{routes: [a]} ~ tables.routes ~ needs `by`",
        "{by: kind, routes: []} ~ tables.routes ~ at least one value",
        "{by: kind, routes: [a, a]} ~ tables.routes ~ listed twice",
        "{by: kind, routes: [a-b, a_b]} ~ tables.routes.a_b.name ~ another table has the name",
        "{by: state, routes: [up, left]} ~ tables.routes ~ `left` is no enum",
        "{routes: {a: {}}} ~ tables.routes.a ~ expected `when`, or `by`",
        "{routes: {a: {when: sise > 1}}} ~ tables.routes.a.when ~ undeclared reference",
        "{by: kind, routes: {a: {when: size > 1, values: [a]}}} ~ tables.routes.a.values ~ not both",
        "{by: kind, routes: {a: {values: []}}} ~ tables.routes.a.values ~ at least one",
        "{by: kind, routes: {a: {}, b: {values: [a]}}} ~ tables.routes.b ~ another table already",
        "{by: kind, routes: {a: {name: c_late}}} ~ tables.routes.a.name ~ another table has the name",
        "{by: kind, routes: {a: {columns: [size]}}} ~ tables.routes.a.columns ~ part of the identity",
        "{by: kind, routes: {a: {nmae: x}}} ~ tables.routes.a.nmae ~ did you mean `name`",
      })
  void refusesWhatIsWrong(String tables, String path, String expected) {
    ContractException e = assertThrows(ContractException.class, () -> parse(tables));
    assertThat(Problems.withoutPositions(e).get(0), containsString("c.yaml: " + path + ": "));
    assertThat(Problems.withoutPositions(e).get(0), containsString(expected));
  }
}
