package io.millrace.flink.semantics;

import io.millrace.flink.LocalFlink;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.runners.flink.TestFlinkRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.options.StreamingOptions;
import org.apache.beam.sdk.testing.TestPipeline;

/**
 * A runner on which a test of semantics runs: each case gives the same result on all of them. Each
 * pipeline has its own runner in this JVM, streaming; on Flink one subtask and no checkpoints.
 */
enum RunnerUnderTest {
  /** Beam's DirectRunner with all its checks; each {@code addElements} is a bundle. */
  DIRECT {
    @Override
    PipelineOptions options() {
      PipelineOptions options = PipelineOptionsFactory.create();
      options.setRunner(DirectRunner.class);
      return options;
    }
  },
  /** Flink in this JVM with Millrace's defaults: a bundle holds all elements of a short test. */
  FLINK {
    @Override
    PipelineOptions options() {
      return flinkOptions();
    }
  },
  /** The same with bundles of a single element. */
  FLINK_SMALLEST_BUNDLES {
    @Override
    PipelineOptions options() {
      return flinkOptions("--maxBundleSize=1");
    }
  };

  /** New options for one run. */
  abstract PipelineOptions options();

  /** A new pipeline; its {@code run()} fails unless every {@code PAssert} ran and held. */
  TestPipeline pipeline() {
    PipelineOptions options = options();
    options.as(StreamingOptions.class).setStreaming(true);
    return TestPipeline.fromOptions(options).enableAbandonedNodeEnforcement(false);
  }

  private static PipelineOptions flinkOptions(String... flags) {
    PipelineOptions options = LocalFlink.options(flags);
    options.setRunner(TestFlinkRunner.class);
    return options;
  }
}
