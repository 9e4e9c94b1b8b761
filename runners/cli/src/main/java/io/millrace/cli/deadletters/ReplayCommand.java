package io.millrace.cli.deadletters;

import io.millrace.cli.support.CommandErrors;
import io.millrace.cli.support.JsonObject;
import io.millrace.cli.support.ShutdownHook;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.contract.Contract;
import io.millrace.deadletter.replay.ReplayAddress;
import io.millrace.deadletter.replay.ReplayFile;
import io.millrace.direct.DirectDefaults;
import io.millrace.direct.DirectPipeline;
import io.millrace.event.Outcome;
import io.millrace.io.flags.ConfigException;
import io.millrace.pipeline.Balance;
import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.Launch;
import io.millrace.pipeline.WrongUseException;
import io.millrace.verify.ClickHouseQueries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Feeds dead letters through the pipeline again, as the records that they were. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Feeds dead letters through the pipeline again, under the contract of today: their original",
      "bytes, at their original places. Each gets its new outcome in the tables and in the audit. A",
      "dead letter that lives is marked, not deleted. A replay that was stopped or killed continues",
      "when it is started again, and what was replayed before is not replayed twice. Roll-ups are",
      "not changed. Runs on the DirectRunner."
    },
    footer = {
      "",
      "Example: scripts/millrace dead-letters replay --dryRun --contract=app.yaml"
          + " --output=clickhouse://127.0.0.1:18123/telemetry",
      "Example: scripts/millrace dead-letters replay --contract=app.yaml --code=wrong_type"
          + " --rate=500 --output=clickhouse://127.0.0.1:18123/telemetry",
      "Example: scripts/millrace dead-letters replay --contract=app.yaml"
          + " --from=kafka://127.0.0.1:19092/app-dead"
          + " --output=clickhouse://127.0.0.1:18123/telemetry"
    })
final class ReplayCommand implements Callable<Integer> {
  /** What decides whether a replayed event is late. */
  enum Lateness {
    ARRIVAL,
    IGNORE
  }

  @Mixin LetterFlags flags = new LetterFlags();

  @Option(
      names = "--dryRun",
      description = "Print what would become of the dead letters. Write nothing.")
  boolean dryRun;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description = "Replay N dead letters a second at most. Default: no limit")
  int rate;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "0",
      description = "Replay N dead letters at most. Default: all")
  long limit;

  @Option(
      names = "--lateness",
      paramLabel = "RULE",
      defaultValue = "arrival",
      description =
          "arrival: an event is late if it was late when its record arrived. ignore: no event is"
              + " late. Default: ${DEFAULT-VALUE}")
  Lateness lateness;

  @Option(
      names = "--allowedLateness",
      paramLabel = "DURATION",
      description = "As for `run`: allowed lateness, in place of the contract's.")
  @Nullable String allowedLateness;

  @Option(
      names = "--outOfOrderness",
      paramLabel = "DURATION",
      description = "As for `run`: out-of-orderness, in place of the contract's.")
  @Nullable String outOfOrderness;

  @Option(
      names = "--deadLetters",
      paramLabel = "OUTPUTS",
      defaultValue = "table",
      description = "As for `run`: where those go that die again. Default: ${DEFAULT-VALUE}")
  String deadLetters;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    CommandErrors.atLeast(spec, "--rate", 0, rate);
    CommandErrors.atLeast(spec, "--limit", 0, limit);
    if (flags.output == null || flags.contract == null) {
      throw new ConfigException(
          List.of("--%s is missing".formatted(flags.output == null ? "output" : "contract")));
    }
    LetterFlags.Query query = flags.read(null, false);
    ClickHouseConfig output = query.output();
    if (output == null) {
      throw new IllegalStateException("an output without its configuration");
    }
    try (WorkDirectory directory = WorkDirectory.create("millrace-replay-")) {
      Launch launch = launch(directory.path(), query);
      List<String> problems = new ArrayList<>(launch.problems());
      launch.decoding().forEach(check -> problems.addAll(check.problems()));
      if (!problems.isEmpty()) {
        return ExitCodes.report(problems, spec.commandLine().getErr()::println);
      }
      return replay(launch, query, new ClickHouseQueries(output), directory.path());
    }
  }

  private Launch launch(Path directory, LetterFlags.Query query) {
    List<String> args = new ArrayList<>(flags.clickHouse.asFlags());
    args.add("--output=" + flags.output);
    args.add("--contract=" + flags.contract);
    args.add("--deadLetters=" + deadLetters);
    if (allowedLateness != null) {
      args.add("--allowedLateness=" + allowedLateness);
    }
    if (outOfOrderness != null) {
      args.add("--outOfOrderness=" + outOfOrderness);
    }
    return Launch.replaying(
        Launch.parse(DirectDefaults.addTo(args)),
        new ReplayAddress(directory.toString(), query.store().address(), rate));
  }

  private int replay(
      Launch launch, LetterFlags.Query query, ClickHouseQueries tables, Path directory) {
    Contract contract = launch.contracts().get(0);
    String audit = contract.tables().audit().name();
    if (!tables.hasTable(audit + "_exact")) {
      throw new WrongUseException(
          "there is no audit table `%s` in this database, so no run of this contract has written to it. Check --output"
              .formatted(audit));
    }
    ReplayTable replays = new ReplayTable(tables, contract.tables().deadLetters().name());
    if (!dryRun) {
      replays.create();
      // What a replay that was killed has brought to an outcome
      replays.settle(contract);
    }
    ReplayPlan plan;
    long records;
    try (ReplayFile.Writer file = new ReplayFile.Writer(directory)) {
      plan = plan(query, contract, tables, replays, file);
      records = file.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (dryRun || records == 0) {
      System.out.println(json ? plan.json().text() : plan.text());
      return 0;
    }
    return run(launch, contract, replays, plan);
  }

  private ReplayPlan plan(
      LetterFlags.Query query,
      Contract contract,
      ClickHouseQueries tables,
      ReplayTable replays,
      ReplayFile.Writer file) {
    PlanReplay.Settings settings =
        new PlanReplay.Settings(dryRun, lateness == Lateness.ARRIVAL, flags.from != null);
    try (PlanReplay planner =
        new PlanReplay(
            contract,
            replays,
            new KnownIdentities(tables, contract),
            settings,
            record -> {
              try {
                file.add(record);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })) {
      query
          .store()
          .read(
              query.filter(),
              true,
              letter -> {
                if (limit == 0 || planner.replayed() < limit) {
                  planner.add(letter);
                }
              });
      return planner.finish();
    }
  }

  private int run(Launch launch, Contract contract, ReplayTable replays, ReplayPlan plan) {
    System.err.println(launch.route());
    AtomicBoolean stopped = new AtomicBoolean();
    return ShutdownHook.whileRunning(
        () -> stopped.set(true),
        () -> {
          DirectPipeline running = DirectPipeline.start(launch);
          Balance balance;
          try {
            balance = running.await(b -> stopped.get());
          } finally {
            running.cancel();
          }
          replays.settle(contract);
          print(plan, balance);
          if (!balance.balances()) {
            System.err.println("Start the command again to replay the rest.");
          }
          return running.endedWell() ? 0 : ExitCodes.FAILED;
        });
  }

  private void print(ReplayPlan plan, Balance balance) {
    if (!json) {
      System.out.println(plan.text());
      System.out.println(balance.equation());
      return;
    }
    JsonObject object = plan.json().put("balanced", balance.balances()).put("read", balance.read());
    for (Outcome outcome : Outcome.values()) {
      object.put(outcome.label(), balance.of(outcome));
    }
    System.out.println(object.text());
  }
}
