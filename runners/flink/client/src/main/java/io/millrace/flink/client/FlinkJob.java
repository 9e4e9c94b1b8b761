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

/** One job of a Flink cluster, by its id. Thread-safe; fails as {@link FlinkRest} does. */
public final class FlinkJob {
  private static final Set<String> ENDED = Set.of("FINISHED", "CANCELED", "FAILED");

  private final FlinkHttp http;
  private final String id;

  FlinkJob(FlinkHttp http, String id) {
    this.http = http;
    this.id = id;
  }

  /**
   * How a job is.
   *
   * @param state {@code RUNNING} also while its tasks are still being deployed
   */
  public record Detail(String name, String state, Duration duration, List<Vertex> vertices) {
    /** Whether it has finished, failed for good or was cancelled. */
    public boolean hasEnded() {
      return ENDED.contains(state);
    }

    /** Whether every task of it runs. */
    public boolean allTasksRun() {
      return state.equals("RUNNING")
          && vertices.stream().allMatch(vertex -> vertex.status().equals("RUNNING"));
    }
  }

  /** A chain of operators that run together in each of its tasks. */
  public record Vertex(String id, String name, int parallelism, String status) {}

  /**
   * Why a job, or a part of it, was ended or restarted.
   *
   * @param task empty if it was not one task's
   * @param taskManager where that ran; empty if it is not known
   */
  public record Failure(Instant at, String task, String taskManager, String stackTrace) {
    /** The innermost cause, one line. */
    public String summary() {
      return FlinkHttp.summary(stackTrace);
    }
  }

  /**
   * A job's checkpoints since it was submitted, counted, and the latest of them.
   *
   * @param latestPath of the latest that is complete, as {@link FlinkJarRun#from} takes it; empty
   *     if there is none
   * @param latestDuration from its trigger to its end
   * @param latestStateBytes all that it refers to
   * @param latestWrittenBytes what it wrote itself, less if checkpoints are incremental
   * @param restored how often the job began or went on from one
   */
  public record Checkpoints(
      long completed,
      long failed,
      long inProgress,
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
    List<Vertex> vertices = new ArrayList<>();
    for (JsonNode vertex : answer.path("vertices")) {
      vertices.add(
          new Vertex(
              vertex.path("id").asText(),
              vertex.path("name").asText(),
              vertex.path("parallelism").asInt(),
              vertex.path("status").asText()));
    }
    return new Detail(
        answer.path("name").asText(),
        answer.path("state").asText(),
        Duration.ofMillis(answer.path("duration").asLong()),
        vertices);
  }

  /** The latest first. */
  public List<Failure> failures() {
    List<Failure> failures = new ArrayList<>();
    for (JsonNode one : http.get(path() + "/exceptions").at("/exceptionHistory/entries")) {
      // If the job ends with it, its failure stands first and the task's is one beside it.
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
   * Waits until every task runs.
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
                "flink job " + id + " does not run, it is " + detail.state() + reason());
          }
          return detail.allTasksRun();
        });
  }

  /**
   * Waits until the job has finished, failed for good or was cancelled.
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
            // The JobManager may just be recovering.
            problem.set("; " + e.getMessage());
            return false;
          }
          last.set(now);
          problem.set("");
          return condition.test(now);
        },
        () ->
            "flink job %s does not %s after %d s, it is %s%s"
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

  /** Returns when it is asked for; see {@link #awaitEnd}. */
  public void cancel() {
    http.patch(path() + "?mode=cancel");
  }

  /**
   * Takes a savepoint and goes on.
   *
   * @return its path
   */
  public String savepoint(Duration limit) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("cancel-job", false);
    return awaitTriggered("savepoint", "/savepoints", "/savepoints/", body, limit);
  }

  /**
   * Takes a savepoint and ends, with nothing done after it.
   *
   * @param drain whether all windows end and all timers fire first: for a job that shall not go on
   * @return the savepoint's path
   */
  public String stopWithSavepoint(boolean drain, Duration limit) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("drain", drain);
    return awaitTriggered("stop with savepoint", "/stop", "/savepoints/", body, limit);
  }

  /** Takes a checkpoint now and waits until it is complete. */
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
        () -> "flink job %s: no %s after %d s".formatted(id, what, limit.toSeconds()));
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
        counts.path("in_progress").asLong(),
        counts.path("restored").asLong(),
        latest.path("external_path").asText(""),
        Instant.ofEpochMilli(latest.path("latest_ack_timestamp").asLong()),
        Duration.ofMillis(latest.path("end_to_end_duration").asLong()),
        latest.path("state_size").asLong(),
        latest.path("checkpointed_size").asLong());
  }

  /** Where state is, by the class: {@code HashMapStateBackend}, {@code RocksDBStateBackend}, ... */
  public String stateBackend() {
    return http.get(path() + "/checkpoints/config").path("state_backend").asText();
  }

  /** The names of a vertex's metrics, without the index of the subtask. */
  public List<String> metricNames(String vertexId) {
    List<String> names = new ArrayList<>();
    http.get(metricsPath(vertexId)).forEach(metric -> names.add(metric.path("id").asText()));
    return names;
  }

  /**
   * Metrics of all subtasks of a vertex taken together, those that are known: some 10 seconds after
   * they change.
   *
   * @param aggregation {@code sum}, {@code min}, {@code max} or {@code avg}
   */
  public Map<String, Double> metrics(String vertexId, String aggregation, String... names) {
    // If it does not know one that it is asked for, Flink leaves out all.
    Set<String> known = new HashSet<>(metricNames(vertexId));
    String[] asked = Arrays.stream(names).filter(known::contains).toArray(String[]::new);
    Map<String, Double> values = new LinkedHashMap<>();
    if (asked.length > 0) {
      String query = "?get=" + list(asked) + "&agg=" + aggregation;
      for (JsonNode metric : http.get(metricsPath(vertexId) + query)) {
        values.put(metric.path("id").asText(), metric.path(aggregation).asDouble());
      }
    }
    return values;
  }

  /** Metrics of the job itself, like {@code numRestarts} and {@code uptime}. */
  public Map<String, String> jobMetrics(String... names) {
    Map<String, String> values = new LinkedHashMap<>();
    for (JsonNode metric : http.get(path() + "/metrics?get=" + list(names))) {
      values.put(metric.path("id").asText(), metric.path("value").asText());
    }
    return values;
  }

  /** What the job's tasks have added up, as text, by name. */
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
