package io.millrace.cli.support;

import io.millrace.clickhouse.client.ClickHouseAddress;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.io.flags.FlagReader;
import io.millrace.security.SecretReference;
import io.millrace.security.Tls;
import io.millrace.security.UserName;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Option;

/** The flags of commands that query a ClickHouse, beside {@code --output}. */
public final class ClickHouseFlags {
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

  /** The same flags for a run. */
  public List<String> asFlags() {
    List<String> flags = new ArrayList<>(List.of("--clickHouseUser=" + user));
    if (password != null) {
      flags.add("--clickHousePassword=" + password);
    }
    if (caFile != null) {
      flags.add("--clickHouseCaFile=" + caFile);
    }
    return List.copyOf(flags);
  }

  /**
   * The ClickHouse of a required {@code --output}; null, with problems, if it or a flag is invalid.
   *
   * @param output clickhouse://host:port/database; null if the flag is missing
   * @param reads takes the problems
   */
  public @Nullable ClickHouseConfig read(@Nullable String output, FlagReader reads) {
    ClickHouseAddress address = reads.required("output", output, ClickHouseAddress::parse);
    SecretReference secret = reads.parsed("clickHousePassword", password, SecretReference::parse);
    UserName name = reads.parsed("clickHouseUser", user, UserName::parse);
    if (caFile != null) {
      if (address != null && !address.tls()) {
        reads.problem("clickHouseCaFile", "only for TLS; add ?tls=true to --output");
      }
      reads.parsed("clickHouseCaFile", caFile, Tls::context);
    }
    return address == null || name == null
        ? null
        : ClickHouseConfig.of(address.endpoint(), address.database())
            .withUser(name, secret)
            .withCaFile(caFile);
  }
}
