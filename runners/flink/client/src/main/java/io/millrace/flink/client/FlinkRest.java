package io.millrace.flink.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.jar.JarFile;

/**
 * A client of a Flink cluster's REST API. Thread-safe. A failing method throws a {@link
 * FlinkClientException} with a message of one line, which contains Flink's innermost cause. Methods
 * also fail while no JobManager is the leader.
 */
public final class FlinkRest {
  private final FlinkHttp http;

  private FlinkRest(FlinkHttp http) {
    this.http = http;
  }

  /**
   * The cluster at an address; sends no request.
   *
   * @param address {@code http://127.0.0.1:8081}
   */
  public static FlinkRest at(String address) {
    return new FlinkRest(new FlinkHttp(address));
  }

  /**
   * A cluster's resources.
   *
   * @param slots slots of all TaskManagers
   */
  public record Overview(
      @JsonProperty("taskmanagers") int taskManagers,
      @JsonProperty("slots-total") int slots,
      @JsonProperty("slots-available") int freeSlots) {}

  /**
   * A registered TaskManager.
   *
   * @param id changes with each start
   */
  public record TaskManager(String id, @JsonProperty("slotsNumber") int slots, int freeSlots) {}

  /**
   * A job of a cluster.
   *
   * @param state Flink's name: {@code RUNNING}, {@code RESTARTING}, {@code FINISHED}, ...
   */
  public record JobSummary(@JsonProperty("jid") String id, String name, String state) {
    /** Whether it finished, failed permanently or was canceled. */
    public boolean hasEnded() {
      return FlinkJob.ENDED.contains(state);
    }
  }

  public String address() {
    return http.address();
  }

  /** Whether a leading JobManager responds; never throws. */
  public boolean answers() {
    URI uri = URI.create(http.address());
    // A plain connection fails fast if no server listens.
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), 1000);
    } catch (IOException e) {
      return false;
    }
    try {
      return http.get("/overview", Duration.ofSeconds(10)).has("taskmanagers");
    } catch (FlinkClientException e) {
      return false;
    }
  }

  public Overview overview() {
    return FlinkHttp.as(Overview.class, http.get("/overview"));
  }

  public List<TaskManager> taskManagers() {
    return FlinkHttp.list(TaskManager.class, http.get("/taskmanagers").path("taskmanagers"));
  }

  /**
   * A metric aggregated over all TaskManagers, such as {@code Status.JVM.Memory.Heap.Used}.
   *
   * @param aggregation {@code sum}, {@code min}, {@code max} or {@code avg}
   */
  public OptionalDouble taskManagerMetric(String aggregation, String name) {
    String query = "/taskmanagers/metrics?agg=" + aggregation + "&get=" + name;
    for (JsonNode metric : http.get(query)) {
      return OptionalDouble.of(metric.path(aggregation).asDouble());
    }
    return OptionalDouble.empty();
  }

  /** All jobs, including recently ended ones. */
  public List<JobSummary> jobs() {
    return FlinkHttp.list(JobSummary.class, http.get("/jobs/overview").path("jobs"));
  }

  /** A job by id; sends no request, so the job may not exist. */
  public FlinkJob job(String id) {
    return new FlinkJob(http, id);
  }

  /**
   * Uploads a jar. It stays in the cluster until {@link #deleteJar}.
   *
   * @return its id, for {@link #run}
   */
  public String upload(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      file.getManifest();
    } catch (IOException e) {
      // Flink would accept the upload and fail at each run.
      throw new FlinkClientException(jar + " is not a jar: " + e.getMessage(), e);
    }
    String file = http.upload("/jars/upload", jar).path("filename").asText();
    if (file.isEmpty()) {
      throw new FlinkClientException(
          "flink at " + address() + ": POST /jars/upload: the response names no file");
    }
    return file.substring(file.lastIndexOf('/') + 1);
  }

  /**
   * Runs the main class of an uploaded jar inside the JobManager. Returns once its job is
   * submitted; see {@link FlinkJob#awaitRunning}.
   */
  public FlinkJob run(String jarId, FlinkJarRun run) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("entryClass", run.entryClass());
    run.arguments().forEach(body.putArray("programArgsList")::add);
    if (run.parallelism() > 0) {
      body.put("parallelism", run.parallelism());
    }
    if (!run.savepoint().isEmpty()) {
      body.put("savepointPath", run.savepoint());
    }
    run.config().forEach(body.putObject("flinkConfiguration")::put);
    return job(http.post("/jars/" + jarId + "/run", body).path("jobid").asText());
  }

  public void deleteJar(String jarId) {
    http.delete("/jars/" + jarId);
  }
}
