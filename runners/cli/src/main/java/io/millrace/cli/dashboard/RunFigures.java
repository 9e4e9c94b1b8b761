package io.millrace.cli.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.dashboard.MetricsText.Sample;
import io.millrace.event.Outcome;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The figures of a run by its metrics: whether it is healthy, what waits and why, the equation, lag
 * and freshness. They do not depend on ClickHouse. Counters begin with the process of the run.
 */
final class RunFigures {
  private static final Duration LONGEST = Duration.ofSeconds(3);
  private static final String HEALTH = "/healthz";
  private static final int HEALTHY = 200;
  private static final double MILLIS = 1000;

  private final @Nullable URI metrics;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(LONGEST).build();

  /**
   * Figures of a run.
   *
   * @param metrics its address; null: none is given
   */
  RunFigures(@Nullable URI metrics) {
    this.metrics = metrics;
  }

  /** Asks the run. What it does not answer is a line as {@code problem}. */
  JsonNode answer() {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("known", metrics != null).put("now", System.currentTimeMillis());
    if (metrics == null) {
      return answer;
    }
    try {
      HttpResponse<String> health = get(metrics.resolve(HEALTH));
      HttpResponse<String> page = get(metrics);
      if (page.statusCode() != HEALTHY) {
        answer.put("problem", "%s answers %d".formatted(metrics, page.statusCode()));
        return answer;
      }
      MetricsText text = MetricsText.parse(page.body());
      answer.put("healthy", health.statusCode() == HEALTHY);
      answer.put("line", health.body().strip());
      describe(text, answer);
    } catch (IOException e) {
      answer.put(
          "problem",
          "The run does not answer at %s (%s)"
              .formatted(
                  metrics,
                  e instanceof ConnectException
                      ? "connection refused"
                      : e.getClass().getSimpleName()));
    } catch (IllegalArgumentException e) {
      answer.put("problem", "%s: %s".formatted(metrics, e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer.put("problem", "the dashboard is ending");
    }
    return answer;
  }

  private HttpResponse<String> get(URI address) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(address).timeout(LONGEST).build(), BodyHandlers.ofString());
  }

  private static void describe(MetricsText text, ObjectNode answer) {
    answer.put("up", text.sum("millrace_up") > 0);
    answer.put("started", (long) (text.sum("millrace_start_timestamp_seconds") * MILLIS));
    text.all("millrace_build_info")
        .findFirst()
        .ifPresent(
            info ->
                answer.put("version", info.label("version")).put("runner", info.label("runner")));
    equations(text, answer.putArray("equations"));
    waiting(text, answer.putArray("waiting"));
    partitions(text, answer.putArray("partitions"));
    freshness(text, answer.putArray("freshness"));
    answer.put("records", text.sum("millrace_records_total"));
    answer.put("lost", text.sum("millrace_lost_records_total"));
    answer.put("retries", text.sum("millrace_insert_retries_total"));
    if (text.all("millrace_checkpoint_age_seconds").findFirst().isPresent()) {
      answer.put("checkpoint_age", text.max("millrace_checkpoint_age_seconds"));
    }
  }

  /** For each contract and sink: events read = outcomes + in flight. */
  private static void equations(MetricsText text, ArrayNode equations) {
    Map<String, ObjectNode> known = new TreeMap<>();
    text.all("millrace_events_total")
        .forEach(
            sample -> {
              ObjectNode node =
                  known.computeIfAbsent(
                      sample.label("contract") + "\n" + sample.label("sink"),
                      key -> equation(sample));
              String outcome = sample.label("outcome");
              ObjectNode outcomes = (ObjectNode) node.get("outcomes");
              outcomes.put(outcome, outcomes.path(outcome).asLong() + (long) sample.value());
            });
    Map<String, Double> read =
        text.sums("millrace_events_read_total", sample -> sample.label("contract"));
    Map<String, Double> flying =
        text.sums(
            "millrace_events_in_flight",
            sample -> sample.label("contract") + "\n" + sample.label("sink"));
    known.forEach(
        (key, node) -> {
          node.put("events", read.getOrDefault(node.get("contract").asText(), 0.0).longValue());
          node.put("in_flight", flying.getOrDefault(key, 0.0).longValue());
          equations.add(node);
        });
  }

  private static ObjectNode equation(Sample sample) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("contract", sample.label("contract")).put("sink", sample.label("sink"));
    ObjectNode outcomes = node.putObject("outcomes");
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(outcome.label(), 0L);
    }
    return node;
  }

  private static void waiting(MetricsText text, ArrayNode waiting) {
    waiting(text, "rows", "table", waiting);
    waiting(text, "dead_letters", "destination", waiting);
    waiting(text, "alerts", "destination", waiting);
  }

  private static void waiting(MetricsText text, String what, String where, ArrayNode waiting) {
    Map<Map<String, String>, Double> seconds =
        text.sums("millrace_" + what + "_waiting_seconds", Sample::labels);
    text.all("millrace_" + what + "_waiting")
        .filter(sample -> sample.value() > 0)
        .forEach(
            sample ->
                waiting
                    .addObject()
                    .put("what", what)
                    .put("contract", sample.label("contract"))
                    .put("where", sample.label(where))
                    .put("count", (long) sample.value())
                    .put("seconds", seconds.getOrDefault(sample.labels(), 0.0)));
  }

  private static void partitions(MetricsText text, ArrayNode partitions) {
    Map<Map<String, String>, Double> seconds =
        text.sums("millrace_consumer_lag_seconds", Sample::labels);
    Map<Map<String, String>, Double> ages =
        text.sums("millrace_watermark_age_seconds", Sample::labels);
    text.all("millrace_consumer_lag_records")
        .forEach(
            sample ->
                partitions
                    .addObject()
                    .put("topic", sample.label("topic"))
                    .put("partition", sample.label("partition"))
                    .put("records", (long) sample.value())
                    .put("seconds", seconds.getOrDefault(sample.labels(), 0.0))
                    .put("watermark_age", ages.get(sample.labels())));
  }

  /** Cumulative counts by upper bound in seconds, over all contracts and sinks. */
  private static void freshness(MetricsText text, ArrayNode freshness) {
    Map<Double, Double> buckets = new TreeMap<>();
    text.all("millrace_freshness_seconds_bucket")
        .forEach(
            sample -> {
              String bound = sample.label("le");
              double limit =
                  bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
              buckets.merge(limit, sample.value(), Double::sum);
            });
    buckets.forEach(
        (bound, count) -> {
          ObjectNode bucket = freshness.addObject();
          bucket.put("le", bound.isInfinite() ? null : bound).put("count", count.longValue());
        });
  }
}
