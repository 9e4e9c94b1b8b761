package io.millrace.direct;

import picocli.CommandLine.Option;

/** Where the local stack's servers are, or should be. */
final class StackOptions {
  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      defaultValue = "",
      description = "Use this Kafka instead of starting one.")
  String kafka;

  @Option(
      names = "--clickhouse",
      paramLabel = "URL",
      defaultValue = "",
      description = "Use this ClickHouse (http://host:port) instead of starting one.")
  String clickHouse;
}
