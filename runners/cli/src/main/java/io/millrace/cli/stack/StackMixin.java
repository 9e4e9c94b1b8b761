package io.millrace.cli.stack;

import picocli.CommandLine.Option;

/** Options for external servers in place of the local stack's. */
public final class StackMixin {
  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      defaultValue = "",
      description = "Use this Kafka instead of starting one.")
  public String kafka;

  @Option(
      names = "--clickhouse",
      paramLabel = "URL",
      defaultValue = "",
      description = "Use this ClickHouse (http://host:port) instead of starting one.")
  public String clickHouse;
}
