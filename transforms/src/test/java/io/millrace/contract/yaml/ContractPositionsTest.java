package io.millrace.contract.yaml;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a problem is, and which name was probably meant. */
class ContractPositionsTest {
  private static final String YAML =
      """
      # the first line
      contract: shop
      fields:
        id:
          type: string
          required: true
        at: {type: timestamp, required: true}
        kind: {type: string, low_cardinality: true}
        country: {path: [geo, "iso.code"], type: string}
        amount: {type: decimal, precision: 9, scale: 2}
      event_time: {field: at, bucket: 1m, max_ahead: 1d}
      identity:
        - id
        - at
      tables:
        normal:
          columns: [id, at, kind, extra]
          order_by: [id]
      rollups:
        per_kind:
          window: {fixed: 5m}
          group_by: [kind]
          measures:
            n: {type: count}
            total: {type: sum, field: amount}
            p: {type: quantiles, field: amount, at: [0.5, 0.9]}
      """;

  private static List<String> problems(String yaml) {
    return assertThrows(ContractException.class, () -> ContractLoader.parse(yaml, "c.yaml"))
        .problems();
  }

  private static List<String> problemsWith(String part, String replacement) {
    assertEquals(YAML.indexOf(part), YAML.lastIndexOf(part), "occurrences of " + part);
    return problems(YAML.replace(part, replacement));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          # part                   | replaced by                 | problem
          contract: shop           | contrakt: shop              | 2:1: contrakt: unknown key
          contract: shop           | version: 1                  | 2:1: contract: missing
          contract: shop           | contract: [shop]            | 2:1: contract: expected a string
          contract: shop           | contract: 7                 | 2:11: contract: expected a string
          contract: shop           | contract: shop, version: 2  | 2:24: not valid YAML
          # a key in a block, and one in a flow
          required: true\\n  at   | requird: true\\n  at       | 6:5: fields.id.requird: unknown key
          low_cardinality: true    | low_card: true              | 8:24: fields.kind.low_card: unknown key
          type: string\\n         | type: strnig\\n            | 5:11: fields.id.type: expected one of
          precision: 9             | precision: many             | 10:38: fields.amount.precision: expected an integer
          precision: 9, scale: 2   | scale: 2                    | 10:3: fields.amount.precision: expected an integer
          # names of fields: a scalar points to itself, a mapping to its key
          amount: {                | 1amount: {                  | 10:3: fields.1amount: expected a column name
          event_time: {field: at,  | event_time: {field: when,   | 11:21: event_time.field: no field `when`
          bucket: 1m               | bucket: 7m                  | 11:33: event_time.bucket: expected a length
          max_ahead: 1d            | max_ahead: 1s               | 11:48: event_time.max_ahead: expected at least
          - id                     | - idd                       | 12:1: identity: no field `idd`
          - id                     | - [id]                      | 13:5: identity[0]: expected a string
          columns: [id,            | columns: [idd,              | 17:5: tables.normal.columns: no field `idd`
          order_by: [id]           | order_by: [id, {}]          | 18:20: tables.normal.order_by[1]: expected a string
          # a list and a mapping in a list
          [0.5, 0.9]               | [0.5, 1.9]                  | 26:53: rollups.per_kind.measures.p.at[1]: expected a number
          {type: count}            | {type: sum}                 | 24:7: rollups.per_kind.measures.n.field: expected a string
          {type: count}            | {type: cnt}                 | 24:17: rollups.per_kind.measures.n.type: expected one of
          {fixed: 5m}              | {fixed: 5s}                 | 21:21: rollups.per_kind.window.fixed: expected a multiple
          rollups:                 | rollsup:                    | 19:1: rollsup: unknown key
          """)
  void eachProblemNamesLineAndColumn(String part, String replacement, String problem) {
    String from = part.replace("\\n", "\n");
    List<String> found = problemsWith(from, replacement.replace("\\n", "\n"));

    assertThat(found, hasItem(startsWith("c.yaml:" + problem)));
  }

  @Test
  void problemsAreInTheOrderOfTheFile() {
    List<String> found =
        problems(
            YAML.replace("contract: shop", "contract: shop\nversion: x")
                .replace("scale: 2", "scale: x")
                .replace("order_by: [id]", "ttl: 1"));

    assertThat(
        found,
        contains(
            startsWith("c.yaml:3:10: version: "),
            startsWith("c.yaml:11:48: fields.amount.scale: "),
            startsWith("c.yaml:19:10: tables.normal.ttl: ")));
  }

  @Test
  void textThatIsNoYaml() {
    assertThat(problems("a: 1\nb: [1\n"), contains(startsWith("c.yaml:2:6: not valid YAML")));
    assertThat(problems("a: 1\na: 2\n"), contains(startsWith("c.yaml:2:2: not valid YAML")));
    assertThat(
        problems("a: 1\n---\nb: 2\n"),
        contains(startsWith("c.yaml:3:1: a second YAML document; expected one contract")));
    assertThat(problems(""), contains(startsWith("c.yaml:1:1: expected a contract")));
    assertThat(problems("\n\n- a\n"), contains(startsWith("c.yaml:3:1: expected a contract")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # keys: a letter too few, too many, another one, two swapped, upper case, a hyphen
          rollups:              | rolups:               | `rollups`
          event_time:           | event_times:          | `event_time`
          identity:             | identitx:             | `identity`
          low_cardinality: true | low_cardinaltiy: true | `low_cardinality`
          tables:               | Tables:               | `tables`
          low_cardinality: true | low-cardinality: true | `low_cardinality`
          max_ahead: 1d         | ahead: 1d             |
          # values of enumerations
          type: timestamp       | type: timestmap       | `timestamp`
          type: decimal         | type: dec             | `decimal`
          type: decimal         | type: int             | `int32`
          type: decimal         | type: Decimal         | `decimal`
          type: decimal         | type: money           |
          {type: count}         | {type: cuont}         | `count`
          contract: shop        | format: jason         | `json`
          contract: shop        | format: {type: cvs}   | `csv`
          contract: shop        | format: {type: csv, heder: true} | `header`
          contract: shop        | format: {type: csv, header: flase} | `false`
          contract: shop        | compression: gz       | `gzip`
          contract: shop        | unknown_fields: {as: maps} | `map`
          # names of fields
          {field: at,           | {field: att,          | `at`
          group_by: [kind]      | group_by: [kinds]     | `kind`
          columns: [id,         | columns: [ingestion_tme, id, | `ingestion_time`
          columns: [id,         | columns: [zzz, id,    |
          """)
  void namesWhatWasProbablyMeant(String part, String replacement, String meant) {
    List<String> found = problemsWith(part, replacement);

    if (meant == null) {
      assertThat(found, not(hasItem(endsWith("`?"))));
    } else {
      assertThat(found, hasItem(endsWith("; did you mean " + meant + "?")));
    }
  }
}
