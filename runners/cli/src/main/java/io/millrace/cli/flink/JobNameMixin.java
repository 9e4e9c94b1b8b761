package io.millrace.cli.flink;

import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Parameters;

/** Which of the submitted jobs a command is about. */
final class JobNameMixin {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "The job's --jobName. May be omitted if only one job was submitted.")
  private @Nullable String name;

  SubmittedJob find() {
    return SubmittedJobs.find(name);
  }
}
