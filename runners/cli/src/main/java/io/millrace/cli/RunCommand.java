package io.millrace.cli;

import io.millrace.cli.log.LogFormat;
import io.millrace.cli.metrics.MetricsAddress;
import io.millrace.cli.metrics.MetricsEndpoint;
import io.millrace.cli.state.StatefulPipeline;
import io.millrace.cli.support.FlagCommand;
import io.millrace.cli.support.JsonObject;
import io.millrace.cli.support.ShutdownHook;
import io.millrace.direct.DirectDefaults;
import io.millrace.direct.DirectPipeline;
import io.millrace.direct.StoppableRun;
import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import io.millrace.flink.embedded.StatefulRun;
import io.millrace.io.CatchUp;
import io.millrace.pipeline.Balance;
import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.Launch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the pipeline. */
@Command(
    name = "run",
    description = "Runs the pipeline until all files are read or Ctrl-C is pressed.")
final class RunCommand extends FlagCommand {
  /** Out-of-orderness that delays closing a window, plus the maximum age of a batch. */
  private static final Duration ROLLUPS_WAIT = Duration.ofSeconds(20);

  /** The maximum age of a batch, plus one INSERT. Longer is useless while ClickHouse is down. */
  private static final Duration FINISH = Duration.ofSeconds(20);

  @Option(names = "--json", description = "Print the final balance as one JSON object.")
  private boolean json;

  @Option(
      names = "--untilCaughtUp",
      description =
          "Read the records that exist at the start, then exit once each has an outcome and all"
              + " due roll-up rows are written.")
  private boolean untilCaughtUp;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "Keep the state in this directory, on an embedded Flink. The next run with it continues"
              + " where this one ended.")
  private Path state;

  @Option(
      names = MetricsAddress.PORT,
      paramLabel = "PORT",
      description = "Serve metrics for Prometheus on this port of 127.0.0.1; 0: any free one.")
  private String metricsPort;

  @Option(
      names = MetricsAddress.ADDRESS,
      paramLabel = "IP",
      description = "Serve the metrics on this address instead of 127.0.0.1. There is no login.")
  private String metricsAddress;

  // Read before the log is used, see LogFormat.
  @SuppressWarnings("unused")
  @Option(
      names = LogFormat.FLAG,
      paramLabel = "FORMAT",
      description = "Form of the log on standard error: text or json.")
  private String logFormat;

  RunCommand() {
    super(
        """
          Usage: scripts/millrace run [--state=DIR] [--untilCaughtUp] [--metricsPort=PORT]
                 [--metricsAddress=IP] [--json] [--logFormat=json] FLAGS
          Reads, decodes, deduplicates, tags and writes events. Creates missing tables. A run over
          files ends after the last file. A run over Kafka or Pub/Sub ends with Ctrl-C: it stops
          reading and drains records in flight for at most 20 s.
          Runs on the DirectRunner by default, which keeps nothing between runs.

            --state=DIR
                Keep the state in this directory: positions, identities, open windows, waiting
                rows. Run on an embedded Flink, not on the DirectRunner. However a run ends (Ctrl-C,
                SIGTERM, SIGKILL), the next run with DIR continues exactly where it was. Flags and
                contract may change as in an upgrade on a cluster (docs/flink.md). For Kafka and
                Pub/Sub. All flags of Beam's Flink runner are supported, such as --parallelism
                (default: the number of cores), --stateBackend=rocksdb, --checkpointingInterval.
            --untilCaughtUp
                Read the records that exist at the start, then exit once each has an outcome and
                all due roll-up rows are written.
            --metricsPort=PORT
                Serve /metrics for Prometheus and /healthz for health checks on this port of
                127.0.0.1 (docs/metrics.md). 0: any free port, which is printed.
            --metricsAddress=IP
                Serve them on this address of the machine, or on all with 0.0.0.0. There is no login:
                restrict who can connect.
            --logFormat=json
                Write standard error as JSON, one event a line (docs/metrics.md). For all commands:
                MILLRACE_LOG_FORMAT=json in the environment.
            --json
                Print the final balance as one JSON object.
          """,
        """

          Example: scripts/millrace run --input=kafka://127.0.0.1:19092/query-events\
           --output=clickhouse://127.0.0.1:18123/telemetry\
           --contract=test-data/contracts/query-events.yaml
          Example: scripts/millrace run --state=/var/lib/millrace\
           --input=kafka://127.0.0.1:19092/query-events\
           --output=clickhouse://127.0.0.1:18123/telemetry\
           --contract=test-data/contracts/query-events.yaml
          Example: scripts/millrace run --input=file:///var/archive/2026-03-*.jsonl.gz\
           --output=clickhouse://127.0.0.1:18123/telemetry\
           --contract=test-data/contracts/query-events.yaml
          """);
  }

  @Override
  protected int run(List<String> flags) {
    if (state == null) {
      Launch launch = Launch.of(Launch.parse(DirectDefaults.addTo(flags)));
      return run(launch, () -> DirectPipeline.start(launch));
    }
    try (StatefulRun prepared =
        StatefulRun.prepare(state, flags, line -> System.err.println(line))) {
      return run(prepared.launch(), () -> StatefulPipeline.start(prepared));
    }
  }

  private int run(Launch launch, Supplier<StoppableRun> start) {
    List<String> problems = launch.problems();
    if (!problems.isEmpty()) {
      problems.forEach(problem -> System.err.println("millrace: " + problem));
      return launch.unreadable().containsAll(problems) ? ExitCodes.FAILED : ExitCodes.WRONG_USE;
    }
    LogFormat.addContract(launch.contractNames());
    if (metricsPort == null) {
      return run(launch, start, running -> {});
    }
    String runner = state == null ? "DirectRunner" : "FlinkRunner";
    try (MetricsEndpoint metrics =
        MetricsEndpoint.open(
            metricsPort, metricsAddress, launch, runner, line -> System.err.println(line))) {
      return run(launch, start, metrics::observe);
    }
  }

  private int run(Launch launch, Supplier<StoppableRun> start, Consumer<StoppableRun> started) {
    CatchUp catchUp = untilCaughtUp ? launch.catchUp() : CatchUp.ENDS_BY_ITSELF;
    System.err.println(launch.route());
    AtomicBoolean stopped = new AtomicBoolean();
    return ShutdownHook.whileRunning(
        () -> stopped.set(true),
        () -> {
          StoppableRun running = start.get();
          started.accept(running);
          Balance balance;
          try {
            balance =
                running.await(
                    b -> stopped.get() || (catchUp.isReached(b.handedOver()) && b.settled()));
            if (untilCaughtUp && !stopped.get()) {
              balance = awaitRollups(running, stopped);
            }
            if (untilCaughtUp || stopped.get()) {
              balance = running.finish(FINISH);
            }
          } finally {
            running.cancel();
            catchUp.close();
          }
          print(running, launch.hasSeveralContracts() ? "contracts" : "sinks");
          explainLate(balance);
          return running.endedWell() ? 0 : ExitCodes.FAILED;
        });
  }

  /** Waits for roll-up rows of closed windows and for early results; reports open windows. */
  private static Balance awaitRollups(StoppableRun running, AtomicBoolean stopped) {
    long deadline = System.nanoTime() + ROLLUPS_WAIT.toNanos();
    Balance balance =
        running.await(b -> stopped.get() || b.rollupsSettled() || System.nanoTime() - deadline > 0);
    for (Map.Entry<String, Balance> sink : running.balances().entrySet()) {
      if (!sink.getValue().rollupsWritten() && !stopped.get()) {
        System.err.println(
            ("Some due roll-up rows are not written yet: %s is missing %s. Run the"
                    + " command again to write them.")
                .formatted(sink.getKey(), sink.getValue().rollupsMissing()));
      }
    }
    if (balance.rollupsOpen() > 0 && !stopped.get()) {
      System.err.printf(
          Locale.ROOT,
          "%,d roll-up rows belong to open windows. A continuous run writes them when the windows"
              + " close, or earlier with `early` in the contract.%n",
          balance.rollupsOpen());
    }
    return balance;
  }

  /** Explains why most events of old samples, or of a file that is not in order, are late. */
  private static void explainLate(Balance balance) {
    if (balance.of(Outcome.LATE) * 2 > balance.accounted()) {
      System.err.println(
          "Most events exceeded the allowed lateness and are in the late table. To load historical"
              + " or unordered data, increase it: --allowedLateness=365d");
    }
  }

  /** Prints each equation; {@code each} says what they are of, if there are several. */
  private void print(StoppableRun run, String each) {
    Map<String, Balance> balances = run.balances();
    boolean one = balances.size() == 1;
    if (json) {
      Map<String, Object> sinks = new LinkedHashMap<>();
      balances.forEach((sink, balance) -> sinks.put(sink, values(balance, run.isResumed())));
      JsonObject object = JsonObject.object();
      Map<String, Object> first = values(balances.values().iterator().next(), run.isResumed());
      (one ? first : Map.of(each, sinks)).forEach(object::put);
      System.out.println(object.text());
      return;
    }
    balances.forEach(
        (sink, balance) ->
            System.out.println(
                (one ? "" : sink + ": ")
                    + (run.isResumed() ? balance.equationSinceStart() : balance.equation())));
    long lost =
        each.equals("sinks")
            ? balances.values().iterator().next().recordsLostBeforeRead()
            : balances.values().stream().mapToLong(Balance::recordsLostBeforeRead).sum();
    if (lost > 0) {
      System.out.printf(
          Locale.ROOT,
          "Lost before read: %,d offsets were removed from the log before they were read. `millrace"
              + " audit` lists them.%n",
          lost);
    }
    if (!run.endedWell() || balances.values().stream().anyMatch(b -> b.inFlight() > 0)) {
      System.out.println(run.remainder());
    }
  }

  private static Map<String, Object> values(Balance balance, boolean resumed) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("balanced", resumed ? balance.inFlight() <= 0 : balance.balances());
    values.put("read", balance.read());
    values.put(PipelineMetrics.EVENTS, balance.events());
    if (balance.emptyRecords() > 0) {
      values.put(PipelineMetrics.EMPTY_RECORDS, balance.emptyRecords());
    }
    if (resumed) {
      values.put("earlier", balance.readEarlier());
    }
    for (Outcome outcome : Outcome.values()) {
      values.put(outcome.label(), balance.of(outcome));
    }
    values.put(PipelineMetrics.RECORDS_LOST_BEFORE_READ, balance.recordsLostBeforeRead());
    return values;
  }
}
