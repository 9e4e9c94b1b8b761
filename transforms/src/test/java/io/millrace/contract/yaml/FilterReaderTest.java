package io.millrace.contract.yaml;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Condition;
import io.millrace.contract.Contract;
import io.millrace.contract.FilterRule;
import io.millrace.contract.FilterRule.OnError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterReaderTest {
  private static Contract parse(String more) {
    return ContractLoader.parse(
        """
        contract: c
        version: 1
        fields:
          at: {type: timestamp, required: true}
          kind: {type: string, default: ""}
          size: {type: int32}
        event_time: {field: at}
        identity: [at]
        unknown_fields: {column: extra, as: json}
        tables: {normal: {name: t}}
        """
            + more,
        "c.yaml");
  }

  @Test
  void readsRulesInTheirOrder() {
    Contract contract =
        parse(
            """
            filter:
              tests: kind == 'test'
              large: {when: size > 5, on_error: dead}
              small: {when: size < 2, on_error: null}
              sample: {keep: 0.25}
            """);
    assertThat(
        contract.filters(),
        contains(
            new FilterRule("tests", "kind == 'test'", 0, OnError.NULL),
            new FilterRule("large", "size > 5", 0, OnError.DEAD),
            new FilterRule("small", "size < 2", 0, OnError.NULL),
            new FilterRule("sample", null, 0.25, OnError.NULL)));
  }

  @Test
  void readsConditionsThatAreExpressions() {
    Contract contract =
        parse(
            """
            error: {when: size > 5}
            rollups:
              r:
                window: {fixed: 1m}
                where: [kind != 'a', {field: size, is: present}]
                measures: {n: {type: count_if, when: size == 1}, e: {type: error_rate}}
            """);
    assertThat(contract.error(), is(Condition.when("size > 5")));
    assertThat(contract.rollups().get(0).where().get(0), is(Condition.when("kind != 'a'")));
    assertThat(contract.rollups().get(0).where().get(1).test(), is(Condition.Test.PRESENT));
    assertThat(
        contract.rollups().get(0).measures().get(0).condition(), is(Condition.when("size == 1")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "filter: {a: knid == 'x'} ~ filter.a ~ undeclared reference to 'knid'",
        "filter: {a: size + 1} ~ filter.a ~ expected type 'bool' but found 'int'",
        "filter: {a: {}} ~ filter.a ~ filters every event; expected `when`, `keep` or both",
        "filter: {a: {keep: 1}} ~ filter.a.keep ~ from 0 to less than 1",
        "filter: {a: {keep: 0.1, on_error: dead}} ~ filter.a.on_error ~ only with `when`",
        "filter: {a: {when: size > 1, on_error: x}} ~ filter.a.on_error ~ one of null, filtered, dead",
        "filter: {a-b: size > 1} ~ filter ~ expected a rule's name",
        "filter: {} ~ filter ~ expected rules by name",
        "error: size > ~ error ~ at character",
        "error: {when: size > 1, is: present} ~ error.is ~ expected either `when` or `is`, not both",
      })
  void namesTheProblem(String yaml, String place, String problem) {
    ContractException e = assertThrows(ContractException.class, () -> parse(yaml));
    assertThat(e.getMessage(), containsString(place));
    assertThat(e.getMessage(), containsString(problem));
  }
}
