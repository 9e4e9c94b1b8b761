package io.millrace.cli;

import io.millrace.cli.support.FlagCommand;
import io.millrace.cli.support.JsonObject;
import io.millrace.cli.support.ShutdownHook;
import io.millrace.direct.DirectDefaults;
import io.millrace.direct.DirectPipeline;
import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import io.millrace.io.CatchUp;
import io.millrace.pipeline.Balance;
import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.Launch;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the pipeline. */
@Command(
    name = "run",
    description = "Runs the pipeline until its files are read or it is stopped (Ctrl-C).")
final class RunCommand extends FlagCommand {
  /** A window is closed the out-of-orderness after its end, and rows wait for their batch. */
  private static final Duration ROLLUPS_WAIT = Duration.ofSeconds(20);

  /** A batch's age and an INSERT; while ClickHouse is away there is nothing to wait for. */
  private static final Duration DRAIN = Duration.ofSeconds(20);

  @Option(names = "--json", description = "Print the balance as one JSON object at the end.")
  private boolean json;

  @Option(
      names = "--untilCaughtUp",
      description =
          "Read only the records that are there at the start, end when each has its outcome, and"
              + " the roll-ups' results are written that are due.")
  private boolean untilCaughtUp;

  RunCommand() {
    super(
        """
        Usage: scripts/millrace run [--untilCaughtUp] [--json] FLAGS
        Reads records, decodes, deduplicates, tags and writes them. Tables that are
        missing are created. Reading files ends by itself, Kafka and Pub/Sub with Ctrl-C: then\
         no
        more is read, and what is in flight is written before the command ends (20 s at most).
        Runs on the DirectRunner by default.

          --untilCaughtUp
              Read only the records that are there at the start, end when each has its outcome,
              and the roll-ups' results are written that are due.
          --json
              Print the balance as one JSON object at the end.
        """,
        """

        Example: scripts/millrace run --input=kafka://127.0.0.1:19092/query-events\
         --output=clickhouse://127.0.0.1:18123/telemetry\
         --contract=test-data/contracts/query-events.yaml
        Example: scripts/millrace run --input=file:///var/archive/2026-03-*.jsonl.gz\
         --output=clickhouse://127.0.0.1:18123/telemetry\
         --contract=test-data/contracts/query-events.yaml
        """);
  }

  @Override
  protected int run(List<String> flags) {
    Launch launch = Launch.of(Launch.parse(DirectDefaults.addTo(flags)));
    List<String> problems = launch.problems();
    if (!problems.isEmpty()) {
      problems.forEach(problem -> System.err.println("millrace: " + problem));
      return launch.unreadable().containsAll(problems) ? ExitCodes.FAILED : ExitCodes.WRONG_USE;
    }
    CatchUp catchUp = untilCaughtUp ? launch.catchUp() : CatchUp.ENDS_BY_ITSELF;
    System.err.println(launch.route());
    DirectPipeline running = DirectPipeline.start(launch);
    AtomicBoolean stopped = new AtomicBoolean();
    return ShutdownHook.whileRunning(
        () -> stopped.set(true),
        () -> {
          Balance balance;
          try {
            balance =
                running.await(
                    b -> stopped.get() || (catchUp.isReached(b.handedOver()) && b.settled()));
            if (stopped.get()) {
              balance = running.drain(DRAIN);
            } else if (untilCaughtUp) {
              balance = awaitRollups(running, stopped);
            }
          } finally {
            running.cancel();
            catchUp.close();
          }
          Map<String, Balance> balances = running.balances();
          print(balances);
          explainLate(balance);
          return balances.values().stream().allMatch(Balance::balances) ? 0 : ExitCodes.FAILED;
        });
  }

  /** Waits for the results of windows that are closed, or give early ones; others are told of. */
  private static Balance awaitRollups(DirectPipeline running, AtomicBoolean stopped) {
    long deadline = System.nanoTime() + ROLLUPS_WAIT.toNanos();
    Balance balance =
        running.await(b -> stopped.get() || b.rollupsSettled() || System.nanoTime() - deadline > 0);
    for (Map.Entry<String, Balance> sink : running.balances().entrySet()) {
      if (!sink.getValue().rollupsWritten() && !stopped.get()) {
        System.err.println(
            "Not all rows of rollups that are due are written yet: "
                + sink.getKey()
                + " has "
                + sink.getValue().rollupsMissing()
                + " to write; run again to have them written");
      }
    }
    if (balance.rollupsOpen() > 0 && !stopped.get()) {
      System.err.printf(
          Locale.ROOT,
          "%,d rows of rollups are of windows that are still open: a run that goes on gives them"
              + " when their time has come, or sooner with `early` in the contract%n",
          balance.rollupsOpen());
    }
    return balance;
  }

  /**
   * Old events that are produced now are late by the rule, and so are those of a file that is not
   * in order; both surprise who tries samples.
   */
  private static void explainLate(Balance balance) {
    if (balance.of(Outcome.LATE) * 2 > balance.accounted()) {
      System.err.println(
          "Most events came later than the allowed lateness, so they are in the late table."
              + " To load history, or a file that is not in order, allow for its age:"
              + " --allowedLateness=365d");
    }
  }

  private void print(Map<String, Balance> balances) {
    boolean one = balances.size() == 1;
    if (json) {
      Map<String, Object> sinks = new LinkedHashMap<>();
      balances.forEach((sink, balance) -> sinks.put(sink, values(balance)));
      JsonObject object = JsonObject.object();
      Map<String, Object> first = values(balances.values().iterator().next());
      (one ? first : Map.of("sinks", sinks)).forEach(object::put);
      System.out.println(object.text());
      return;
    }
    balances.forEach(
        (sink, balance) -> System.out.println((one ? "" : sink + ": ") + balance.equation()));
    long lost = balances.values().iterator().next().lostBeforeRead();
    if (lost > 0) {
      System.out.printf(
          Locale.ROOT,
          "Lost before read: %,d offsets that the log removed before they were read; `millrace"
              + " audit` lists them%n",
          lost);
    }
    if (!balances.values().stream().allMatch(Balance::balances)) {
      System.out.println(
          "Records in flight are read again by the next run, and the views show each once; those of"
              + " Pub/Sub only if they were not acknowledged yet (docs/pubsub.md).");
    }
  }

  private static Map<String, Object> values(Balance balance) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("balanced", balance.balances());
    values.put("read", balance.read());
    for (Outcome outcome : Outcome.values()) {
      values.put(outcome.label(), balance.of(outcome));
    }
    values.put(PipelineMetrics.LOST_BEFORE_READ, balance.lostBeforeRead());
    return values;
  }
}
