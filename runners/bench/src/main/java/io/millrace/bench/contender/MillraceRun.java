package io.millrace.bench.contender;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.harness.DirectRun;
import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.contract.Contract;
import io.millrace.direct.DirectDefaults;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.flink.FlinkDefaults;
import io.millrace.flink.embedded.StatefulRun;
import io.millrace.io.Sink;
import io.millrace.options.MillraceOptions;
import io.millrace.options.RunConfig;
import io.millrace.options.Sinks;
import io.millrace.pipeline.Launch;
import io.millrace.pipeline.TelemetryPipeline;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;

/** Millrace's whole pipeline, started as its own launchers start it. */
public final class MillraceRun {
  private MillraceRun() {}

  static RunningJob onFlink(JobSpec spec) {
    return job(Launch.of(Launch.parse(flinkFlags(spec))).start());
  }

  static RunningJob onDirectRunner(JobSpec spec) {
    return DirectRun.start(Launch.of(Launch.parse(DirectDefaults.addTo(ends(spec)))))
        ::requireRunning;
  }

  /** As the command {@code run --state} runs it. */
  static RunningJob withState(JobSpec spec) {
    List<String> flags = new ArrayList<>(ends(spec));
    flags.add("--parallelism=" + spec.parallelism());
    StatefulRun run = StatefulRun.prepare(spec.checkpoints(), flags, System.err::println);
    run.start();
    return run::requireRunning;
  }

  /** On Flink, without the audit. */
  static RunningJob withoutAudit(JobSpec spec) {
    MillraceOptions options = Launch.parse(flinkFlags(spec));
    RunConfig config = RunConfig.of(options);
    Contract contract = config.readingContract();
    DeadLetterFactory deadLetters = DeadLetterFactory.of(contract, "no-audit", Clock.system());
    Sink sink =
        config
            .targets()
            .get(0)
            .open(deadLetters, Clock.system())
            .byName()
            .values()
            .iterator()
            .next();
    Pipeline pipeline = Pipeline.create(options);
    TelemetryPipeline.build(
        pipeline,
        config.input().open(contract, Clock.system(), config.readTuning("no-audit")),
        contract,
        Sinks.of(((ClickHouseSink) sink).withoutAudit()),
        deadLetters,
        TelemetryPipeline.Spread.of(config),
        Clock.system());
    return job(pipeline.run());
  }

  /** A job that has been started and has no end. */
  private static RunningJob job(PipelineResult result) {
    return () -> {
      PipelineResult.State state = result.getState();
      if (state.isTerminal()) {
        throw new IllegalStateException("the job has ended: " + state);
      }
    };
  }

  /** The flags of a run on a Flink in this JVM. */
  private static String[] flinkFlags(JobSpec spec) {
    List<String> flags = new ArrayList<>(ends(spec));
    flags.add("--flinkMaster=[local]");
    flags.add("--streaming=true");
    flags.add("--parallelism=" + spec.parallelism());
    flags.add("--checkpointingInterval=5000");
    flags.add("--stateBackend=filesystem");
    flags.add("--stateBackendStoragePath=" + spec.checkpoints().toUri());
    // A run that failed and went on would be measured as if it had not.
    flags.add("--numberOfExecutionRetries=0");
    // The job has no end: without this its start would not return.
    flags.add("--attachedMode=false");
    return FlinkDefaults.addTo(flags);
  }

  /** The flags that say where from, where to and by which contract. */
  public static List<String> ends(JobSpec spec) {
    List<String> flags = new ArrayList<>(spec.contender().flags());
    flags.addAll(
        List.of(
            "--input=kafka://" + spec.kafka() + "/" + spec.topic(),
            "--output=clickhouse"
                + spec.server().url().substring("http".length())
                + "/"
                + spec.server().database(),
            "--clickHouseUser=" + BenchEnvironment.USER,
            "--clickHousePassword=file:" + spec.server().passwordFile(),
            "--contract=" + spec.contract()));
    return flags;
  }
}
