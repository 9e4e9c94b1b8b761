package io.millrace.cli.contract.grafana;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.cli.MillraceProcess;
import io.millrace.contract.Contract;
import io.millrace.contract.export.ContractPage;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.metrics.RunMetric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PrometheusRulesTest {
  private static final Path ROOT = MillraceProcess.root();

  private static Contract contract() {
    return ContractLoader.load(ROOT.resolve("test-data/contracts/query-events.yaml"));
  }

  @Test
  void everyAlertHasItsEntryInTheRunbook() throws Exception {
    String runbook = Files.readString(ROOT.resolve("docs/runbook.md"));
    for (PrometheusRules.Rule rule : PrometheusRules.defaults(contract())) {
      assertThat(runbook, containsString("\n### " + rule.name() + "\n"));
    }
    List<String> alerts =
        runbook
            .lines()
            .filter(line -> line.startsWith("### Millrace"))
            .map(line -> line.substring("### ".length()))
            .toList();
    assertThat(
        alerts,
        is(PrometheusRules.defaults(contract()).stream().map(PrometheusRules.Rule::name).toList()));
  }

  /** Of the rules and of the dashboard: each name is a sample of a metric that Millrace has. */
  @Test
  void everyMetricExists() {
    Set<String> known = new TreeSet<>();
    for (RunMetric metric : RunMetric.values()) {
      String name = metric.sampleName();
      known.addAll(List.of(name, name + "_sum", name + "_count", name + "_bucket"));
    }
    Set<String> used = new TreeSet<>();
    String all = PrometheusRules.of(contract()) + HealthDashboard.of(contract(), "telemetry");
    Pattern.compile("millrace_\\w+").matcher(all).results().forEach(one -> used.add(one.group()));
    assertThat(used.size(), greaterThan(15));
    used.removeAll(known);
    assertThat(used, empty());
  }

  @Test
  void theFileIsWhatPrometheusReads() throws Exception {
    JsonNode file = new YAMLMapper().readTree(PrometheusRules.of(contract()));
    JsonNode group = file.at("/groups/0");
    assertThat(group.path("name").asText(), is("millrace-query-events"));
    List<String> severities = new ArrayList<>();
    for (JsonNode rule : group.path("rules")) {
      assertThat(rule.path("expr").asText(), containsString("millrace_"));
      assertThat(rule.path("for").asText().matches("\\d+[smh]"), is(true));
      assertThat(rule.at("/annotations/summary").asText().isEmpty(), is(false));
      severities.add(rule.at("/labels/severity").asText());
    }
    assertThat(severities.stream().allMatch(List.of("page", "ticket")::contains), is(true));
    assertThat(severities.size(), is(PrometheusRules.rules(contract()).size()));
  }

  @Test
  void healthAlertsOfTheContractReplaceRulesOfTheirNameAndStandBesideOthers() throws Exception {
    Contract declared =
        ContractLoader.parse(
            """
            contract: shop
            fields: {id: {type: string, required: true}, at: {type: timestamp, required: true}}
            identity: [id, at]
            event_time: {field: at}
            alerts:
              MillraceLag: {on: health, when: consumer_lag_seconds > 600, by: [topic], for: 10m}
              inserts_slow:
                on: health
                when: mean(insert_duration_seconds, "5m") > 2.5
                labels: {severity: ticket, team: "{sink}-owners"}
                summary: "INSERTs to {sink} take {value} s"
                runbook: https://wiki/inserts
            """,
            "shop.yaml");
    JsonNode rules = new YAMLMapper().readTree(PrometheusRules.of(declared)).at("/groups/0/rules");
    assertThat(rules.size(), is(PrometheusRules.defaults(declared).size() + 1));
    JsonNode lag = rules.get(4);
    assertThat(
        lag,
        is(
            new YAMLMapper()
                .readTree(
                    """
                    alert: MillraceLag
                    expr: max by (topic) (millrace_consumer_lag_seconds) > 600
                    for: 10m
                    labels: {contract: shop}
                    annotations:
                      summary: "consumer_lag_seconds > 600: {{ $value }}"
                      runbook: docs/runbook.md#health-alerts
                    """)));
    JsonNode slow = rules.get(rules.size() - 1);
    assertThat(slow.at("/labels/team").asText(), is("{{ $labels.sink }}-owners"));
    assertThat(
        slow.at("/annotations/summary").asText(),
        is("INSERTs to {{ $labels.sink }} take {{ $value }} s"));
    assertThat(slow.at("/annotations/runbook").asText(), is("https://wiki/inserts"));
    assertThat(slow.path("for").asText(), is("0s"));
    assertThat(
        ContractPage.of(declared),
        containsString(
            "| `MillraceLag` | `consumer_lag_seconds > 600` for 10m | `topic` |  |  |\n"));
  }
}
