package io.millrace.cli.explain;

import io.millrace.cli.support.ClickHouseFlags;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.io.flags.ConfigException;
import io.millrace.io.flags.FlagReader;
import io.millrace.pipeline.FlagCheck;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags that name a dead letter and the ClickHouse that keeps it. */
final class DeadLetterFlags {
  @Option(
      names = "--deadLetter",
      paramLabel = "PLACE",
      description =
          "topic/partition@offset[#element]: explain this dead letter of --output, with its bytes,"
              + " key, headers and record time, instead of a file.")
  @Nullable String place;

  @Option(
      names = "--output",
      paramLabel = "URL",
      description = "clickhouse://host:port/database: where the dead letter is.")
  @Nullable String output;

  @Mixin ClickHouseFlags clickHouse = new ClickHouseFlags();

  /** Whether a dead letter is to be explained, not a file. */
  boolean given() {
    return place != null;
  }

  /**
   * The place that the flag names.
   *
   * @throws ConfigException with all problems of these flags
   */
  DeadLetterPlace place() {
    FlagReader reads = FlagCheck.reader(Map.of(), "");
    DeadLetterPlace parsed = reads.required("deadLetter", place, DeadLetterPlace::parse);
    if (parsed == null) {
      throw new ConfigException(reads.problems());
    }
    return parsed;
  }

  /**
   * The ClickHouse that keeps it.
   *
   * @throws ConfigException with all problems of these flags
   */
  ClickHouseConfig output() {
    FlagReader reads = FlagCheck.reader(Map.of(), "");
    ClickHouseConfig config = clickHouse.read(output, reads);
    if (!reads.problems().isEmpty() || config == null) {
      throw new ConfigException(reads.problems());
    }
    return config;
  }
}
