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
    for (PrometheusRules.Rule rule : PrometheusRules.rules(contract())) {
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
        is(PrometheusRules.rules(contract()).stream().map(PrometheusRules.Rule::name).toList()));
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
}
