package io.millrace.options;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeveralContractsTest {
  private static Contract contract(String name, String more) {
    return ContractLoader.parse(
        """
        contract: '%s'
        fields: {at: {type: timestamp, required: true}}
        event_time: {field: at}
        identity: [at]
        """
                .formatted(name)
            + more,
        name + ".yaml");
  }

  private static Contract of(String name, String more) {
    return contract(name, "records: {topics: t}\n" + more);
  }

  private static List<String> problems(Contract... contracts) {
    return SeveralContracts.problems(List.of(contracts));
  }

  @Test
  void contractsMayShareTheAuditAndTheDeadLetters() {
    String dead = "tables: {dead_letters: {name: dead, ttl: 30d}, audit: {ttl: 90d}}";
    assertThat(problems(of("a", dead), of("b", dead)), empty());
    assertThat(problems(of("a", ""), of("b", ""), contract("rest", "")), empty());
  }

  /** Of one table of the server, each of them would change the life of the rows back and forth. */
  @Test
  void aSharedTableHasOneTtl() {
    assertThat(
        problems(
            of("a", "tables: {dead_letters: {name: dead, ttl: 30d}, audit: {ttl: 90d}}"),
            of("b", "tables: {dead_letters: {name: dead, ttl: 31d}}")),
        contains(
            "--contract: the contracts a and b share the table dead, but keep its rows for 30d and"
                + " 31d; give both the same `ttl`, or one another table",
            "--contract: the contracts a and b share the table audit, but keep its rows for 90d and"
                + " an unlimited time; give both the same `ttl`, or one another table"));
  }

  @Test
  void aTableOfEventsHasOneContract() {
    assertThat(
        problems(
            of("a", "tables: {normal: {name: visits}}"),
            of("b", "tables: {normal: {name: visits}}")),
        contains(
            "--contract: the contracts a and b both write the table visits; rename one",
            "--contract: the contracts a and b both write the table visits_late; rename one"));
    String rollup = "rollups: {per_minute: {window: {fixed: 1m}, measures: {n: {type: count}}}}";
    assertThat(
        problems(of("a", rollup), of("b", rollup)),
        contains("--contract: the contracts a and b both write the table per_minute; rename one"));
  }

  @Test
  void noContractWritesEventsIntoATableOfAnotherKind() {
    assertThat(
        problems(of("a_dead", ""), of("a", "")),
        contains("--contract: the contracts a_dead and a both write the table a_dead; rename one"));
    assertThat(
        problems(
            of("a", "tables: {dead_letters: {name: x}}"), of("b", "tables: {audit: {name: x}}")),
        contains("--contract: the contracts a and b both write the table x; rename one"));
    assertThat(
        problems(
            of("a", ""), of("b", "tables: {audit: {name: b_audit}, normal: {name: audit_lost}}")),
        contains("--contract: the contracts a and b both write the table audit_lost; rename one"));
  }

  @Test
  void aNameIsPartOfTheNamesOfSteps() {
    String end =
        " cannot be that of a step; expected a name without /, other than ReadRecords and"
            + " RouteRecords, where a run has several contracts";
    String audit = "tables: {normal: {name: n}}";
    assertThat(
        problems(of("a/b", audit), of("RouteRecords", "")),
        contains("--contract: the name a/b" + end, "--contract: the name RouteRecords" + end));
    assertThat(problems(of("a/b", audit)), empty());
  }

  @Test
  void anotherContractAfterOneForAllRecordsGetsNone() {
    assertThat(
        problems(contract("a", ""), of("b", ""), of("b", "")),
        contains(
            "--contract: the contract a describes all records, so that those after it get none; give"
                + " it `records`, or put it last",
            "--contract: two contracts have the name b; expected different names"));
  }
}
