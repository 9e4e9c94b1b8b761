package io.millrace.pipeline;

import io.millrace.contract.Contract;
import io.millrace.contract.RecordRule;
import io.millrace.decode.FormatCheck;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Clock;
import io.millrace.expression.RecordSelector;
import io.millrace.io.CatchUp;
import io.millrace.io.InFlight;
import io.millrace.io.SinkException;
import io.millrace.io.Source;
import io.millrace.io.SourceAddress;
import io.millrace.io.flags.ConfigException;
import io.millrace.io.observe.RunObservation;
import io.millrace.lookup.Lookups;
import io.millrace.options.MillraceOptions;
import io.millrace.options.RunConfig;
import io.millrace.options.StateSettings;
import io.millrace.redact.EventRedactor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A prepared run: flags are validated, source and sinks created, no connection opened. */
public final class Launch {
  /** The name of a job without {@code --jobName}. */
  public static final String JOB_NAME = "millrace";

  private final MillraceOptions options;
  private final Clock clock;
  private final String runId;
  private final RunConfig config;
  private final Source source;
  private final List<Branch> branches;

  private Launch(MillraceOptions options, RunConfig config, Clock clock, String runId) {
    this.clock = clock;
    this.runId = runId;
    this.options = options;
    this.config = config;
    this.source = config.input().open(config.readingContract(), clock, config.readTuning(runId));
    this.branches =
        config.targets().stream()
            .map(target -> Branch.of(target, options.getJobName(), clock))
            .toList();
  }

  /**
   * Prepares a run.
   *
   * @throws ConfigException with every problem in the flags and the contract
   */
  public static Launch of(MillraceOptions options) {
    return of(options, UUID.randomUUID().toString());
  }

  /**
   * Prepares a run under a given id.
   *
   * @param runId unique in this process; that of the earlier run if the run restores its state,
   *     because the restored readers look for it
   * @throws ConfigException with every problem in the flags and the contract
   */
  public static Launch of(MillraceOptions options, String runId) {
    return new Launch(options, RunConfig.of(options), Clock.system(), runId);
  }

  /**
   * Prepares a replay of dead letters, see {@link RunConfig#replaying}.
   *
   * @param input what it reads, in place of {@code --input}
   * @throws ConfigException with every problem in the flags and the contract
   */
  public static Launch replaying(MillraceOptions options, SourceAddress input) {
    return new Launch(
        options, RunConfig.replaying(options, input), Clock.system(), UUID.randomUUID().toString());
  }

  /** The contracts with the flags' event-time rules. */
  public List<Contract> contracts() {
    return config.contracts();
  }

  /**
   * Parses command-line flags of Millrace and Beam.
   *
   * @throws ConfigException with each flag that is unknown or has a value of the wrong type
   */
  public static MillraceOptions parse(String... args) {
    try {
      OptionsRegistry.prepare(args);
      MillraceOptions options = PipelineOptionsFactory.fromArgs(args).as(MillraceOptions.class);
      // Beam's default contains a random number, which is of no use in dead letters.
      if (Arrays.stream(args).noneMatch(arg -> arg.startsWith("--jobName="))) {
        options.setJobName(JOB_NAME);
      }
      return options;
    } catch (RuntimeException e) {
      if (OptionsRegistry.complete()) {
        return parse(args);
      }
      throw new ConfigException(FlagTypes.problems(args, e));
    }
  }

  /** Unique id of the run in this process. */
  public String runId() {
    return runId;
  }

  /** The contracts of the run with their sinks. */
  public List<Branch> branches() {
    return branches;
  }

  /** The names of the run's contracts. */
  public List<String> contractNames() {
    return branches.stream().map(branch -> branch.contract().name()).toList();
  }

  /** The settings that the run's savepoints depend on. */
  public StateSettings stateSettings() {
    return StateSettings.of(config);
  }

  /** The addresses of source and sinks, for display. */
  public String route() {
    // The same sinks for each contract.
    return source.address() + " -> " + branches.get(0).sinks().address();
  }

  /** Limits the run to the records that exist now. Call it before the start. */
  public CatchUp catchUp() {
    return source.catchUp();
  }

  /** The equation of each sink by name; of several contracts, that of each and its sink. */
  public Map<String, Balance> balances(PipelineResult result) {
    return balances(Balance.countersByStep(result));
  }

  /**
   * The same for a runner whose results have no counters while it runs.
   *
   * @param countersByStep Millrace's counters by step and name
   */
  public Map<String, Balance> balances(Map<String, Map<String, Long>> countersByStep) {
    if (branches.size() == 1) {
      return Balance.bySink(countersByStep, branches.get(0).sinks().byName().keySet());
    }
    Map<String, Balance> all = new LinkedHashMap<>();
    for (Branch branch : branches) {
      String contract = branch.contract().name();
      Map<String, Balance> bySink =
          Balance.bySink(Balance.under(contract, countersByStep), branch.sinks().byName().keySet());
      bySink.forEach(
          (sink, balance) ->
              all.put(bySink.size() == 1 ? contract : contract + ", " + sink, balance));
    }
    return all;
  }

  /** The equation of the sink that is furthest behind; of several contracts, their sum. */
  public Balance balance(PipelineResult result) {
    return Balance.furthestBehind(wholes(balances(result)));
  }

  /** What the readers of the run wait for; nothing before it has started. */
  public InFlight.Counts counts(@Nullable PipelineResult result) {
    return result == null ? InFlight.Counts.NONE : balance(result).counts();
  }

  /** The equations of the whole run, one for each sink: of several contracts, their sums. */
  public Collection<Balance> wholes(Map<String, Balance> balances) {
    if (branches.size() == 1) {
      return balances.values();
    }
    return branches.get(0).sinks().byName().keySet().stream()
        .map(
            sink ->
                Balance.sum(
                    branches.stream()
                        .map(branch -> balanceOf(branch.contract().name(), sink, balances))
                        .toList()))
        .toList();
  }

  /** Whether each equation of {@link #balances} is that of a contract. */
  public boolean hasSeveralContracts() {
    return branches.size() > 1;
  }

  private static Balance balanceOf(String contract, String sink, Map<String, Balance> balances) {
    Balance only = balances.get(contract);
    return only == null ? balances.get(contract + ", " + sink) : only;
  }

  /** Lets the source commit its position, after every record of an equation is settled. */
  public void settled(Balance balance) {
    source.settled(balance.handedOver());
  }

  /** Whether no element was handed over that an equation does not count yet. */
  public boolean isAllCounted(Balance balance) {
    return source.isAllCounted(balance.handedOver());
  }

  /** Frees what the source keeps for the run in this process. */
  public void ended() {
    source.ended();
  }

  /** The problems that prevent the run, one line each. Changes nothing. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>(source.check());
    branches.forEach(branch -> problems.addAll(branch.sinks().check()));
    return problems;
  }

  /** Problems with an existing input that cannot be read, see {@link Source#unreadable}. */
  public List<String> unreadable() {
    return source.unreadable();
  }

  /** Checks what decoding depends on beside each contract: a schema registry, look-ups, secrets. */
  public List<FormatCheck> decoding() {
    List<FormatCheck> checks = new ArrayList<>();
    List<String> topics = new ArrayList<>(config.input().topicNames());
    for (Contract contract : config.contracts()) {
      RecordRule rule = contract.records();
      RecordSelector selector = RecordSelector.of(contract);
      List<String> own =
          topics.stream().filter(topic -> selector == null || selector.takesTopic(topic)).toList();
      checks.add(decoding(contract, own));
      if (rule == null || rule.when() == null) {
        // All records of these topics are of this contract.
        topics.removeAll(own);
      }
    }
    return checks;
  }

  private static FormatCheck decoding(Contract contract, List<String> topics) {
    FormatCheck format = RecordDecoder.check(contract, topics);
    List<String> problems = new ArrayList<>(format.problems());
    problems.addAll(Lookups.check(contract));
    problems.addAll(EventRedactor.problems(contract));
    return new FormatCheck(problems, format.notes());
  }

  /** Differences between tables and contract that do not prevent a run. */
  public List<String> notes() {
    return branches.stream().flatMap(branch -> branch.sinks().notes().stream()).toList();
  }

  /**
   * Creates missing tables and starts the pipeline on the runner of the options.
   *
   * @throws SinkException if the tables do not fit the contract
   */
  public PipelineResult start() {
    // A table that contracts share has the columns of all of them if it is created for one whose
    // records hold many events.
    branches.stream()
        .sorted(Comparator.comparing(branch -> !branch.contract().holdsMany()))
        .forEach(branch -> branch.sinks().prepare());
    return startWithTablesAsTheyAre();
  }

  /**
   * Starts the pipeline without checking or creating tables, for when the sink is unreachable from
   * this machine.
   */
  public PipelineResult startWithTablesAsTheyAre() {
    RunObservation.putInto(options, runId);
    Pipeline pipeline = Pipeline.create(options);
    TelemetryPipeline.build(pipeline, source, branches, TelemetryPipeline.Spread.of(config), clock);
    return pipeline.run();
  }
}
