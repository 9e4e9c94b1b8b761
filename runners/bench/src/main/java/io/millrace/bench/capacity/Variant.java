package io.millrace.bench.capacity;

import io.millrace.bench.contender.Contender;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.speed.Arrivals;
import io.millrace.bench.speed.Backlog;
import io.millrace.bench.speed.RunDetails;
import io.millrace.bench.speed.SpeedRun;
import io.millrace.cli.support.TextLines;
import java.nio.file.Path;

/**
 * A way to run the pipeline that is compared with others. Each run has its own process and
 * database, and fails unless its tables hold what the manifest says.
 *
 * @param id the name in JSON and of databases
 * @param label the name for people
 */
record Variant(String id, String label, Contender contender, Backlog backlog, Path contract) {
  /** Reads the backlog once without measuring, so that servers that have just started are warm. */
  void warmUp(BenchEnvironment environment, int parallelism) {
    RunDetails unused =
        SpeedRun.detailed(
            environment,
            Contender.FLOOR,
            backlog,
            contract,
            parallelism,
            id + "_warm_up",
            Arrivals.none(backlog));
  }

  /**
   * Runs it once.
   *
   * @param round distinguishes runs
   */
  RunDetails run(BenchEnvironment environment, int parallelism, int round, Arrivals arrivals) {
    RunDetails run =
        SpeedRun.detailed(
            environment, contender, backlog, contract, parallelism, id + "_" + round, arrivals);
    environment.progress(
        TextLines.text(
            "round %d: %s  %,.0f events/s, %.1f CPU microseconds an event",
            round, label, run.figures().eventsPerSecond(), run.figures().pipelineMicros()));
    return run;
  }
}
