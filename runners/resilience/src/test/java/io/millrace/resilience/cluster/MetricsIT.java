package io.millrace.resilience.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.flink.client.FlinkJob;
import io.millrace.flink.client.Poll;
import io.millrace.resilience.harness.AuditWatch;
import io.millrace.resilience.harness.GeneratedStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline's metrics where a platform team looks for them: Flink's REST and Prometheus. */
class MetricsIT {
  private static final String DATABASE = "metrics";
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** A sample of Prometheus: name, labels, value. */
  private static final Pattern SAMPLE = Pattern.compile("^([a-zA-Z0-9_:]+)\\{(.*)\\} ([^ ]+)$");

  private static final List<String> OUTCOMES =
      List.of("accepted", "error", "duplicate", "late", "dead");

  @TempDir private static Path directory;

  @Test
  void outcomesAndTheSinksWorkAreTold() throws Exception {
    try (BenchEnvironment environment = BenchEnvironment.start(directory, line -> {});
        MovingStream stream =
            MovingStream.start(environment, DATABASE, new MovingStream.Plan(4, 500, 3));
        ClusterJob job =
            new ClusterJob(
                environment,
                directory.resolve("cluster"),
                Scenario.Setup.PLAIN.withParallelism(2),
                environment.route(stream.topic(), DATABASE, environment.contract()))) {
      job.submit();
      AuditWatch watch = new AuditWatch(environment, DATABASE);
      await("10 000 records to be sent", () -> stream.sent() >= 10_000);
      GeneratedStream sent = stream.finish();
      await("every record in the audit", () -> watch.records() >= sent.records());

      ToDoubleFunction<String> rest = metric -> rest(job, "millrace_" + metric);
      await("REST to tell of all records", () -> isAll(sent.records(), rest));
      check(sent.records(), rest);

      ToDoubleFunction<String> prometheus = metric -> prometheus(job, "millrace_" + metric);
      await("Prometheus to be told of all records", () -> isAll(sent.records(), prometheus));
      check(sent.records(), prometheus);
      assertThat(prometheus(job, "lastCheckpointSize"), greaterThan(0.0));
      assertThat(job.job().checkpoints().latestStateBytes(), greaterThan(0L));
    }
  }

  /**
   * Whether what was read has its outcomes. Flink tells a count seconds after it has changed, and
   * each step's at another time.
   */
  private static boolean isAll(long records, ToDoubleFunction<String> value) {
    return value.applyAsDouble("read") == records
        && OUTCOMES.stream().mapToDouble(value).sum() == records
        && value.applyAsDouble("dead_with_") == value.applyAsDouble("dead")
        && value.applyAsDouble("sink_insert_ms_sum") > 0
        && value.applyAsDouble("freshness_ms_sum") > 0;
  }

  private static void check(long records, ToDoubleFunction<String> value) {
    Map<String, Double> outcomes = new TreeMap<>();
    OUTCOMES.forEach(outcome -> outcomes.put(outcome, value.applyAsDouble(outcome)));
    assertThat(
        outcomes.toString(),
        outcomes.values().stream().mapToDouble(Double::doubleValue).sum(),
        is((double) records));
    outcomes.forEach((outcome, count) -> assertThat(outcome, count, greaterThan(0.0)));
    assertThat(value.applyAsDouble("sink_inserts"), greaterThan(0.0));
    assertThat(value.applyAsDouble("sink_rows"), greaterThan(value.applyAsDouble("sink_inserts")));
    assertThat(value.applyAsDouble("sink_insert_ms_sum"), greaterThan(0.0));
    assertThat(value.applyAsDouble("sink_retries"), is(0.0));
    assertThat(value.applyAsDouble("freshness_ms_le_"), greaterThan(0.0));
    assertThat(value.applyAsDouble("freshness_ms_sum"), greaterThan(0.0));
    assertThat(value.applyAsDouble("dead_with_"), is(outcomes.get("dead")));
    // The rows of the audit, which has one for each record, and those of the events' tables.
    // Roll-ups are written meanwhile.
    await(
        "the rows of all tables",
        () -> value.applyAsDouble("table_rows_") == value.applyAsDouble("sink_rows"));
  }

  /** The sum over all steps of the metrics of this name; of this prefix, if it ends in _. */
  private static double rest(ClusterJob job, String metric) {
    double sum = 0;
    for (FlinkJob.Vertex vertex : job.job().detail().vertices()) {
      List<String> names = new ArrayList<>();
      for (String name : job.job().metricNames(vertex.id())) {
        if (isOf(name, metric)) {
          names.add(name);
        }
      }
      if (!names.isEmpty()) {
        sum +=
            job.job().metrics(vertex.id(), "sum", names.toArray(String[]::new)).values().stream()
                .mapToDouble(Double::doubleValue)
                .sum();
      }
    }
    return sum;
  }

  private static double prometheus(ClusterJob job, String metric) {
    double sum = 0;
    for (String url : job.cluster().metrics().values()) {
      for (String line : get(url).lines().toList()) {
        Matcher sample = SAMPLE.matcher(line);
        if (sample.matches() && isOf(sample.group(1), metric)) {
          sum += Double.parseDouble(sample.group(3));
        }
      }
    }
    return sum;
  }

  private static boolean isOf(String name, String metric) {
    return metric.endsWith("_") ? name.contains(metric) : name.endsWith(metric);
  }

  private static String get(String url) {
    try {
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
          .body();
    } catch (Exception e) {
      throw new IllegalStateException(url + ": " + e.getMessage(), e);
    }
  }

  private static void await(String what, BooleanSupplier there) {
    Poll.until(LIMIT, there, () -> "waited for nothing: " + what);
  }
}
