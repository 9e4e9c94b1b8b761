package io.millrace.verify;

import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.pipeline.Balance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Verifies the tables of a complete stream: the equation, the row counts and every event of the
 * manifests. The API for {@code millrace audit --manifest}.
 *
 * @param audited the equation from the audit table
 * @param audits whether every record has an outcome and every outcome its row
 * @param differences number of differences from the manifests by kind (docs/audit.md)
 * @param examples examples of each kind, one line each
 */
public record StreamCheck(
    Balance audited, boolean audits, Map<String, Long> differences, List<String> examples) {
  private static final int EXAMPLES = 3;

  /**
   * Verifies a stream.
   *
   * @param contract the contract of the query events
   * @param manifests manifests of everything that was sent
   * @throws RuntimeException with a message of one line, if a query fails
   */
  public static StreamCheck of(ClickHouseConfig database, Path contract, List<Path> manifests) {
    Contract events = ContractLoader.load(contract);
    ClickHouseQueries tables = new ClickHouseQueries(database);
    Audit audit =
        Audit.of(tables, List.of(events), AuditRange.WHOLE, null, List.of(), List.of(), true);
    ManifestDifferences differences =
        new ManifestCheck(tables, events, AuditRange.WHOLE, EXAMPLES, true)
            .compare(manifests, audit.minutes());
    Map<String, Long> counts = new LinkedHashMap<>();
    List<String> examples = new ArrayList<>();
    differences
        .counts()
        .forEach(
            (kind, count) -> {
              counts.put(kind.label(), count);
              differences.examples(kind).forEach(what -> examples.add(kind.label() + ": " + what));
            });
    return new StreamCheck(audit.balance(), audit.ok(), counts, examples);
  }

  /**
   * The roll-up rows that differ from the figures computed from the events, one line each. Results
   * of open windows lag behind the events by a few seconds.
   *
   * @throws RuntimeException with a message of one line, if a query fails
   */
  public static List<String> rollupDifferences(ClickHouseConfig database) {
    List<String> differences = new ArrayList<>();
    for (RollupCheck.Line line : new RollupCheck(new ClickHouseQueries(database)).compare()) {
      if (!line.agrees()) {
        differences.add(
            "%s %s: %s, but from the events: %s"
                .formatted(
                    line.rollup(),
                    line.window(),
                    line.figures().isEmpty() ? "no row" : line.figures(),
                    line.computed().isEmpty() ? "none" : line.computed()));
      }
    }
    return differences;
  }
}
