package io.millrace.cli;

import io.millrace.direct.DirectDefaults;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.io.ReadTuning;
import io.millrace.options.MillraceOptions;
import io.millrace.options.RunConfig;
import io.millrace.pipeline.Launch;
import io.millrace.pipeline.TelemetryPipeline;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.util.construction.PipelineOptionsTranslation;
import org.apache.beam.sdk.util.construction.PipelineTranslation;

/**
 * What a launcher hands to a runner.
 *
 * @param graph the pipeline's steps with their serialized functions
 * @param options the run's flags
 */
public record JobGraph(byte[] graph, byte[] options) {
  /** Builds the graph of a run with these flags, and contacts nothing. */
  public static JobGraph of(List<String> flags) {
    MillraceOptions options = Launch.parse(DirectDefaults.addTo(flags));
    RunConfig config = RunConfig.of(options);
    DeadLetterFactory deadLetters =
        DeadLetterFactory.of(config.readingContract(), "millrace", Clock.system());
    Pipeline pipeline = Pipeline.create(options);
    TelemetryPipeline.build(
        pipeline,
        config.input().open(config.readingContract(), Clock.system(), ReadTuning.NONE),
        config.readingContract(),
        config.targets().get(0).open(deadLetters, Clock.system()),
        deadLetters,
        new TelemetryPipeline.Spread(2, 256, 1),
        Clock.system());
    return new JobGraph(
        PipelineTranslation.toProto(pipeline).toByteArray(),
        PipelineOptionsTranslation.toProto(options).toByteArray());
  }
}
