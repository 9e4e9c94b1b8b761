package io.millrace.options;

import static org.apache.beam.sdk.io.fs.ResolveOptions.StandardResolveOptions.RESOLVE_FILE;

import io.millrace.alerting.AlertTargets;
import io.millrace.connectors.Connectors;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.deadletter.DeadLetterOutput;
import io.millrace.deadletter.DeadLetterOutputs;
import io.millrace.io.InFlightLimit;
import io.millrace.io.OutputConfig;
import io.millrace.io.ReadTuning;
import io.millrace.io.SinkAddress;
import io.millrace.io.SourceAddress;
import io.millrace.io.flags.ConfigException;
import io.millrace.io.flags.FlagReader;
import io.millrace.io.flags.RunnerProfile;
import io.millrace.transforms.DeduplicateEvents;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Validated configuration of a run.
 *
 * @param input the source
 * @param targets each contract with the flags' event-time rules, and its sinks; at least one
 * @param dedupShards number of deduplication keys for each time bucket
 * @param dedupSlots number of packed arrays in each of them
 * @param rollupShards number of roll-up keys for each window
 * @param pageRecords Kafka records in one element for the runner
 * @param maxInFlight events in flight at which reading waits; 0: no limit
 * @param runner profile of the run's runner
 */
public record RunConfig(
    SourceAddress input,
    List<SinkConfig> targets,
    int dedupShards,
    int dedupSlots,
    int rollupShards,
    int pageRecords,
    int maxInFlight,
    RunnerProfile runner) {

  /**
   * Parses and validates the flags.
   *
   * @throws ConfigException with every problem in the flags and the contract
   */
  public static RunConfig of(MillraceOptions options) {
    return of(options, Connectors.ALL);
  }

  /** The same with systems other than {@link Connectors#ALL}. */
  public static RunConfig of(MillraceOptions options, Connectors connectors) {
    Reader reader = new Reader(options, connectors, true);
    SourceAddress input = reader.input(true);
    List<SinkConfig> targets = reader.read();
    return of(
        options,
        input.withoutDeadLetters(
            targets.get(0).deadLetters().outputs().stream()
                .map(DeadLetterOutput::address)
                .toList()),
        targets);
  }

  /**
   * The same for a run that replays dead letters and leaves roll-ups as they are, because it does
   * not see all events of their windows.
   *
   * @param input in place of the flag
   */
  public static RunConfig replaying(MillraceOptions options, SourceAddress input) {
    return of(
        options,
        input,
        readWithoutInput(options).stream()
            .map(
                target ->
                    new SinkConfig(
                        target.contract().withoutRollups(),
                        target.outputs(),
                        target.deadLetters(),
                        AlertTargets.NONE))
            .toList());
  }

  private static RunConfig of(
      MillraceOptions options, SourceAddress input, List<SinkConfig> targets) {
    return new RunConfig(
        input,
        targets,
        options.getDedupShards(),
        options.getDedupSlots(),
        options.getRollupShards(),
        options.getPageRecords(),
        options.getMaxInFlight(),
        RunnerProfile.of(options));
  }

  /**
   * Every problem in the flags.
   *
   * @param options only the runner's name is read of Beam's own flags
   * @param needsInput whether a missing input is a problem
   * @param withContract whether to load the contract and check the flags that depend on it; not
   *     where this machine cannot read it
   */
  public static List<String> problems(
      MillraceOptions options, boolean needsInput, boolean withContract) {
    Reader reader = new Reader(options, Connectors.ALL, withContract);
    reader.input(needsInput);
    try {
      List<SinkConfig> unused = reader.read();
      return List.of();
    } catch (ConfigException e) {
      return e.problems();
    }
  }

  /** The contracts with the flags' event-time rules, in the order of the flag. */
  public List<Contract> contracts() {
    return targets.stream().map(SinkConfig::contract).toList();
  }

  /**
   * The contract by which the source reads. Of several, it is the first, with the longest
   * out-of-orderness of all.
   */
  public Contract readingContract() {
    Contract first = contracts().get(0);
    Contract.TimeBounds time = first.time();
    Duration longest =
        contracts().stream()
            .map(contract -> contract.time().outOfOrderness())
            .max(Comparator.naturalOrder())
            .orElseThrow();
    return first.withTime(
        new Contract.TimeBounds(
            longest, time.allowedLateness(), time.bucket(), time.maxAhead(), time.notBefore()));
  }

  /**
   * Settings of the source for the run's runner.
   *
   * @param run unique id of the run in this process
   */
  public ReadTuning readTuning(String run) {
    return new ReadTuning(
        pageRecords, new InFlightLimit(run, maxInFlight), 0, runner.savesPartitions());
  }

  static List<SinkConfig> readWithoutInput(MillraceOptions options) {
    Reader reader = new Reader(options, Connectors.ALL, true);
    reader.input(false);
    return reader.read();
  }

  private static final class Reader {
    private final MillraceOptions options;
    private final Connectors connectors;
    private final boolean withContract;
    private final FlagReader flags;
    private @Nullable SourceAddress input;

    Reader(MillraceOptions options, Connectors connectors, boolean withContract) {
      this.options = options;
      this.connectors = connectors;
      this.withContract = withContract;
      this.flags = new FlagReader(options);
    }

    /** The input; null if it is missing or invalid. */
    @Nullable SourceAddress input(boolean needed) {
      String text = options.getInput();
      input =
          connectors.configure(
              needed || text != null ? flags.required("input", text, connectors::input) : null,
              flags);
      return input;
    }

    /**
     * Contracts and sinks; none if the contracts are not loaded. Validates every other flag as
     * well, to report all problems.
     */
    List<SinkConfig> read() {
      List<SinkAddress> addresses =
          flags.required("output", options.getOutput(), connectors::outputs);
      if (addresses != null && input != null && addresses.stream().anyMatch(input::equals)) {
        flags.problem("output", "`%s` is also the input; use another destination".formatted(input));
      }
      List<Loaded> contracts = contracts();
      DeadLetterOutputs deadLetters = deadLetters();
      AlertTargets alerts = AlertTargets.parse(connectors.forAlerts(), input, flags);
      alerts.requireAlerts(contracts.stream().map(Loaded::contract).toList(), flags);
      Function<SinkAddress, OutputConfig> outputs =
          connectors.configure(addresses == null ? List.of() : addresses, flags);
      flags.atLeast("dedupShards", options.getDedupShards(), 1);
      flags.atLeast("dedupSlots", options.getDedupSlots(), 1);
      if (options.getDedupSlots() > DeduplicateEvents.MAX_SLOTS) {
        flags.problem(
            "dedupSlots",
            "expected at most %s, found %s"
                .formatted(DeduplicateEvents.MAX_SLOTS, options.getDedupSlots()));
      }
      flags.atLeast("rollupShards", options.getRollupShards(), 1);
      flags.atLeast("pageRecords", options.getPageRecords(), 1);
      if (options.getPageRecords() > 1 && !flags.runner().finishesPages()) {
        flags.problem(
            "pageRecords",
            "only for the DirectRunner and Flink: "
                + options.getRunner().getSimpleName()
                + " may stop reading in the middle of a page; leave it out");
      }
      flags.atLeast("maxInFlight", options.getMaxInFlight(), 0);
      Duration lateness = flags.duration("allowedLateness", options.getAllowedLateness());
      Duration disorder = flags.duration("outOfOrderness", options.getOutOfOrderness());
      List<Contract> timed =
          contracts.stream().map(loaded -> withTime(loaded, lateness, disorder)).toList();
      if (!flags.problems().isEmpty()) {
        throw new ConfigException(flags.problems());
      }
      List<OutputConfig> configured =
          addresses == null ? List.of() : addresses.stream().map(outputs).toList();
      return timed.stream()
          .map(contract -> new SinkConfig(contract, configured, deadLetters, alerts))
          .toList();
    }

    private record Loaded(String file, Contract contract) {}

    /** The contracts of the flag that could be loaded. */
    private List<Loaded> contracts() {
      List<String> files = options.getContract() == null ? List.of() : options.getContract();
      if (files.isEmpty()) {
        flags.problems(List.of("--contract is missing"));
      }
      List<Loaded> contracts = new ArrayList<>();
      for (String file : files) {
        Contract contract = flags.required("contract", file, this::contract);
        if (contract != null) {
          contracts.add(new Loaded(file, contract));
        }
      }
      if (files.size() > 1 && input != null && input.readsByContract()) {
        flags.problem(
            "contract",
            "several contracts need an input of kafka:// or pubsub://: the records of `"
                + input
                + "` get their times by one contract; use a run for each");
      }
      flags.problems(SeveralContracts.problems(contracts.stream().map(Loaded::contract).toList()));
      return contracts;
    }

    private DeadLetterOutputs deadLetters() {
      DeadLetterOutputs destinations =
          DeadLetterOutputs.parse(connectors.forDeadLetters(), input, flags);
      for (DeadLetterOutput destination : destinations.outputs()) {
        if (input != null && destination.isReadBy(input)) {
          flags.problem(
              "deadLetters",
              ("`%s` is also the input: dead letters would be read back and fail again; use"
                      + " another destination")
                  .formatted(destination.address()));
        }
      }
      return destinations;
    }

    private Contract withTime(
        Loaded loaded, @Nullable Duration lateness, @Nullable Duration disorder) {
      Contract.TimeBounds declared = loaded.contract.time();
      Contract.TimeBounds asked =
          new Contract.TimeBounds(
              disorder == null ? declared.outOfOrderness() : disorder,
              lateness == null ? declared.allowedLateness() : lateness,
              declared.bucket(),
              declared.maxAhead(),
              declared.notBefore());
      // A loaded contract is valid, so these problems come from the flags.
      flags.problems(asked.problems(Instant.now(), bound -> nameOf(bound, loaded.file)));
      return loaded.contract.withTime(asked);
    }

    private static String nameOf(Contract.TimeBound bound, String file) {
      return switch (bound) {
        case ALLOWED_LATENESS -> "--allowedLateness";
        case OUT_OF_ORDERNESS -> "--outOfOrderness";
        default -> file + ": " + bound.path();
      };
    }

    private @Nullable Contract contract(String file) {
      if (!withContract) {
        return null;
      }
      try {
        Contract contract = load(file);
        if (!RunnerProfile.of(options).sharesFiles()) {
          flags.problems(ContractReach.problems(file, contract));
        }
        return contract;
      } catch (ContractException e) {
        flags.problems(e.problems());
        return null;
      }
    }

    private static byte[] bytes(ResourceId file) throws IOException {
      try (InputStream in = Channels.newInputStream(FileSystems.open(file))) {
        return in.readAllBytes();
      }
    }

    /** Loads a contract from a local file or from Cloud Storage. */
    private Contract load(String place) throws ContractException {
      if (!place.startsWith("gs://")) {
        return ContractLoader.load(Path.of(place));
      }
      // Sets the credentials of Beam's file systems, as creating a pipeline does later.
      FileSystems.setDefaultPipelineOptions(options);
      ResourceId contract = FileSystems.matchNewResource(place, false);
      try {
        return ContractLoader.parse(
            new String(bytes(contract), StandardCharsets.UTF_8),
            place,
            name ->
                bytes(
                    name.startsWith("gs://")
                        ? FileSystems.matchNewResource(name, false)
                        : contract.getCurrentDirectory().resolve(name, RESOLVE_FILE)));
      } catch (IOException e) {
        throw new IllegalArgumentException(
            "`%s` cannot be read (%s); check that it exists and that this account may read it"
                .formatted(place, e.getClass().getSimpleName()),
            e);
      }
    }
  }
}
