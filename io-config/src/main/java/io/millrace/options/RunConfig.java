package io.millrace.options;

import static org.apache.beam.sdk.io.fs.ResolveOptions.StandardResolveOptions.RESOLVE_FILE;

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
import io.millrace.security.SecretReference;
import io.millrace.transforms.DeduplicateEvents;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Validated configuration of a run.
 *
 * @param input the source
 * @param sinks the contract with the flags' event-time rules, and the sinks
 * @param dedupShards number of deduplication keys for each time bucket
 * @param dedupSlots number of packed arrays in each of them
 * @param rollupShards number of roll-up keys for each window
 * @param pageRecords Kafka records in one element for the runner
 * @param maxInFlight events in flight at which reading waits; 0: no limit
 * @param runner profile of the run's runner
 */
public record RunConfig(
    SourceAddress input,
    SinkConfig sinks,
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
    SinkConfig sinks = reader.read();
    return new RunConfig(
        input.withoutDeadLetters(
            sinks.deadLetters().outputs().stream().map(DeadLetterOutput::address).toList()),
        sinks,
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
      SinkConfig unused = reader.read();
      return List.of();
    } catch (ConfigException e) {
      return e.problems();
    }
  }

  /** The contract with the flags' event-time rules. */
  public Contract contract() {
    return sinks.contract();
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

  static SinkConfig readWithoutInput(MillraceOptions options) {
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
     * Contract and sinks; null if the contract is not loaded. Validates every other flag as well,
     * to report all problems.
     */
    @Nullable SinkConfig read() {
      List<SinkAddress> addresses =
          flags.required("output", options.getOutput(), connectors::outputs);
      Contract contract = flags.required("contract", options.getContract(), this::contract);
      DeadLetterOutputs deadLetters = deadLetters();
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
      Contract.TimeBounds time = time(contract);
      if (!flags.problems().isEmpty()) {
        throw new ConfigException(flags.problems());
      }
      return contract == null
          ? null
          : new SinkConfig(
              contract.withTime(time), addresses.stream().map(outputs).toList(), deadLetters);
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

    private Contract.@Nullable TimeBounds time(@Nullable Contract contract) {
      Duration lateness = flags.duration("allowedLateness", options.getAllowedLateness());
      Duration disorder = flags.duration("outOfOrderness", options.getOutOfOrderness());
      if (contract == null) {
        return null;
      }
      Contract.TimeBounds declared = contract.time();
      Contract.TimeBounds asked =
          new Contract.TimeBounds(
              disorder == null ? declared.outOfOrderness() : disorder,
              lateness == null ? declared.allowedLateness() : lateness,
              declared.bucket(),
              declared.maxAhead(),
              declared.notBefore());
      // A loaded contract is valid, so these problems come from the flags.
      flags.problems(asked.problems(Instant.now(), this::nameOf));
      return asked;
    }

    private String nameOf(Contract.TimeBound bound) {
      return switch (bound) {
        case ALLOWED_LATENESS -> "--allowedLateness";
        case OUT_OF_ORDERNESS -> "--outOfOrderness";
        default -> options.getContract() + ": " + bound.path();
      };
    }

    private @Nullable Contract contract(String file) {
      if (!withContract) {
        return null;
      }
      try {
        Contract contract = load(file);
        checkReach(file, contract);
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

    /** Rejects secrets of the contract's format that the workers cannot read. */
    private void checkReach(String file, Contract contract) {
      if (RunnerProfile.of(options).sharesFiles()) {
        return;
      }
      contract
          .formatOptions()
          .forEach(
              (option, value) -> {
                if (SecretReference.isLocal(value)) {
                  flags.problems(
                      List.of(
                          file
                              + ": format."
                              + option
                              + ": env: and file: are not supported on Dataflow; put the secret"
                              + " into Secret Manager and refer to it by"
                              + " gcp-secret:projects/PROJECT/secrets/SECRET/versions/VERSION"));
                }
              });
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
