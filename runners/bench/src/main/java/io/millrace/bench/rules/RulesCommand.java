package io.millrace.bench.rules;

import io.millrace.bench.contender.Contender;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.harness.RunMixin;
import io.millrace.bench.speed.Backlog;
import io.millrace.bench.speed.RunFigures;
import io.millrace.bench.speed.SpeedRun;
import io.millrace.cli.support.CommandErrors;
import io.millrace.cli.support.TextLines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures what filters, derived columns, look-ups and redaction cost together. */
@Command(
    name = "rules",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the CPU time per event of Millrace on Flink for the same events of 1 KB by a"
          + " contract without rules and by the same contract with two filters, two derived"
          + " columns, a look-up and three rules of redaction. Runs both in turn, each in its own"
          + " process, verifies their tables, and prints the difference.",
      "Starts Kafka and ClickHouse. Exit code 0: measured, whatever the result. 1: the machine was busy with others. 2: usage error."
    },
    footer = {"", "Example: scripts/millrace bench rules --repetitions=5"})
public final class RulesCommand implements Callable<Integer> {
  private static final String PLAIN = "plain";
  private static final String RULES = "rules";

  @Mixin private final RunMixin options = new RunMixin(1_500_000, Backlog.LEAST_EVENTS, 3);

  @Option(
      names = "--parallelism",
      defaultValue = "2",
      paramLabel = "P",
      description = "Subtasks of each step (default: ${DEFAULT-VALUE}).")
  private int parallelism;

  @Spec private CommandSpec command;

  @Override
  public Integer call() {
    options.check();
    CommandErrors.atLeast(command, "--parallelism", 1, parallelism);
    return BenchEnvironment.print(options.json(), this::measure);
  }

  RulesReport measure(BenchEnvironment environment) {
    Backlog backlog = Backlog.produce(environment, RULES, options.events());
    Path plain = environment.contractWithoutRollups();
    Path rules =
        RulesContract.withRules(environment, Backlog.manifest(environment.directory(), RULES));
    // The servers have just been started: they need a run to be warm.
    RunFigures unused = run(environment, backlog, plain, PLAIN, 0);
    List<RunFigures> plainRuns = new ArrayList<>();
    List<RunFigures> rulesRuns = new ArrayList<>();
    for (int round = 1; round <= options.repetitions(); round++) {
      // The servers get faster with each run: neither is always the first.
      if (round % 2 == 1) {
        plainRuns.add(run(environment, backlog, plain, PLAIN, round));
        rulesRuns.add(run(environment, backlog, rules, RULES, round));
      } else {
        rulesRuns.add(run(environment, backlog, rules, RULES, round));
        plainRuns.add(run(environment, backlog, plain, PLAIN, round));
      }
    }
    return new RulesReport(options.events(), backlog.averageBytes(), plainRuns, rulesRuns);
  }

  private RunFigures run(
      BenchEnvironment environment, Backlog backlog, Path contract, String name, int round) {
    RunFigures run =
        SpeedRun.of(
            environment, Contender.MILLRACE, backlog, contract, parallelism, name + "_" + round);
    environment.progress(
        TextLines.text(
            "%s: %-6s %,.0f events/s, %.1f CPU microseconds an event",
            round == 0 ? "warm-up" : "round " + round,
            name,
            run.eventsPerSecond(),
            run.pipelineMicros()));
    return run;
  }
}
