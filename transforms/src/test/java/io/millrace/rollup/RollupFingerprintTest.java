package io.millrace.rollup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollupFingerprintTest {
  private static String text(String ms, String tags, String rollup) {
    Contract contract =
        ContractLoader.parse(
            """
            contract: c
            fields:
              at: {type: timestamp, required: true}
              page: {type: string}
              ms: {type: %s}
              tags: {type: array, items: {type: %s}}
              other: {type: %s}
            event_time: {field: at}
            identity: [at]
            rollups: {r: {window: {fixed: 1m}, %s}}
            """
                .formatted(ms, tags, ms, rollup),
            "c.yaml");
    return RollupFingerprint.text(contract, contract.rollups().get(0));
  }

  /** Savepoints hold the hash of this text. */
  @Test
  void withoutExpressionsItStaysAsItIs() {
    assertThat(
        text(
            "int64",
            "string",
            "where: {field: page, in: [a]}, group_by: [page],"
                + " measures: {n: {type: count_if, field: page, is: present}, m: {type: max, field: ms}}"),
        is(
            "by page:STRING:0:0 where page IN [a] get"
                + " count_if( page PRESENT []),max(ms:INT64:0:0 )"));
  }

  @Test
  void anExpressionIncludesTheTypesOfTheFieldsThatItReads() {
    assertThat(
        text("int64", "string", "where: page != 'x' && ms > 5, measures: {n: {type: count}}"),
        is("by  where  WHEN page != 'x' && ms > 5 of page:STRING:0:0,ms:INT64:0:0 get count( )"));
  }

  @ParameterizedTest
  @CsvSource({
    "where: ms > 5.0",
    "'measures: {n: {type: count_if, when: ms > 5.0}}'",
  })
  void anotherTypeIsAnotherComputation(String rollup) {
    String whole = rollup.startsWith("where") ? rollup + ", measures: {n: {type: count}}" : rollup;

    assertThat(text("float64", "string", whole), not(text("float32", "string", whole)));
    // A field that it does not read
    assertThat(text("float64", "string", whole), is(text("float64", "int64", whole)));
  }

  @Test
  void theTypeOfElementsCounts() {
    String rollup = "where: size(tags) > 1, measures: {n: {type: count}}";

    assertThat(text("int64", "string", rollup), not(text("int64", "int64", rollup)));
  }
}
