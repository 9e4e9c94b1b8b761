package io.millrace.contract.yaml;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Alert;
import io.millrace.contract.Alerts;
import io.millrace.contract.Contract;
import io.millrace.contract.HealthAlert;
import io.millrace.rollup.RollupRowCoder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertReaderTest {
  private static final String BASE =
      """
      contract: shop
      fields:
        id: {type: string, required: true}
        kind: {type: string}
        fault: {type: text}
        at: {type: timestamp, required: true}
      event_time: {field: at}
      identity: [id, at]
      error: {field: fault, is: present}
      rollups:
        by_kind:
          window: {fixed: 5m}
          group_by: [kind]
          early: 5s
          measures: {n: {type: count}, rate: {type: error_rate}}
        moving: {window: {sliding: 10m, every: 1m}, measures: {n: {type: count}}}
        visits: {window: {session: 30m}, measures: {n: {type: count}}}
      """;

  private static Contract load(String more) {
    return ContractLoader.parse(BASE + more, "shop.yaml");
  }

  private static List<String> problems(String more) {
    return assertThrows(ContractException.class, () -> load(more)).problems();
  }

  @Test
  void readsAlertsWithDefaults() {
    Alerts alerts =
        load("""
                alerts:
                  rate_high: {on: by_kind, when: rate > 0.05}
                  full:
                    on: by_kind
                    when: rate > 0.05 && n > 100
                    for: 10m
                    clear: rate < 0.02
                    labels: {severity: page, team: "db-{kind}"}
                    summary: "{rate * 100.0} % of {n} events of {kind} in {window_start}"
                  gone: {on: moving, absent_for: 3m}
                """)
            .alerts();
    assertThat(alerts.table(), is("shop_alerts"));
    assertThat(
        alerts.all().get(0),
        is(
            new Alert(
                "rate_high",
                "by_kind",
                "rate > 0.05",
                null,
                Duration.ZERO,
                false,
                null,
                null,
                Map.of(),
                "")));
    assertThat(alerts.all().get(1).hold(), is(Duration.ofMinutes(10)));
    assertThat(alerts.all().get(2).absentFor(), is(Duration.ofMinutes(3)));
    assertThat(alerts.all().get(2).forgetAfter(), is(Duration.ofDays(7)));
  }

  @Test
  void namesAndKeepsItsTable() {
    Alerts alerts =
        load("""
                tables: {alerts: {name: pages, ttl: 90d}}
                alerts: {a: {on: by_kind, when: n > 1}}
                """)
            .alerts();
    assertThat(alerts.table(), is("pages"));
    assertThat(alerts.definition().orElseThrow().ttl(), is(Duration.ofDays(90)));
  }

  @Test
  void aContractWithoutAlertsHasNoTable() {
    Contract contract = load("");
    assertThat(contract.alerts(), is(Alerts.NONE));
    assertThat(contract.resultTables(), hasSize(3));
    assertThat(load("alerts: {}").alerts(), is(Alerts.NONE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{on: by_kin, when: n > 1} | alerts.a.on: no roll-up `by_kin`; expected one of by_kind,"
            + " moving, visits, health; did you mean `by_kind`?",
        "{on: visits, when: n > 1} | alerts.a.on: expected a roll-up with fixed or sliding windows",
        "{when: n > 1} | alerts.a.on: expected a string; found nothing",
        "{on: by_kind} | alerts.a: expected one of when, absent_for",
        "{on: by_kind, when: n > 1, absent_for: 5m} | alerts.a: expected one of when, absent_for",
        "{on: by_kind, absent_for: 5m, for: 5m} | alerts.a.for: only with `when`",
        "{on: by_kind, when: n > 1, forget_after: 5m} | alerts.a.forget_after: only with"
            + " `absent_for`",
        "{on: by_kind, absent_for: 10m, forget_after: 10m} | alerts.a.forget_after: expected more"
            + " than absent_for, 10m",
        "{on: by_kind, when: n > 1, for: 7m} | alerts.a.for: expected a multiple of 5m, the time"
            + " between results of the roll-up `by_kind`",
        "{on: by_kind, absent_for: 0s} | alerts.a.absent_for: expected a multiple of 5m",
        "{on: by_kind, when: n > 1, for: 5m, early: true} | alerts.a.early: expected no `for`"
            + " beside it",
        "{on: moving, when: n > 1, early: true} | alerts.a.early: expected `early` in the roll-up"
            + " `moving`, too",
        "{on: by_kind, when: m > 1} | undeclared reference to 'm'",
        "{on: by_kind, when: n + 1} | alerts.a.when: ",
        "{on: by_kind, when: n > 1, clear: kind} | alerts.a.clear: ",
        "{on: by_kind, when: n > 1, whenn: 1} | unknown key; expected one of on, when, for",
        "{on: by_kind, when: n > 1, labels: {1a: x}} | expected a label's name",
        "{on: by_kind, when: n > 1, labels: {alertname: x}} | every alert has this label",
        "{on: by_kind, when: n > 1, labels: {t: '{m}'}} | alerts.a.labels.t: {m}: ",
        "{on: by_kind, when: n > 1, labels: {t: '{kind} {n}'}} | alerts.a.labels.t: `n` changes from"
            + " result to result; expected only fields of `group_by` here",
        "{on: by_kind, when: n > 1, summary: '{[n]}'} | {[n]}: expected a text, number, boolean or"
            + " time; it is of the type list",
        "{on: by_kind, when: n > 1, summary: 'a { b'} | `{` at character 3 without `}`",
        "{on: by_kind, when: n > 1, summary: 'a } b'} | `}` at character 3 without `{`",
        "{on: by_kind, when: n > 1, by: [kind]} | alerts.a.by: only with `on: health`",
        "{on: by_kind, when: n > 1, runbook: x} | alerts.a.runbook: only with `on: health`",
        "{on: health, when: lag_seconds > 1} | alerts.a.when: no metric `lag_seconds`",
        "{on: health, when: rows_waitng > 1} | no metric `rows_waitng`; did you mean `rows_waiting`?",
        "{on: health, absent_for: 5m} | alerts.a.absent_for: only with a roll-up",
        "{on: health, when: up == 0, clear: up == 1} | alerts.a.clear: only with a roll-up",
        "{on: health, when: up == 0, early: true} | alerts.a.early: only with a roll-up",
        "{on: health, when: rows_waiting > 1, by: [tabel]} | alerts.a.by: `tabel` is no label of all"
            + " metrics of `when`; expected some of sink, table; did you mean `table`?",
        "{on: health, when: rows_waiting > 1, by: [table], labels: {t: '{sink}'}} | alerts.a.labels.t:"
            + " {sink}: expected one of table",
        "{on: health, when: rows_waiting > 1, labels: {t: '{value}'}} | {value}: expected one of sink",
        "{on: health, when: up == 0, labels: {t: '{sink}'}} | {sink}: expected no value here",
        "{on: health, when: up == 0, labels: {contract: x}} | every alert has this label",
        "{on: health, when: up == 0, summary: 'a {'} | `{` at character 3 without `}`",
      })
  void saysWhatIsWrong(String alert, String problem) {
    assertThat(problems("alerts: {a: " + alert + "}"), hasItem(containsString(problem)));
  }

  @Test
  void readsAlertsOnHealthBesideOthers() {
    Alerts alerts =
        load("""
                alerts:
                  rate_high: {on: by_kind, when: rate > 0.05}
                  lag_high:
                    on: health
                    when: consumer_lag_seconds > 60
                    by: [topic]
                    for: 5m
                    labels: {severity: page}
                    summary: "{topic} is {value} s behind"
                    runbook: https://wiki/lag
                """)
            .alerts();
    assertThat(alerts.all(), hasSize(1));
    assertThat(
        alerts.health(),
        contains(
            new HealthAlert(
                "lag_high",
                "consumer_lag_seconds > 60",
                Duration.ofMinutes(5),
                List.of("topic"),
                Map.of("severity", "page"),
                "{topic} is {value} s behind",
                "https://wiki/lag")));
  }

  @Test
  void alertsOnHealthAloneHaveNoTable() {
    Contract contract = load("alerts: {down: {on: health, when: absent(up)}}");
    assertThat(contract.alerts().isEmpty(), is(true));
    assertThat(contract.resultTables(), hasSize(3));
    assertThat(RollupRowCoder.of(contract), is(RollupRowCoder.of(load(""))));
    assertThat(
        problems(
            """
            tables: {alerts: {ttl: 9d}}
            alerts: {down: {on: health, when: absent(up)}}
            """),
        contains(containsString("tables.alerts: expected an alert on a roll-up")));
  }

  @Test
  void aRollupMayBeNamedHealth() {
    Contract contract =
        ContractLoader.parse(
            BASE.replace("by_kind:", "health:") + "alerts: {a: {on: health, when: n > 1}}", "c");
    assertThat(contract.alerts().health(), hasSize(0));
    assertThat(contract.alerts().all(), hasSize(1));
  }

  @Test
  void findsAllProblemsAtOnce() {
    List<String> problems =
        problems(
            """
            alerts:
              a: {on: by_kind, when: m > 1, for: 7m}
              b: {on: nowhere, when: n > 1}
              c-d: {on: by_kind, when: n > 1}
            """);
    assertThat(
        problems,
        containsInAnyOrder(
            containsString("alerts.a.for"),
            containsString("alerts.a.when"),
            containsString("alerts.b.on"),
            containsString("an alert's name")));
  }

  @Test
  void theTableNeedsAnotherName() {
    assertThat(
        problems(
            """
            tables: {alerts: {name: moving}}
            alerts: {a: {on: by_kind, when: n > 1}}
            """),
        contains(containsString("another table has the name `moving`")));
  }

  @Test
  void aTableWithoutAlertsIsAProblem() {
    assertThat(
        problems("tables: {alerts: {name: pages}}"),
        contains(containsString("tables.alerts: expected `alerts`")));
  }
}
