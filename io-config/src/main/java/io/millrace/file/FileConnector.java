package io.millrace.file;

import io.millrace.deadletter.DeadLetterConnector;
import io.millrace.deadletter.DeadLetterOutput;
import io.millrace.io.SourceAddress;
import io.millrace.io.SourceConnector;
import io.millrace.io.flags.FlagReader;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Files of this machine: with one event a line, and for dead letters. They have no flags. */
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
          "Dataflow's workers do not have your files; send the lines to Kafka or Pub/Sub, or read"
              + " the files with `scripts/millrace run`");
    }
    return input;
  }

  @Override
  public String deadLetterForm() {
    return "file:///directory/";
  }

  @Override
  public DeadLetterOutput parseDeadLetters(String url, FlagReader flags) {
    if (!flags.runner().sharesFiles()) {
      throw new IllegalArgumentException(
          "files of Dataflow's workers are deleted with them, and the dead letters too; use table,"
              + " kafka://host:port/topic or pubsub://project/topic");
    }
    return SendToFiles.parse(url);
  }
}
