package io.millrace.cli.audit;

import io.millrace.io.ReadTuning;
import io.millrace.kafka.KafkaAddress;
import io.millrace.kafka.KafkaLog;
import io.millrace.kafka.KafkaSource;
import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.WrongUseException;
import io.millrace.verify.Audit;
import io.millrace.verify.AuditQueries;
import io.millrace.verify.ClickHouseQueries;
import io.millrace.verify.ManifestCheck;
import io.millrace.verify.ManifestDifferences;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The equation for a range of time, from the audit table; and manifests, event by event. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Proves that every record read has exactly one outcome, from the audit table that runs"
            + " write, and that the tables hold what it says. Changes nothing. Exit code 0 if all"
            + " of it agrees, 1 if not.",
    footer = {
      "",
      "Example: scripts/millrace audit --input=kafka://127.0.0.1:19092/query-events"
          + " --output=clickhouse://127.0.0.1:18123/telemetry"
          + " --contract=test-data/contracts/query-events.yaml --manifest=manifest.jsonl",
      "Example: scripts/millrace audit --input=kafka://127.0.0.1:19092/query-events"
          + " --output=clickhouse://127.0.0.1:18123/telemetry"
          + " --contract=test-data/contracts/query-events.yaml"
          + " --acceptLost=query-events/0@1200-3599,query-events/2@17"
    })
public final class AuditCommand implements Callable<Integer> {
  @Option(names = "--output", paramLabel = "URL", description = "clickhouse://host:port/database")
  private String output;

  @Option(
      names = "--contract",
      paramLabel = "FILE",
      description = "The contract whose records are audited.")
  private String contract;

  @Option(
      names = "--input",
      paramLabel = "URL",
      description =
          "kafka://host:port/topic: what was there to be read is what this log holds, and what it"
              + " has held from the first offset that the audit knows. Without it, what lies between"
              + " the first and the last record that the audit knows.")
  private String input;

  @Option(
      names = "--kafkaIsolationLevel",
      paramLabel = "LEVEL",
      description = "As for `run`: read_committed (if not given) or read_uncommitted.")
  private String isolation;

  @Option(
      names = "--acceptLost",
      paramLabel = "RANGES",
      split = ",",
      description =
          "topic/partition@first-last[,...]: offsets that were never read and are no longer in the"
              + " log, and that you accept as lost. The audit lists them in this form.")
  private List<String> acceptLost = new ArrayList<>();

  @Option(
      names = "--from",
      paramLabel = "INSTANT",
      description = "Only records that arrived then or later, such as 2026-03-01T10:00:00Z.")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "INSTANT",
      description = "Only records that arrived before then.")
  private String to;

  @Option(
      names = "--manifest",
      paramLabel = "FILE",
      description =
          "What `generate` wrote down: compare each event. Once for each file, of all that was"
              + " sent.")
  private List<Path> manifests = new ArrayList<>();

  @Option(
      names = "--examples",
      paramLabel = "N",
      defaultValue = "20",
      description = "Differences of each kind to show. Default: ${DEFAULT-VALUE}")
  private int examples;

  @Option(
      names = "--clickHouseUser",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "A name, env:NAME, file:/path or gcp-secret:.... Default: ${DEFAULT-VALUE}")
  private String user;

  @Option(
      names = "--clickHousePassword",
      paramLabel = "REFERENCE",
      description = "env:NAME, file:/path or gcp-secret:...; none, if not given.")
  private String password;

  @Option(
      names = "--clickHouseCaFile",
      paramLabel = "FILE",
      description = "Certificates (PEM) that ClickHouse is trusted by over TLS.")
  private String caFile;

  @Option(
      names = "--deadLetters",
      paramLabel = "PLACES",
      defaultValue = "table",
      description =
          "As for `run`: without `table` in it the dead-letter table is not asked."
              + " Default: ${DEFAULT-VALUE}")
  private String deadLetters;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    AuditReport report = report();
    System.out.println(json ? report.toJson() : report.toText());
    return report.ok() ? 0 : ExitCodes.FAILED;
  }

  /** Audits as the flags say. */
  AuditReport report() {
    AuditConfig config =
        AuditConfig.of(
            new AuditConfig.Flags(
                output,
                contract,
                user,
                password,
                caFile,
                input,
                isolation,
                acceptLost,
                from,
                to,
                manifests,
                examples,
                deadLetters));
    KafkaAddress source = config.input();
    if (source != null) {
      List<String> problems = KafkaSource.of(source, config.contract(), ReadTuning.NONE).check();
      if (!problems.isEmpty()) {
        throw new WrongUseException(String.join("\n", problems));
      }
    }
    ClickHouseQueries tables = new ClickHouseQueries(config.output());
    Audit audit =
        Audit.of(
            tables,
            config.contract(),
            config.range(),
            source == null ? null : KafkaLog.of(source),
            source == null ? List.of() : source.topics(),
            config.acceptedLost(),
            config.deadLetterTable());
    ManifestDifferences differences = config.manifests().isEmpty() ? null : compare(config, tables);
    return new AuditReport(config, audit, differences);
  }

  private static ManifestDifferences compare(AuditConfig config, ClickHouseQueries tables) {
    // The tables hold the rows of all topics, and so must the manifests.
    AuditQueries all = new AuditQueries(tables, config.contract(), List.of());
    try {
      return new ManifestCheck(
              tables,
              config.contract(),
              config.range(),
              config.examples(),
              config.deadLetterTable())
          .compare(config.manifests(), all.minutes(config.range()));
    } catch (IllegalArgumentException e) {
      throw new WrongUseException("--manifest: " + e.getMessage());
    }
  }
}
