package io.millrace.file;

import io.millrace.deadletter.DeadLetterConnector;
import io.millrace.deadletter.DeadLetterOutput;
import io.millrace.io.SourceAddress;
import io.millrace.io.SourceConnector;
import io.millrace.io.flags.FlagReader;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Local files: source of records, one a line, and destination of dead letters. No flags. */
public final class FileConnector implements SourceConnector, DeadLetterConnector {
  @Override
  public String scheme() {
    return FileAddress.SCHEME;
  }

  @Override
  public Class<? extends PipelineOptions> flags() {
    return PipelineOptions.class;
  }

  @Override
  public String inputForm() {
    return "file:///directory/*.jsonl";
  }

  @Override
  public SourceAddress parseInput(String url) {
    return FileAddress.parse(url);
  }

  @Override
  public @Nullable SourceAddress configure(@Nullable SourceAddress input, FlagReader flags) {
    if (input instanceof FileAddress && !flags.runner().sharesFiles()) {
      flags.problem(
          "input",
          "files are not supported on Dataflow, whose workers do not have them; send the lines to"
              + " Kafka or Pub/Sub, or read the files with `scripts/millrace run`");
    }
    return input;
  }

  @Override
  public String deadLetterForm() {
    return "file:///directory/";
  }

  @Override
  public DeadLetterOutput parseDeadLetters(
      String url, @Nullable SourceAddress input, FlagReader flags) {
    if (!flags.runner().sharesFiles()) {
      throw new IllegalArgumentException(
          "files are not supported on Dataflow: they are deleted with the worker; use table,"
              + " kafka://host:port/topic or pubsub://project/topic");
    }
    return SendToFiles.parse(url);
  }
}
