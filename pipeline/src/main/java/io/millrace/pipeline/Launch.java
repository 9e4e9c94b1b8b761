package io.millrace.pipeline;

import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.io.CatchUp;
import io.millrace.io.SinkException;
import io.millrace.io.Source;
import io.millrace.io.flags.ConfigException;
import io.millrace.options.MillraceOptions;
import io.millrace.options.RunConfig;
import io.millrace.options.Sinks;
import io.millrace.options.StateSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** A run made ready: flags read, both ends known, nothing touched yet. */
public final class Launch {
  private final MillraceOptions options;
  private final Clock clock;
  private final String runId;
  private final RunConfig config;
  private final Source source;
  private final Sinks sinks;
  private final DeadLetterFactory deadLetters;

  private Launch(MillraceOptions options, Clock clock, String runId) {
    this.clock = clock;
    this.runId = runId;
    this.options = options;
    this.config = RunConfig.of(options);
    this.deadLetters = DeadLetterFactory.of(config.contract(), options.getJobName(), clock);
    this.source = config.input().open(config.contract(), clock, config.readTuning(runId));
    this.sinks = config.sinks().open(deadLetters, clock);
  }

  /**
   * Makes a run ready.
   *
   * @throws ConfigException with every mistake in the flags and the contract
   */
  public static Launch of(MillraceOptions options) {
    return new Launch(options, Clock.system(), UUID.randomUUID().toString());
  }

  /**
   * Reads command-line flags, Millrace's and Beam's.
   *
   * @throws ConfigException with each that is unknown or has a value of the wrong kind
   */
  public static MillraceOptions parse(String... args) {
    try {
      MillraceOptions options = PipelineOptionsFactory.fromArgs(args).as(MillraceOptions.class);
      // Beam's default holds the name of the user and a random number: of no use in a dead letter.
      if (Arrays.stream(args).noneMatch(arg -> arg.startsWith("--jobName="))) {
        options.setJobName("millrace");
      }
      return options;
    } catch (RuntimeException e) {
      throw new ConfigException(FlagErrors.problems(args, e));
    }
  }

  /** Tells this run from others in the same process. */
  public String runId() {
    return runId;
  }

  /** The settings that the run's saved state depends on. */
  public StateSettings stateSettings() {
    return StateSettings.of(config);
  }

  /** Where records come from and where rows go, for people. */
  public String route() {
    return source.address() + " -> " + sinks.address();
  }

  /** Makes the run read only what is there now; to be asked before it starts. */
  public CatchUp catchUp() {
    return source.catchUp();
  }

  /** The equation of each sink of the run, by the sink's name. */
  public Map<String, Balance> balances(PipelineResult result) {
    return Balance.bySink(result, sinks.byName().keySet());
  }

  /** The equation of the sink that is furthest behind. */
  public Balance balance(PipelineResult result) {
    return Balance.furthestBehind(balances(result).values());
  }

  /** What keeps the run from starting, one line each; changes nothing. */
  public List<String> problems() {
    return Preflight.problems(source, sinks);
  }

  /** Those problems that are no wrong use: what is there to be read, and cannot be. */
  public List<String> unreadable() {
    return source.unreadable();
  }

  /** Differences between tables and contract with which a run starts all the same. */
  public List<String> notes() {
    return sinks.notes();
  }

  /**
   * Creates the tables that are missing and starts the pipeline on the runner of the options.
   *
   * @throws SinkException if the tables do not fit
   */
  public PipelineResult start() {
    sinks.prepare();
    return startWithTablesAsTheyAre();
  }

  /**
   * Starts the pipeline on the runner of the options without a look at the tables: for who cannot
   * reach them from here, and prepares them from elsewhere.
   */
  public PipelineResult startWithTablesAsTheyAre() {
    Pipeline pipeline = Pipeline.create(options);
    TelemetryPipeline.build(
        pipeline,
        source,
        config.contract(),
        sinks,
        deadLetters,
        TelemetryPipeline.Spread.of(config),
        clock);
    return pipeline.run();
  }
}
