package io.millrace.cli.dashboard;

import io.millrace.cli.support.ClickHouseFlags;
import io.millrace.cli.support.ShutdownHook;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves the dashboard until Ctrl-C. */
@Command(
    name = "dashboard",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Serves a page on 127.0.0.1 that shows health, the equation, what came, what died, and",
      "alerts. Reads a ClickHouse that Millrace writes to, and the metrics of a run. Changes",
      "nothing. Ends on Ctrl-C."
    },
    footer = {
      "",
      "Example: scripts/millrace dashboard --output=clickhouse://127.0.0.1:18123/telemetry"
          + " --contract=test-data/contracts/query-events.yaml --metrics=http://127.0.0.1:9464"
    })
public final class DashboardCommand implements Callable<Integer> {
  private static final String DEFAULT_PORT = "9470";

  @Option(names = "--output", paramLabel = "URL", description = "clickhouse://host:port/database")
  @Nullable String output;

  @Option(
      names = "--contract",
      paramLabel = "FILE",
      split = ",",
      description =
          "A contract whose roll-ups and alerts the page shows; may be given several times. Without"
              + " one, the page shows the equation and the dead letters of all contracts.")
  List<String> contracts = new ArrayList<>();

  @Option(
      names = "--metrics",
      paramLabel = "URL",
      description =
          "Address of the metrics of a run, as `run --metricsPort` prints it. Example:"
              + " http://127.0.0.1:9464")
  @Nullable String metrics;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = DEFAULT_PORT,
      description = "Port of the page on 127.0.0.1; 0 picks a free port. Default: ${DEFAULT-VALUE}")
  String port = DEFAULT_PORT;

  @Mixin ClickHouseFlags clickHouse = new ClickHouseFlags();

  @Override
  public Integer call() {
    try (DashboardServer server = DashboardServer.open(config())) {
      CountDownLatch stopped = new CountDownLatch(1);
      return ShutdownHook.whileRunning(
          stopped::countDown,
          () -> {
            // Who reads the address may end the command at once.
            System.out.println("dashboard: " + server.link() + " (Ctrl-C ends it)");
            return await(stopped);
          });
    }
  }

  /**
   * What the flags say.
   *
   * @throws io.millrace.io.flags.ConfigException with all problems
   */
  DashboardConfig config() {
    return DashboardConfig.read(output, contracts, metrics, port, clickHouse);
  }

  private static int await(CountDownLatch stopped) {
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }
}
