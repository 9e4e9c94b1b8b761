package io.millrace.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.connectors.Connectors;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Outcome;
import io.millrace.io.flags.ConfigException;
import io.millrace.options.MillraceOptions;
import io.millrace.options.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another system is one class and one entry in {@link Connectors}: nothing else knows it. */
class TrialSystemTest {
  private static final Connectors CONNECTORS = Connectors.ALL.with(new TrialSystem());

  private static final String CONTRACT =
      """
      contract: visits
      version: 1
      format: json
      fields:
        id: {type: string, required: true}
        at: {type: timestamp, required: true}
      event_time: {field: at}
      identity: [id, at]
      unknown_fields: {column: extra, as: json}
      tables: {normal: {name: visits}}
      """;

  @TempDir private Path directory;

  private RunConfig config(String... more) throws IOException {
    Path contract = Files.writeString(directory.resolve("visits.yaml"), CONTRACT);
    Path events =
        Files.writeString(
            directory.resolve("visits.jsonl"),
            """
            {"id": "a", "at": "2026-03-01T10:00:00Z"}
            {"id": "b", "at": "2026-03-01T10:00:01Z"}
            {"id": "a", "at": "2026-03-01T10:00:00Z"}
            {"id": 7}
            """);
    PipelineOptionsFactory.register(TrialSystem.Flags.class);
    String[] flags = new String[3 + more.length];
    flags[0] = "--input=file://" + events;
    flags[1] = "--output=trial://here";
    flags[2] = "--contract=" + contract;
    System.arraycopy(more, 0, flags, 3, more.length);
    return RunConfig.of(
        PipelineOptionsFactory.fromArgs(flags).as(MillraceOptions.class), CONNECTORS);
  }

  @Test
  void rowsGoToTheOtherSystem() throws IOException {
    RunConfig config = config("--trialMode=loud");
    Clock clock = Clock.system();
    DeadLetterFactory deadLetters = DeadLetterFactory.of(config.readingContract(), "test", clock);
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.create());
    TelemetryPipeline.build(
        pipeline,
        config.input().open(config.readingContract(), clock, config.readTuning("trial")),
        config.readingContract(),
        config.targets().get(0).open(deadLetters, clock),
        deadLetters,
        new TelemetryPipeline.Spread(2, 8, 1),
        clock);
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    Balance balance = Balance.of(result);
    assertThat(balance.equation(), balance.balances(), is(true));
    assertThat(balance.read(), equalTo(4L));
    assertThat(balance.of(Outcome.ACCEPTED), equalTo(2L));
    assertThat(balance.of(Outcome.DUPLICATE), equalTo(1L));
    assertThat(balance.of(Outcome.DEAD), equalTo(1L));
  }

  @Test
  void itsFlagsAreChecked() {
    ConfigException e = assertThrows(ConfigException.class, () -> config("--trialMode=shy"));
    assertThat(e.problems(), contains("--trialMode: expected loud or quiet, found `shy`"));
  }
}
