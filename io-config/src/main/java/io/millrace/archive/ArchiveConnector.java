package io.millrace.archive;

import io.millrace.archive.write.Rolling;
import io.millrace.io.OutputConfig;
import io.millrace.io.SinkAddress;
import io.millrace.io.SinkConnector;
import io.millrace.io.SourceAddress;
import io.millrace.io.SourceConnector;
import io.millrace.io.flags.FlagReader;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Archives of Parquet files: sink of rows, and source of archived rows. */
public final class ArchiveConnector implements SinkConnector, SourceConnector {
  private static final String NO_FILES =
      "archive+file:// is not supported on Dataflow, whose workers do not share files; use"
          + " archive+gs://bucket/directory";

  @Override
  public String scheme() {
    return ArchiveAddress.SCHEME;
  }

  @Override
  public Class<? extends PipelineOptions> flags() {
    return ArchiveOptions.class;
  }

  @Override
  public String outputForm() {
    return ArchiveAddress.FORM;
  }

  @Override
  public SinkAddress parseOutput(String url) {
    return ArchiveAddress.parse(url);
  }

  @Override
  public String inputForm() {
    return ArchiveAddress.FORM;
  }

  @Override
  public SourceAddress parseInput(String url) {
    return ArchiveAddress.parse(url);
  }

  @Override
  public @Nullable SourceAddress configure(@Nullable SourceAddress input, FlagReader flags) {
    if (input instanceof ArchiveAddress archive
        && archive.isLocal()
        && !flags.runner().sharesFiles()) {
      flags.problem("input", NO_FILES);
    }
    return input;
  }

  @Override
  public Function<SinkAddress, OutputConfig> configure(
      List<SinkAddress> outputs, FlagReader flags) {
    ArchiveOptions options = flags.as(ArchiveOptions.class);
    if (!flags.runner().sharesFiles()
        && outputs.stream().anyMatch(o -> o instanceof ArchiveAddress at && at.isLocal())) {
      flags.problem("output", NO_FILES);
    }
    flags.atLeast("archiveFileBytes", options.getArchiveFileBytes(), 1);
    flags.atLeast("archivePartBytes", options.getArchivePartBytes(), 1);
    flags.atLeast("archiveShards", options.getArchiveShards(), 1);
    flags.atLeast("archiveMaxWaitingBytes", options.getArchiveMaxWaitingBytes(), 1);
    Duration fileAge = flags.positiveDuration("archiveFileAge", options.getArchiveFileAge());
    Duration partAge = flags.positiveDuration("archivePartAge", options.getArchivePartAge());
    return output ->
        new ArchiveOutput(
            (ArchiveAddress) output,
            new Rolling(
                options.getArchivePartBytes(),
                partAge,
                options.getArchiveFileBytes(),
                fileAge,
                options.getArchiveShards(),
                options.getArchiveMaxWaitingBytes()));
  }
}
