package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.fault.FaultProxy;
import io.millrace.local.process.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rules and the health dashboard of a contract in a real Prometheus that scrapes a real run,
 * over an outage of ClickHouse and the end of the run.
 */
class PrometheusIT {
  private static final int FIRST = 600;
  private static final int ALL = 1200;

  /** Of the dashboard's ranges: a few scrapes. */
  private static final String RATE_INTERVAL = "5s";

  /** Rules by default with other thresholds, so that they fire within seconds, and one more. */
  private static final String ALERTS =
      """
      alerts:
        MillraceRowsWaiting:
          on: health
          when: rows_waiting_seconds > 1
          for: 1s
          labels: {severity: page}
          summary: "{table} waits for {value} s"
        MillraceDown: {on: health, when: absent(build_info) || min(up) == 0, for: 1s}
        inserts_fail: {on: health, when: 'rate(insert_retries_total, "5s") > 0'}
      """;

  @TempDir private Path directory;

  @BeforeAll
  static void needsPrometheus() {
    PrometheusServer.whyTestsCannotRun().ifPresent(Assumptions::abort);
  }

  private static String ok(String... args) {
    MillraceProcess.Result result = MillraceCommand.run(args);
    assertThat(result.err(), result.exitCode(), is(0));
    return result.out();
  }

  @Test
  void rulesAndDashboardsWorkOverAnOutageAndTheEndOfTheRun() throws Exception {
    LocalStack stack = SharedStack.clean();
    MetricsStream stream = new MetricsStream(stack, "prometheus");
    stream.send(0, FIRST);
    try (FaultProxy proxy = FaultProxy.before(stack.clickHouse().address())) {
      List<String> args = new ArrayList<>(List.of("run"));
      args.addAll(stream.flags(directory, proxy.address(), "prometheus"));
      Path contract = directory.resolve("contract.yaml");
      Files.writeString(contract, ALERTS, StandardOpenOption.APPEND);
      Path rules =
          Files.writeString(
              directory.resolve("rules.yaml"),
              ok("contract", "show", contract.toString(), "--as=prometheus"));
      int port = Ports.free(Ports.Range.PROXY);
      args.add("--metricsPort=" + port);
      args.add("--state=" + directory.resolve("state"));
      args.add("--checkpointingInterval=1000");
      try (PrometheusServer prometheus = PrometheusServer.start(directory, rules, port)) {
        try (RunningCommand run = new RunningCommand(args.toArray(String[]::new))) {
          run.await(
              "freshness", () -> prometheus.series("millrace_freshness_seconds_count > 0") > 0);
          everyQueryOfTheDashboardHasSeries(run, prometheus, contract);
          run.await(
              "no alert of an outage",
              () -> prometheus.state("MillraceRowsWaiting").equals("inactive"));
          run.await("judged rules", () -> areJudged(prometheus.rules()));
          everyRuleIsJudged(prometheus);

          proxy.refuse();
          stream.send(FIRST, ALL);
          run.await("waiting rows", () -> firing(prometheus, "MillraceRowsWaiting"));
          run.await("failed INSERTs", () -> firing(prometheus, "inserts_fail"));
          // A scrape may fail on a busy machine: for a moment, the run looks like one that is down.
          run.await("a run that is up", () -> prometheus.state("MillraceDown").equals("inactive"));
          run.await(
              "the table in the alert",
              () ->
                  prometheus
                      .query("ALERTS{alertname=\"MillraceRowsWaiting\"}")
                      .toString()
                      .contains("\"table\":\"visits"));
          proxy.accept();
          run.await(
              "the end of the outage",
              () -> prometheus.state("MillraceRowsWaiting").equals("inactive"));
          run.await(
              "INSERTs that succeed", () -> prometheus.state("inserts_fail").equals("inactive"));
        }
        await("the end of the run", () -> firing(prometheus, "MillraceDown"));
      }
    }
  }

  private static boolean firing(PrometheusServer prometheus, String alert) {
    return prometheus.state(alert).equals("firing");
  }

  private static void await(String what, BooleanSupplier reached) {
    long deadline = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    while (!reached.getAsBoolean()) {
      assertThat("in time: " + what, System.nanoTime() - deadline < 0);
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }

  /** Prometheus looks at its rules one after the other, some time after its start. */
  private static boolean areJudged(JsonNode rules) {
    boolean all = !rules.isEmpty();
    for (JsonNode rule : rules) {
      all &= !rule.path("health").asText().equals("unknown");
    }
    return all;
  }

  private static void everyRuleIsJudged(PrometheusServer prometheus) {
    List<String> wrong = new ArrayList<>();
    int count = 0;
    for (JsonNode rule : prometheus.rules()) {
      count++;
      if (!rule.path("health").asText().equals("ok")) {
        wrong.add(rule.toString());
      }
    }
    assertThat(wrong, empty());
    // Ten by default, two of them replaced, and one more.
    assertThat(count, is(11));
  }

  private static void everyQueryOfTheDashboardHasSeries(
      RunningCommand run, PrometheusServer prometheus, Path contract) throws Exception {
    JsonNode dashboard =
        new ObjectMapper()
            .readTree(ok("contract", "show", contract.toString(), "--as=grafana-health"));
    int queries = 0;
    for (JsonNode panel : dashboard.path("panels")) {
      if (!panel.at("/datasource/type").asText().equals("prometheus")) {
        continue;
      }
      for (JsonNode target : panel.path("targets")) {
        String query = target.path("expr").asText().replace("$__rate_interval", RATE_INTERVAL);
        JsonNode answer = prometheus.query(query);
        assertThat(query + ": " + answer, answer.path("status").asText(), is("success"));
        run.await(query, () -> prometheus.series(query) > 0);
        queries++;
      }
    }
    assertThat(queries, greaterThan(12));
  }

  @Test
  void theRulesFireInTheirTests() throws Exception {
    Path contract = MillraceProcess.root().resolve("test-data/contracts/query-events.yaml");
    Files.writeString(
        directory.resolve("rules.yaml"),
        ok("contract", "show", contract.toString(), "--as=prometheus"));
    assertThat(
        PrometheusServer.promtool(directory, "check", "rules", "rules.yaml"),
        containsString("SUCCESS: 10 rules found"));
    Files.copy(
        MillraceProcess.root().resolve("runners/cli/src/test/resources/prometheus-rules-test.yaml"),
        directory.resolve("tests.yaml"));
    assertThat(
        PrometheusServer.promtool(directory, "test", "rules", "tests.yaml"),
        containsString("SUCCESS"));
  }

  @Test
  void theConfigurationOfTheComposeFileIsValid() throws Exception {
    assertThat(
        PrometheusServer.promtool(
            MillraceProcess.root().resolve("docs/watch"),
            "check",
            "config",
            "--syntax-only",
            "prometheus.yaml"),
        containsString("SUCCESS"));
  }

  @Test
  void conditionsOfAllFormsAreValidRules() throws Exception {
    Path contract =
        Files.writeString(
            directory.resolve("contract.yaml"),
            """
            contract: shop
            fields: {id: {type: string, required: true}, at: {type: timestamp, required: true}}
            identity: [id, at]
            event_time: {field: at}
            alerts:
              a: {on: health, when: 'quantile(0.99, freshness_seconds, "5m") > 1e-5', labels: {s: "{sink}"}}
              b: {on: health, when: 'mean(insert_rows, "5m") < 10 && sum(rows_waiting) >= -1.5'}
              c: {on: health, when: absent(up) && absent(records_total) || max(healthy) == 0}
              d: {on: health, when: 'increase(events_total.where(outcome != "a\\"b"), "2h") / 3 > 2 * 7'}
              e: {on: health, when: 60 < consumer_lag_seconds - 5, summary: "{{x}} {topic} {value}"}
            """);
    Files.writeString(
        directory.resolve("rules.yaml"),
        ok("contract", "show", contract.toString(), "--as=prometheus"));
    assertThat(
        PrometheusServer.promtool(directory, "check", "rules", "rules.yaml"),
        containsString("SUCCESS: 15 rules found"));
  }
}
