package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.process.Ports;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Prometheus of its own on the loopback address, which scrapes one run twice a second. */
final class PrometheusServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Path log;
  private final int port;
  private final HttpClient client = HttpClient.newHttpClient();

  private PrometheusServer(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  /**
   * Why tests with Prometheus cannot run; empty if they can. Also empty if {@code CI} or {@code
   * MILLRACE_REQUIRE_PROMETHEUS} is set, so that a missing Prometheus fails the tests.
   */
  static Optional<String> whyTestsCannotRun() {
    boolean required =
        List.of("CI", "MILLRACE_REQUIRE_PROMETHEUS").stream()
            .anyMatch(name -> !System.getenv().getOrDefault(name, "").isEmpty());
    return required || (find("prometheus").isPresent() && find("promtool").isPresent())
        ? Optional.empty()
        : Optional.of("Prometheus is not installed; install Debian's package prometheus");
  }

  private static Optional<Path> find(String name) {
    return List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)).stream()
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static String command(String name) {
    return find(name)
        .orElseThrow(
            () -> new AssertionError(name + " is not on the PATH: install the package prometheus"))
        .toString();
  }

  /** Runs promtool; its output, if it ends with 0. */
  static String promtool(Path directory, String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of(command("promtool")));
    command.addAll(List.of(args));
    Process tool =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String output = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (tool.waitFor() != 0) {
      throw new AssertionError(command + ": " + output);
    }
    return output;
  }

  /**
   * Starts it, with its data below a directory.
   *
   * @param scraped the port of the run's metrics
   */
  static PrometheusServer start(Path directory, Path rules, int scraped) throws Exception {
    int port = Ports.free(Ports.Range.PROXY);
    Path config =
        Files.writeString(
            directory.resolve("prometheus.yaml"),
            """
            global: {scrape_interval: 500ms, evaluation_interval: 500ms}
            rule_files: [%s]
            scrape_configs:
              - job_name: millrace
                static_configs: [{targets: ["127.0.0.1:%d"]}]
            """
                .formatted(rules, scraped));
    Path log = directory.resolve("prometheus.log");
    Process process =
        new ProcessBuilder(
                command("prometheus"),
                "--config.file=" + config,
                "--storage.tsdb.path=" + directory.resolve("prometheus-data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    // Also if these tests are stopped
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new PrometheusServer(process, log, port);
  }

  /** An answer of its API; missing while it does not answer. */
  private JsonNode get(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path))
            .timeout(Duration.ofMinutes(1))
            .build();
    try {
      return JSON.readTree(client.send(request, BodyHandlers.ofString()).body());
    } catch (IOException e) {
      if (!process.isAlive()) {
        throw new AssertionError("Prometheus has ended: see " + log, e);
      }
      return JSON.missingNode();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The answer to an instant query, with {@code status} and {@code error}. */
  JsonNode query(String expression) {
    return get("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
  }

  /** How many series a query finds. */
  int series(String expression) {
    return query(expression).at("/data/result").size();
  }

  /** All rules, with their state, health and latest error. */
  JsonNode rules() {
    return get("rules").at("/data/groups/0/rules");
  }

  /** The state of a rule; empty while it is not known. */
  String state(String alert) {
    for (JsonNode rule : rules()) {
      if (rule.path("name").asText().equals(alert)) {
        return rule.path("state").asText();
      }
    }
    return "";
  }

  @Override
  public void close() {
    // Its data is temporary.
    process.destroyForcibly().onExit().join();
  }
}
