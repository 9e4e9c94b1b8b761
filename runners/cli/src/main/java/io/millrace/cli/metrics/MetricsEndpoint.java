package io.millrace.cli.metrics;

import com.sun.net.httpserver.HttpServer;
import io.millrace.direct.StoppableRun;
import io.millrace.io.observe.RunObservation;
import io.millrace.metrics.MetricPoints;
import io.millrace.metrics.RunDescription;
import io.millrace.metrics.RunHealth;
import io.millrace.pipeline.Checkpoints;
import io.millrace.pipeline.Launch;
import io.millrace.pipeline.StepMetrics;
import io.millrace.pipeline.WrongUseException;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Serves the metrics of a run, without a login: {@code /metrics} for Prometheus, {@code /healthz}
 * for health checks. Open it before the run starts, because its steps find the observation then.
 *
 * <p>Cost: nothing between two requests, except what the steps report to {@link RunObservation}.
 */
public final class MetricsEndpoint implements AutoCloseable {
  private static final int THREADS = 2;

  private final RunDescription description;
  private final RunObservation observation;
  private final HttpServer server;
  private final ExecutorService threads;
  private volatile @Nullable StoppableRun run;

  private MetricsEndpoint(
      RunDescription description, RunObservation observation, HttpServer server) {
    this.description = description;
    this.observation = observation;
    this.server = server;
    this.threads =
        Executors.newFixedThreadPool(
            THREADS,
            work -> {
              Thread thread = new Thread(work, "metrics");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Opens the endpoint of a run.
   *
   * @param port the value of {@link MetricsAddress#PORT}
   * @param address the value of {@link MetricsAddress#ADDRESS}; null: 127.0.0.1
   * @param runner name of the runner
   * @param note receives the address
   * @throws WrongUseException in one line, if port or address are invalid or in use
   */
  public static MetricsEndpoint open(
      String port, @Nullable String address, Launch launch, String runner, Consumer<String> note) {
    HttpServer server = listen(MetricsAddress.parse(port, address));
    RunDescription description =
        RunDescription.of(
            BuildVersion.get(), runner, System.currentTimeMillis(), launch.branches());
    MetricsEndpoint endpoint =
        new MetricsEndpoint(description, RunObservation.publish(launch.runId()), server);
    endpoint.serve();
    note.accept("metrics: http://" + text(server.getAddress()) + "/metrics");
    return endpoint;
  }

  private static HttpServer listen(InetSocketAddress address) {
    try {
      return HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new WrongUseException(
          "%s: cannot listen on %s (%s). Choose another port, or 0 for any free one"
              .formatted(MetricsAddress.PORT, text(address), e.getMessage()));
    }
  }

  /** An address as in a URL. */
  private static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
  }

  private void serve() {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register((MultiCollector) this::snapshots);
    server.createContext("/metrics", new MetricsHandler(registry));
    server.createContext("/healthz", new HealthHandler(this::problem));
    server.setExecutor(threads);
    server.start();
  }

  /** Serves the metrics of a run that has started. */
  public void observe(StoppableRun started) {
    run = started;
  }

  private MetricSnapshots snapshots() {
    StoppableRun now = run;
    return PrometheusSnapshots.of(
        MetricPoints.of(
            description,
            new MetricPoints.Reported(
                now == null ? new StepMetrics(Map.of(), Map.of()) : now.stepMetrics(),
                now == null ? Checkpoints.NONE : now.checkpoints(),
                observation,
                now != null && now.isRunning(),
                System.currentTimeMillis())));
  }

  /** What is wrong with the run, in one line; null if it is healthy. */
  private @Nullable String problem() {
    StoppableRun now = run;
    if (now == null) {
      return "the run is starting";
    }
    RunHealth health = RunHealth.of(observation, System.currentTimeMillis());
    if (!health.isHealthy()) {
      return health.text();
    }
    return now.isRunning() ? null : "the run has ended";
  }

  /** The port it listens on. */
  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    observation.close();
    server.stop(0);
    List<Runnable> unused = threads.shutdownNow();
  }
}
