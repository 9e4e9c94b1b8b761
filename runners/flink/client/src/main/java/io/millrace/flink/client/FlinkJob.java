package io.millrace.flink.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** One job of a Flink cluster. Thread-safe; throws the exceptions of {@link FlinkRest}. */
public final class FlinkJob {
  static final Set<String> ENDED = Set.of("FINISHED", "CANCELED", "FAILED");

  private final FlinkHttp http;
  private final String id;

  FlinkJob(FlinkHttp http, String id) {
    this.http = http;
    this.id = id;
  }

  /**
   * A job's state.
   *
   * @param state {@code RUNNING} also while its tasks are still being deployed
   */
  public record Detail(String name, String state, Duration duration, List<Vertex> vertices) {
    /** Whether it finished, failed permanently or was canceled. */
    public boolean hasEnded() {
      return ENDED.contains(state);
    }

    /** Whether all its tasks run. */
    public boolean allTasksRun() {
      return state.equals("RUNNING")
          && vertices.stream().allMatch(vertex -> vertex.status().equals("RUNNING"));
    }
  }

  /** A chain of operators; each task runs the whole chain. */
  public record Vertex(String id, String name, int parallelism, String status) {}

  /**
   * A failure that ended or restarted a job or a part of it.
   *
   * @param task the failed task; empty if the failure belongs to no task
   * @param taskManager the task's TaskManager; empty if unknown
   */
  public record Failure(Instant at, String task, String taskManager, String stackTrace) {
    /** The innermost cause, one line. */
    public String summary() {
      return FlinkHttp.summary(stackTrace);
    }
  }

  /**
   * Counts of a job's checkpoints since submission, and the latest completed one.
   *
   * @param latestPath path for {@link FlinkJarRun#from}; empty if none is complete
   * @param latestDuration time from trigger to completion
   * @param latestStateBytes full size of the state
   * @param latestWrittenBytes bytes that the latest one wrote: less than the state if checkpoints
   *     are incremental
   * @param restored how often the job was restored from a checkpoint or savepoint
   */
  public record Checkpoints(
      long completed,
      long failed,
      long restored,
      String latestPath,
      Instant latestAt,
      Duration latestDuration,
      long latestStateBytes,
      long latestWrittenBytes) {}

  public String id() {
    return id;
  }

  public Detail detail() {
    JsonNode answer = http.get(path());
    return new Detail(
        answer.path("name").asText(),
        answer.path("state").asText(),
        Duration.ofMillis(answer.path("duration").asLong()),
        FlinkHttp.list(Vertex.class, answer.path("vertices")));
  }

  /** The failures, latest first. */
  public List<Failure> failures() {
    List<Failure> failures = new ArrayList<>();
    for (JsonNode one : http.get(path() + "/exceptions").at("/exceptionHistory/entries")) {
      // If the failure ends the job, the task's failure is a concurrent exception of the job's.
      JsonNode task = one.path("taskName").isTextual() ? one : one.at("/concurrentExceptions/0");
      failures.add(
          new Failure(
              Instant.ofEpochMilli(one.path("timestamp").asLong()),
              task.path("taskName").asText(""),
              task.path("taskManagerId").asText(""),
              one.path("stacktrace").asText()));
    }
    return failures;
  }

  /**
   * Waits until all tasks run.
   *
   * @throws FlinkClientException also if the job ends
   */
  public void awaitRunning(Duration limit) {
    await(
        limit,
        "run",
        detail -> {
          if (detail.hasEnded()) {
            throw new FlinkClientException(
                "flink job " + id + " is not running: state " + detail.state() + reason());
          }
          return detail.allTasksRun();
        });
  }

  /**
   * Waits until the job finished, failed permanently or was canceled.
   *
   * @return its last state
   */
  public String awaitEnd(Duration limit) {
    return await(limit, "end", detail -> detail.hasEnded()).state();
  }

  private Detail await(Duration limit, String what, Predicate<Detail> condition) {
    AtomicReference<Detail> last = new AtomicReference<>();
    AtomicReference<String> problem = new AtomicReference<>("");
    Poll.until(
        limit,
        () -> {
          Detail now;
          try {
            now = detail();
          } catch (FlinkClientException e) {
            // The JobManager may be recovering.
            problem.set("; " + e.getMessage());
            return false;
          }
          last.set(now);
          problem.set("");
          return condition.test(now);
        },
        () ->
            "flink job %s did not %s within %d s: state %s%s"
                .formatted(
                    id,
                    what,
                    limit.toSeconds(),
                    Optional.ofNullable(last.get()).map(Detail::state).orElse("unknown"),
                    problem.get().isEmpty() ? reason() : problem.get()));
    return last.get();
  }

  private String reason() {
    try {
      return failures().stream()
          .findFirst()
          .map(failure -> "; last failure: " + failure.summary())
          .orElse("");
    } catch (FlinkClientException e) {
      return "";
    }
  }

  /** Requests cancellation without waiting for it; see {@link #awaitEnd}. */
  public void cancel() {
    http.patch(path() + "?mode=cancel");
  }

  /**
   * Takes a savepoint. The job keeps running.
   *
   * @return its path
   */
  public String savepoint(Duration limit) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("cancel-job", false);
    return awaitTriggered("savepoint", "/savepoints", "/savepoints/", body, limit);
  }

  /**
   * Takes a savepoint and stops the job.
   *
   * @param drain whether to close all windows and fire all timers first; only for a job that will
   *     not be restored
   * @return the savepoint's path
   */
  public String stopWithSavepoint(boolean drain, Duration limit) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("drain", drain);
    return awaitTriggered("stop with savepoint", "/stop", "/savepoints/", body, limit);
  }

  /** Triggers a checkpoint and waits until it is complete. */
  public void checkpoint(Duration limit) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("checkpointType", "CONFIGURED");
    awaitTriggered("checkpoint", "/checkpoints", "/checkpoints/", body, limit);
  }

  private String awaitTriggered(
      String what, String trigger, String result, JsonNode body, Duration limit) {
    String request = http.post(path() + trigger, body).path("request-id").asText();
    AtomicReference<JsonNode> operation = new AtomicReference<>();
    Poll.until(
        limit,
        () -> {
          JsonNode answer = http.get(path() + result + request);
          operation.set(answer.path("operation"));
          return answer.at("/status/id").asText().equals("COMPLETED");
        },
        () -> "flink job %s: no %s within %d s".formatted(id, what, limit.toSeconds()));
    JsonNode failure = operation.get().path("failure-cause");
    if (!failure.isMissingNode() && !failure.isNull()) {
      throw new FlinkClientException(
          "flink job %s: %s failed: %s"
              .formatted(id, what, FlinkHttp.summary(failure.path("stack-trace").asText())));
    }
    return operation.get().path("location").asText("");
  }

  public Checkpoints checkpoints() {
    JsonNode answer = http.get(path() + "/checkpoints");
    JsonNode counts = answer.path("counts");
    JsonNode latest = answer.at("/latest/completed");
    return new Checkpoints(
        counts.path("completed").asLong(),
        counts.path("failed").asLong(),
        counts.path("restored").asLong(),
        latest.path("external_path").asText(""),
        Instant.ofEpochMilli(latest.path("latest_ack_timestamp").asLong()),
        Duration.ofMillis(latest.path("end_to_end_duration").asLong()),
        latest.path("state_size").asLong(),
        latest.path("checkpointed_size").asLong());
  }

  /** Class name of the state backend, such as {@code HashMapStateBackend}. */
  public String stateBackend() {
    return http.get(path() + "/checkpoints/config").path("state_backend").asText();
  }

  /** Names of a vertex's metrics, without the subtask index. */
  public List<String> metricNames(String vertexId) {
    List<String> names = new ArrayList<>();
    http.get(metricsPath(vertexId)).forEach(metric -> names.add(metric.path("id").asText()));
    return names;
  }

  /**
   * Aggregates metrics over all subtasks of a vertex. Omits unknown metrics. Values lag by about 10
   * seconds.
   *
   * @param aggregation {@code sum}, {@code min}, {@code max} or {@code avg}
   */
  public Map<String, Double> metrics(String vertexId, String aggregation, String... names) {
    // Flink returns no metric at all if one of the names is unknown.
    Set<String> known = new HashSet<>(metricNames(vertexId));
    String[] existing = Arrays.stream(names).filter(known::contains).toArray(String[]::new);
    Map<String, Double> values = new LinkedHashMap<>();
    if (existing.length > 0) {
      String query = "?get=" + list(existing) + "&agg=" + aggregation;
      for (JsonNode metric : http.get(metricsPath(vertexId) + query)) {
        values.put(metric.path("id").asText(), metric.path(aggregation).asDouble());
      }
    }
    return values;
  }

  /** Metrics of the job, such as {@code numRestarts} and {@code uptime}. */
  public Map<String, String> jobMetrics(String... names) {
    Map<String, String> values = new LinkedHashMap<>();
    for (JsonNode metric : http.get(path() + "/metrics?get=" + list(names))) {
      values.put(metric.path("id").asText(), metric.path("value").asText());
    }
    return values;
  }

  /** Values of the job's accumulators as text, by name. */
  public Map<String, String> accumulators() {
    Map<String, String> values = new LinkedHashMap<>();
    for (JsonNode one : http.get(path() + "/accumulators").path("user-task-accumulators")) {
      values.put(one.path("name").asText(), one.path("value").asText());
    }
    return values;
  }

  private static String list(String... names) {
    return String.join(
        ",",
        Arrays.stream(names).map(name -> URLEncoder.encode(name, StandardCharsets.UTF_8)).toList());
  }

  private String path() {
    return "/jobs/" + id;
  }

  private String metricsPath(String vertexId) {
    return path() + "/vertices/" + vertexId + "/subtasks/metrics";
  }
}
