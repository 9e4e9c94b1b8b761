package io.millrace.archive;

import io.millrace.archive.write.Rolling;
import io.millrace.io.OutputConfig;
import io.millrace.io.SinkAddress;
import io.millrace.io.SinkConnector;
import io.millrace.io.SourceAddress;
import io.millrace.io.SourceConnector;
import io.millrace.io.flags.FlagReader;
import io.millrace.io.flags.RunnerProfile;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Archives of Parquet files: sink of rows, and source of archived rows. */
public final class ArchiveConnector implements SinkConnector, SourceConnector {
  private static final String NOT_THERE =
      "on Dataflow an archive must be in Cloud Storage, because its workers do not share files; use"
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
    if (input instanceof ArchiveAddress archive) {
      if (!flags.runner().sharesFiles() && !archive.isInCloudStorage()) {
        flags.problem("input", NOT_THERE);
      } else if (!archive.isLocal()) {
        setCredentials(flags);
      }
    }
    return input;
  }

  /** Sets the credentials of Beam's file systems, as creating a pipeline does later. */
  private static void setCredentials(FlagReader flags) {
    FileSystems.setDefaultPipelineOptions(flags.as(PipelineOptions.class));
  }

  @Override
  public Function<SinkAddress, OutputConfig> configure(
      List<SinkAddress> outputs, FlagReader flags) {
    ArchiveOptions options = flags.as(ArchiveOptions.class);
    if (outputs.stream().anyMatch(o -> o instanceof ArchiveAddress at && !at.isLocal())) {
      setCredentials(flags);
    }
    if (!flags.runner().sharesFiles()
        && outputs.stream()
            .anyMatch(o -> o instanceof ArchiveAddress at && !at.isInCloudStorage())) {
      flags.problem("output", NOT_THERE);
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
                options.getArchiveMaxWaitingBytes(),
                flags.runner() == RunnerProfile.FLINK));
  }
}
