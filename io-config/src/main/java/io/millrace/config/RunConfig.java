package io.millrace.config;

import io.millrace.contract.Contract;
import io.millrace.contract.ContractException;
import io.millrace.contract.Durations;
import io.millrace.deadletter.DeadLetterOutput;
import io.millrace.deadletter.DeadLetterOutputs;
import io.millrace.sink.OutputConfig;
import io.millrace.sink.bigquery.BigQueryConfig;
import io.millrace.sink.clickhouse.Batching;
import io.millrace.sink.clickhouse.ClickHouseConfig;
import io.millrace.sink.clickhouse.ClickHouseConfig.OnOperatorError;
import io.millrace.sink.clickhouse.ClickHouseConfig.Writer;
import io.millrace.source.InFlightLimit;
import io.millrace.source.ReadTuning;
import io.millrace.source.SourceAddress;
import io.millrace.transforms.DeduplicateEvents;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The meaning of a run's flags, complete and valid.
 *
 * @param input where records come from
 * @param sinks the contract, with the event-time rules that the flags ask for, and where rows go
 * @param dedupShards keys of the deduplication for each time bucket
 * @param dedupSlots packed arrays in each of them
 * @param rollupShards keys of the rollups for each window
 * @param pageRecords Kafka records that the runner is given as one
 * @param maxInFlight records between source and outcome at which reading waits; 0: no limit
 * @param kafkaPartitions partitions of each Kafka topic; 0: Kafka is asked
 * @param fixPartitions whether Kafka is asked when the job is launched, not by the runner: Flink's,
 *     whose savepoints hold the partitions
 */
public record RunConfig(
    SourceAddress input,
    SinkConfig sinks,
    int dedupShards,
    int dedupSlots,
    int rollupShards,
    int pageRecords,
    int maxInFlight,
    int kafkaPartitions,
    boolean fixPartitions) {

  /**
   * Reads the flags.
   *
   * @throws ConfigException with every mistake in them and in the contract
   */
  public static RunConfig of(MillraceOptions options) {
    Reader reader = new Reader(options, true);
    SourceAddress input = reader.input(true);
    SinkConfig sink = reader.read();
    return new RunConfig(
        input,
        sink,
        options.getDedupShards(),
        options.getDedupSlots(),
        options.getRollupShards(),
        options.getPageRecords(),
        options.getMaxInFlight(),
        options.getKafkaPartitions(),
        options.getKafkaPartitions() == 0
            && options.getRunner().getSimpleName().equals("FlinkRunner"));
  }

  /**
   * Every mistake in the flags that can be told without the contract, which is not looked at: it
   * may be where this machine cannot read it.
   */
  public static List<String> mistakesWithoutContract(MillraceOptions options) {
    return mistakes(options, true, false);
  }

  /**
   * Every mistake in the flags.
   *
   * @param options of Beam's own flags only the runner is asked for, and only for its name
   * @param needsInput whether it is a mistake to give no input
   * @param withContract whether to read the contract, for its mistakes and those of flags that
   *     depend on it
   */
  public static List<String> mistakes(
      MillraceOptions options, boolean needsInput, boolean withContract) {
    Reader reader = new Reader(options, withContract);
    reader.input(needsInput);
    try {
      SinkConfig unused = reader.read();
      return List.of();
    } catch (ConfigException e) {
      return e.mistakes();
    }
  }

  /** The contract, with the event-time rules that the flags ask for. */
  public Contract contract() {
    return sinks.contract();
  }

  /**
   * How the source reads for the run's runner.
   *
   * @param run tells it from others in the same process
   */
  public ReadTuning readTuning(String run) {
    return new ReadTuning(
        pageRecords, new InFlightLimit(run, maxInFlight), kafkaPartitions, fixPartitions);
  }

  static SinkConfig readWithoutInput(MillraceOptions options) {
    Reader reader = new Reader(options, true);
    reader.input(false);
    return reader.read();
  }

  private static final class Reader {
    private final MillraceOptions options;
    private final boolean withContract;
    private final List<String> mistakes = new ArrayList<>();
    private @Nullable SourceAddress input;

    Reader(MillraceOptions options, boolean withContract) {
      this.options = options;
      this.withContract = withContract;
    }

    /** Where records come from; null if it is not said, which may be a mistake. */
    @Nullable SourceAddress input(boolean needed) {
      String text = options.getInput();
      SourceAddress address =
          needed || text != null ? required("input", text, SourceAddress::parse) : null;
      input =
          KafkaFlags.of(options, mistakes)
              .readBy(PubsubFlags.of(options, mistakes).readBy(address));
      return input;
    }

    /**
     * Contract and sinks; null without a contract. Reads every other flag, too, to know all
     * mistakes.
     */
    @Nullable SinkConfig read() {
      List<SinkAddress> addresses = required("output", options.getOutput(), SinkAddress::parseAll);
      Contract contract = required("contract", options.getContract(), this::contract);
      DeadLetterOutputs deadLetters = deadLetters();
      UserName user = parsed("clickHouseUser", options.getClickHouseUser(), UserName::parse);
      SecretReference password = secret("clickHousePassword", options.getClickHousePassword());
      caFile(addresses == null ? List.of() : addresses);
      atLeast("maxBatchRows", options.getMaxBatchRows(), 1);
      atLeast("maxWaitingBytes", options.getMaxWaitingBytes(), 1);
      atLeast("dedupShards", options.getDedupShards(), 1);
      atLeast("dedupSlots", options.getDedupSlots(), 1);
      if (options.getDedupSlots() > DeduplicateEvents.MOST_SLOTS) {
        mistakes.add(
            "--dedupSlots: expected at most "
                + DeduplicateEvents.MOST_SLOTS
                + ", found "
                + options.getDedupSlots());
      }
      atLeast("rollupShards", options.getRollupShards(), 1);
      atLeast("pageRecords", options.getPageRecords(), 1);
      String runner = options.getRunner().getSimpleName();
      if (options.getPageRecords() > 1
          && !runner.equals("DirectRunner")
          && !runner.equals("FlinkRunner")) {
        mistakes.add(
            "--pageRecords: only for the DirectRunner and Flink: "
                + runner
                + " may stop reading in the middle of a page; leave it out");
      }
      atLeast("maxInFlight", options.getMaxInFlight(), 0);
      atLeast("kafkaPartitions", options.getKafkaPartitions(), 0);
      mistakes.addAll(WorkerReach.mistakes(options));
      Batching.Mode mode = mode();
      Duration maxAge = parsed("maxBatchAge", options.getMaxBatchAge(), this::duration);
      if (maxAge != null && maxAge.isZero()) {
        mistakes.add("--maxBatchAge: expected at least 1ms, found 0");
      }
      Duration answerTimeout =
          parsed("clickHouseAnswerTimeout", options.getClickHouseAnswerTimeout(), this::duration);
      if (answerTimeout != null && answerTimeout.isZero()) {
        mistakes.add("--clickHouseAnswerTimeout: expected at least 1ms, found 0");
      }
      boolean beamIo =
          oneOf("clickHouseWriter", options.getClickHouseWriter(), "millrace", "beam-io");
      if (beamIo && options.getClickHouseCaFile() != null) {
        mistakes.add(
            "--clickHouseCaFile: not with --clickHouseWriter=beam-io; import the certificates into"
                + " the JDK's trust store instead");
      }
      boolean atLeastOnce =
          oneOf("bigQueryMethod", options.getBigQueryMethod(), "exactly-once", "at-least-once");
      Duration frequency =
          parsed(
              "bigQueryTriggeringFrequency",
              options.getBigQueryTriggeringFrequency(),
              this::duration);
      if (frequency != null && frequency.toMillis() < BigQueryConfig.LEAST_FREQUENCY.toMillis()) {
        mistakes.add(
            "--bigQueryTriggeringFrequency: expected at least 1s, found "
                + options.getBigQueryTriggeringFrequency());
      }
      atLeast("bigQueryStreams", options.getBigQueryStreams(), 0);
      String location = location(options.getBigQueryDatasetLocation());
      boolean fail = oneOf("onOperatorError", options.getOnOperatorError(), "wait", "fail");
      Contract.TimeBounds time = time(contract);
      if (!mistakes.isEmpty()) {
        throw new ConfigException(mistakes);
      }
      if (contract == null) {
        return null;
      }
      List<OutputConfig> outputs = new ArrayList<>();
      for (SinkAddress address : addresses) {
        if (address instanceof ClickHouseAddress clickHouse) {
          outputs.add(
              ClickHouseConfig.of(clickHouse.endpoint(), clickHouse.database())
                  .withUser(user, password)
                  .withCaFile(options.getClickHouseCaFile())
                  .withAnswerTimeout(answerTimeout)
                  .withWriter(beamIo ? Writer.BEAM_IO : Writer.MILLRACE)
                  .withOnOperatorError(fail ? OnOperatorError.FAIL : OnOperatorError.WAIT)
                  .withBatching(
                      Batching.DEFAULT
                          .withMode(mode)
                          .withMaxRows(options.getMaxBatchRows())
                          .withMaxAge(maxAge)
                          .withMaxWaitingBytes(options.getMaxWaitingBytes())));
        } else if (address instanceof BigQueryAddress bigQuery) {
          outputs.add(
              new BigQueryConfig(
                  bigQuery.project(),
                  bigQuery.dataset(),
                  atLeastOnce
                      ? BigQueryConfig.Method.AT_LEAST_ONCE
                      : BigQueryConfig.Method.EXACTLY_ONCE,
                  frequency,
                  options.getBigQueryStreams(),
                  location));
        }
      }
      return new SinkConfig(contract.withTime(time), outputs, deadLetters);
    }

    private DeadLetterOutputs deadLetters() {
      DeadLetterOutputs places =
          DeadLetterOutputs.parse(
              options.getDeadLetters(),
              options.getPubsubEmulator(),
              mistake -> mistakes.add("--deadLetters: " + mistake));
      for (DeadLetterOutput place : places.outputs()) {
        if (input != null && place.isReadBy(input)) {
          mistakes.add(
              "--deadLetters: `"
                  + place.address()
                  + "` is read by --input: what is dead would be read and be dead again, for ever;"
                  + " use another place");
        }
      }
      return places;
    }

    private @Nullable String location(@Nullable String text) {
      if (text != null
          && (text.isEmpty()
              || !text.chars()
                  .allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '-')))) {
        mistakes.add("--bigQueryDatasetLocation: expected a location such as EU or europe-west1");
      }
      return text;
    }

    private @Nullable SecretReference secret(String flag, @Nullable String text) {
      return text == null ? null : parsed(flag, text, SecretReference::parse);
    }

    private void caFile(List<SinkAddress> outputs) {
      String file = options.getClickHouseCaFile();
      if (file == null) {
        return;
      }
      for (SinkAddress output : outputs) {
        if (output instanceof ClickHouseAddress clickHouse && !clickHouse.tls()) {
          mistakes.add("--clickHouseCaFile: only for TLS; add ?tls=true to --output");
          break;
        }
      }
      parsed("clickHouseCaFile", file, Tls::certificates);
    }

    private Batching.Mode mode() {
      String text = options.getBatching();
      if (text != null && !text.equals("state") && !text.equals("bundle")) {
        mistakes.add("--batching: expected state or bundle, found `" + text + "`");
      }
      return "state".equals(text) ? Batching.Mode.STATE : Batching.Mode.BUNDLE;
    }

    /** Whether a flag has the second of the two values that it may have. */
    private boolean oneOf(String flag, String text, String first, String second) {
      if (!text.equals(first) && !text.equals(second)) {
        mistakes.add(
            "--" + flag + ": expected " + first + " or " + second + ", found `" + text + "`");
      }
      return text.equals(second);
    }

    private Contract.@Nullable TimeBounds time(@Nullable Contract contract) {
      Optional<Duration> lateness = optional("allowedLateness", options.getAllowedLateness());
      Optional<Duration> disorder = optional("outOfOrderness", options.getOutOfOrderness());
      if (contract == null) {
        return null;
      }
      Contract.TimeBounds declared = contract.time();
      Contract.TimeBounds asked =
          new Contract.TimeBounds(
              disorder.orElse(declared.outOfOrderness()),
              lateness.orElse(declared.allowedLateness()),
              declared.bucket(),
              declared.maxAhead(),
              declared.notBefore());
      // A contract that was loaded is right by itself: what is wrong now, the flags made wrong.
      mistakes.addAll(asked.mistakes(Instant.now(), this::nameOf));
      return asked;
    }

    private String nameOf(Contract.TimeBound bound) {
      return switch (bound) {
        case ALLOWED_LATENESS -> "--allowedLateness";
        case OUT_OF_ORDERNESS -> "--outOfOrderness";
        default -> options.getContract() + ": " + bound.path();
      };
    }

    private Optional<Duration> optional(String flag, @Nullable String text) {
      return text == null
          ? Optional.empty()
          : Optional.ofNullable(parsed(flag, text, this::duration));
    }

    private Duration duration(String text) {
      try {
        return Durations.parse(text);
      } catch (DateTimeException e) {
        throw new IllegalArgumentException(
            "expected a duration such as 10s, 5m, 1h or 7d, never negative; found `" + text + "`",
            e);
      }
    }

    private @Nullable Contract contract(String file) {
      if (!withContract) {
        return null;
      }
      try {
        return ContractFile.load(file, options);
      } catch (ContractException e) {
        mistakes.addAll(e.mistakes());
        return null;
      }
    }

    private <T> @Nullable T required(
        String flag, @Nullable String text, Function<String, @Nullable T> parse) {
      if (text == null || text.isEmpty()) {
        mistakes.add("--" + flag + " is missing");
        return null;
      }
      return parsed(flag, text, parse);
    }

    private <T> @Nullable T parsed(String flag, String text, Function<String, @Nullable T> parse) {
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException e) {
        mistakes.add("--" + flag + ": " + e.getMessage());
        return null;
      }
    }

    private void atLeast(String flag, long value, long least) {
      if (value < least) {
        mistakes.add("--" + flag + ": expected at least " + least + ", found " + value);
      }
    }
  }
}
