package io.millrace.cli.dashboard;

import io.millrace.cli.support.ClickHouseFlags;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.io.flags.ConfigException;
import io.millrace.io.flags.FlagReader;
import io.millrace.pipeline.FlagCheck;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a dashboard shows, and where.
 *
 * @param output the database that a run writes to
 * @param contracts the contracts whose roll-ups and alerts are shown; may be empty
 * @param metrics the address of {@code /metrics} of a run; null: none
 * @param port the port of the page; 0: any free one
 */
record DashboardConfig(
    ClickHouseConfig output, List<Contract> contracts, @Nullable URI metrics, int port) {
  /** A page that waits longer than that is of no use. */
  private static final Duration LONGEST_QUERY = Duration.ofSeconds(30);

  private static final int HIGHEST_PORT = 65_535;

  DashboardConfig {
    contracts = List.copyOf(contracts);
  }

  /**
   * Validates the flags.
   *
   * @throws ConfigException with all problems of the flags and contracts
   */
  static DashboardConfig read(
      @Nullable String output,
      List<String> files,
      @Nullable String metrics,
      String port,
      ClickHouseFlags clickHouse) {
    FlagReader reads = FlagCheck.reader(Map.of(), "");
    ClickHouseConfig database = clickHouse.read(output, reads);
    URI address = reads.parsed("metrics", metrics, DashboardConfig::metricsAddress);
    Integer number = reads.required("port", port, DashboardConfig::portNumber);
    List<Contract> contracts = new ArrayList<>();
    for (String file : files) {
      try {
        Contract contract = ContractLoader.load(Path.of(file));
        if (contracts.stream().anyMatch(other -> other.name().equals(contract.name()))) {
          reads.problem("contract", "two contracts have the name " + contract.name());
        }
        contracts.add(contract);
      } catch (ContractException e) {
        reads.problems(e.problems());
      }
    }
    if (!reads.problems().isEmpty() || database == null || number == null) {
      throw new ConfigException(reads.problems());
    }
    return new DashboardConfig(
        database.withAnswerTimeout(LONGEST_QUERY), contracts, address, number);
  }

  /** The address of {@code /metrics}: the path may be left out. */
  private static URI metricsAddress(String text) {
    try {
      URI uri = new URI(text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null) {
        String path = uri.getPath();
        return path.isEmpty() || path.equals("/") ? uri.resolve("/metrics") : uri;
      }
    } catch (URISyntaxException e) {
      // Reported below.
    }
    throw new IllegalArgumentException(
        "expected http://host:port without user and query, found `" + text + "`");
  }

  private static Integer portNumber(String text) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 0 && number <= HIGHEST_PORT) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw new IllegalArgumentException(
        "expected a port from 0 to " + HIGHEST_PORT + ", found `" + text + "`");
  }
}
