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
 * Whether a database holds what a whole stream must have become: the audit's equation, each table's
 * rows beside it, and every event beside the manifests. The same as {@code millrace audit
 * --manifest} says, for other programs.
 *
 * @param audited the equation from the audit table
 * @param audits whether every record has its outcome there, and every outcome its row
 * @param differences from the manifests by kind, as docs/audit.md names them; empty: none
 * @param examples the first few of each kind, one line each
 */
public record StreamCheck(
    Balance audited, boolean audits, Map<String, Long> differences, List<String> examples) {
  private static final int EXAMPLES = 3;

  /**
   * Checks.
   *
   * @param contract of the query events
   * @param manifests of all that was sent
   * @throws RuntimeException in one line, if the database cannot be asked
   */
  public static StreamCheck of(ClickHouseConfig database, Path contract, List<Path> manifests) {
    Contract events = ContractLoader.load(contract);
    ClickHouseQueries tables = new ClickHouseQueries(database);
    Audit audit = Audit.of(tables, events, AuditRange.WHOLE, null, List.of(), List.of(), true);
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
   * The windows of the rollups that differ from the same figures computed from the events' tables,
   * one line each. Results of windows that are still open follow the events by a few seconds.
   *
   * @throws RuntimeException in one line, if the database cannot be asked
   */
  public static List<String> rollupDifferences(ClickHouseConfig database) {
    List<String> differences = new ArrayList<>();
    for (RollupCheck.Line line : new RollupCheck(new ClickHouseQueries(database)).compare()) {
      if (!line.agrees()) {
        differences.add(
            line.rollup()
                + " "
                + line.window()
                + ": "
                + (line.figures().isEmpty() ? "no row" : line.figures())
                + ", but from the events: "
                + (line.computed().isEmpty() ? "none" : line.computed()));
      }
    }
    return differences;
  }
}
