package io.millrace.cli.explain;

import io.millrace.clickhouse.client.ClickHouseAddress;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.io.flags.ConfigException;
import io.millrace.io.flags.FlagReader;
import io.millrace.pipeline.FlagCheck;
import io.millrace.security.SecretReference;
import io.millrace.security.Tls;
import io.millrace.security.UserName;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;
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

  @Option(
      names = "--clickHouseUser",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "Name, env:NAME, file:/path or gcp-secret:.... Default: ${DEFAULT-VALUE}")
  String user = "";

  @Option(
      names = "--clickHousePassword",
      paramLabel = "REFERENCE",
      description = "env:NAME, file:/path or gcp-secret:.... Default: no password")
  @Nullable String password;

  @Option(
      names = "--clickHouseCaFile",
      paramLabel = "FILE",
      description = "PEM file of CA certificates to verify ClickHouse's TLS certificate.")
  @Nullable String caFile;

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
    ClickHouseAddress address = reads.required("output", output, ClickHouseAddress::parse);
    SecretReference secret = reads.parsed("clickHousePassword", password, SecretReference::parse);
    UserName name = reads.parsed("clickHouseUser", user, UserName::parse);
    if (caFile != null) {
      if (address != null && !address.tls()) {
        reads.problem("clickHouseCaFile", "only for TLS; add ?tls=true to --output");
      }
      reads.parsed("clickHouseCaFile", caFile, Tls::context);
    }
    if (!reads.problems().isEmpty() || address == null) {
      throw new ConfigException(reads.problems());
    }
    return ClickHouseConfig.of(address.endpoint(), address.database())
        .withUser(name, secret)
        .withCaFile(caFile);
  }
}
