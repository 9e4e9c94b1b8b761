package io.millrace.cli.contract.grafana;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.contract.Contract;
import io.millrace.contract.Durations;
import io.millrace.contract.HealthAlert;
import io.millrace.health.HealthCondition;
import io.millrace.health.HealthText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Alert rules of Prometheus about the run of a contract, by the metrics of {@code run
 * --metricsPort}: some by default, each with an entry in docs/runbook.md, and the contract's alerts
 * on health.
 */
public final class PrometheusRules {
  private static final String PAGE = "page";
  private static final String TICKET = "ticket";
  private static final String RUNBOOK = "docs/runbook.md#";

  private PrometheusRules() {}

  /**
   * An alert rule.
   *
   * @param expression what is true while the alert is active
   * @param hold for how long it must be true
   * @param labels its labels, without that of the contract
   * @param summary one line, with labels as <code>{{ $labels.table }}</code>
   * @param runbook where to read what to do
   */
  record Rule(
      String name,
      String expression,
      String hold,
      Map<String, String> labels,
      String summary,
      String runbook) {

    /**
     * A rule that the runbook describes.
     *
     * @param severity {@code page}: somebody has to act now; {@code ticket}: by day
     */
    Rule(String name, String expression, String hold, String severity, String summary) {
      this(
          name,
          expression,
          hold,
          Map.of("severity", severity),
          summary,
          RUNBOOK + name.toLowerCase(Locale.ROOT));
    }
  }

  /** The rules by default, and those of the contract's alerts on health, which replace them. */
  static List<Rule> rules(Contract contract) {
    Map<String, Rule> rules = new LinkedHashMap<>();
    defaults(contract).forEach(rule -> rules.put(rule.name, rule));
    contract.alerts().health().forEach(alert -> rules.put(alert.name(), declared(contract, alert)));
    return List.copyOf(rules.values());
  }

  private static Rule declared(Contract contract, HealthAlert alert) {
    List<String> values = new ArrayList<>(alert.by());
    values.add(HealthText.VALUE);
    Map<String, String> labels = new TreeMap<>();
    alert.labels().forEach((name, text) -> labels.put(name, HealthText.template(text, alert.by())));
    return new Rule(
        alert.name(),
        HealthCondition.of(alert.when()).promQl(contract.name(), alert.by()),
        Durations.format(alert.hold()),
        labels,
        alert.summary().isEmpty()
            ? HealthText.template(escaped(alert.when()) + ": {value}", values)
            : HealthText.template(alert.summary(), values),
        alert.runbook().isEmpty() ? RUNBOOK + "health-alerts" : alert.runbook());
  }

  private static String escaped(String text) {
    return text.replace("{", "{{").replace("}", "}}");
  }

  /** The rules of any contract, with thresholds that suit most. */
  static List<Rule> defaults(Contract contract) {
    String own = "{contract=\"" + contract.name() + "\"}";
    List<Rule> rules = new ArrayList<>();
    rules.add(
        new Rule(
            "MillraceDown",
            "absent(millrace_build_info" + own + ") or min(millrace_up) == 0",
            "1m",
            PAGE,
            "No run of contract " + contract.name() + " answers."));
    rules.add(
        new Rule(
            "MillraceRowsWaiting",
            "max by (sink, table) (millrace_rows_waiting_seconds" + own + ") > 60",
            "1m",
            PAGE,
            "Rows have been waiting for table {{ $labels.table }} for {{ $value }} s."));
    rules.add(
        new Rule(
            "MillraceDeadLettersWaiting",
            "max by (destination) (millrace_dead_letters_waiting_seconds" + own + ") > 60",
            "1m",
            TICKET,
            "Dead letters have been waiting for {{ $labels.destination }} for {{ $value }} s."));
    rules.add(
        new Rule(
            "MillraceAlertsWaiting",
            "max by (destination) (millrace_alerts_waiting_seconds" + own + ") > 60",
            "1m",
            PAGE,
            "Alerts have been waiting for {{ $labels.destination }} for {{ $value }} s."));
    rules.add(
        new Rule(
            "MillraceLag",
            "max by (topic) (millrace_consumer_lag_seconds) > 60",
            "5m",
            PAGE,
            "Topic {{ $labels.topic }} is read {{ $value }} s behind."));
    rules.add(
        new Rule(
            "MillraceNotFresh",
            "histogram_quantile(0.95, sum by (le) (rate(millrace_freshness_seconds_bucket"
                + own
                + "[5m]))) > 20",
            "5m",
            TICKET,
            "At the 95th percentile, rows come {{ $value }} s after their events."));
    rules.add(
        new Rule(
            "MillraceDeadLetters",
            "sum(rate(millrace_events_total{contract=\""
                + contract.name()
                + "\", outcome=\"dead\"}[10m])) / sum(rate(millrace_events_total"
                + own
                + "[10m])) > 0.01",
            "10m",
            TICKET,
            "{{ $value | humanizePercentage }} of the events are dead letters."));
    rules.add(
        new Rule(
            "MillraceRecordsLost",
            "sum(increase(millrace_lost_records_total" + own + "[10m])) > 0",
            "0s",
            PAGE,
            "The source lost {{ $value }} records before they were read."));
    rules.add(
        new Rule(
            "MillraceCheckpointOld",
            "millrace_checkpoint_age_seconds > 300",
            "1m",
            TICKET,
            "The last checkpoint completed {{ $value }} s ago."));
    rules.add(
        new Rule(
            "MillraceLookupOld",
            "max by (lookup) (millrace_lookup_age_seconds" + own + ") > 3600",
            "5m",
            TICKET,
            "Look-up {{ $labels.lookup }} was last read {{ $value }} s ago."));
    return rules;
  }

  /** The rules as a file for Prometheus's {@code rule_files}. */
  public static String of(Contract contract) {
    ObjectNode file = new ObjectMapper().createObjectNode();
    ObjectNode group = file.putArray("groups").addObject();
    group.put("name", "millrace-" + contract.name());
    ArrayNode rules = group.putArray("rules");
    for (Rule rule : rules(contract)) {
      ObjectNode node = rules.addObject();
      node.put("alert", rule.name).put("expr", rule.expression).put("for", rule.hold);
      ObjectNode labels = node.putObject("labels");
      rule.labels.forEach(labels::put);
      labels.put("contract", contract.name());
      node.putObject("annotations").put("summary", rule.summary).put("runbook", rule.runbook);
    }
    try {
      return YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build()
          .writeValueAsString(file);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write the rules", e);
    }
  }
}
