package io.millrace.cli.audit;

import io.millrace.cli.support.ClickHouseFlags;
import io.millrace.contract.Contract;
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
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Audits the outcomes of a range of arrival time, and compares tables with manifests. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Verifies that every record has exactly one outcome in the audit table, and that the other"
            + " tables match it. Changes nothing. Exit code: 0 if everything matches, 1 if not.",
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
  @Nullable String output;

  @Option(
      names = "--contract",
      paramLabel = "FILE",
      split = ",",
      description = "Contract of the records; of a run with several contracts, all of them.")
  List<String> contracts = new ArrayList<>();

  @Option(
      names = "--input",
      paramLabel = "URL",
      description =
          "kafka://host:port/topic: expect an outcome for each offset from the first audited one to"
              + " the end of the log. Without it, for each offset from the first to the last"
              + " audited one.")
  @Nullable String input;

  @Option(
      names = "--kafkaIsolationLevel",
      paramLabel = "LEVEL",
      description = "As for `run`: read_committed or read_uncommitted. Default: read_committed")
  @Nullable String isolation;

  @Option(
      names = "--kafkaConfig",
      paramLabel = "FILE",
      description = "As for `run`: properties file of Kafka's clients, or a reference to one.")
  @Nullable String kafkaConfig;

  @Option(
      names = "--acceptLost",
      paramLabel = "RANGES",
      split = ",",
      description =
          "topic/partition@first-last[,...]: offsets to accept as lost: they were never read and"
              + " are no longer in the log. The audit prints lost offsets in this form.")
  List<String> acceptLost = new ArrayList<>();

  @Option(
      names = "--from",
      paramLabel = "INSTANT",
      description = "Audit records that arrived at or after this time: 2026-03-01T10:00:00Z.")
  @Nullable String from;

  @Option(
      names = "--to",
      paramLabel = "INSTANT",
      description = "Audit records that arrived before this time.")
  @Nullable String to;

  @Option(
      names = "--manifest",
      paramLabel = "FILE",
      description =
          "Compare each event with this manifest of `generate`. Repeat for each manifest; together"
              + " they must cover everything that was sent.")
  List<Path> manifests = new ArrayList<>();

  @Option(
      names = "--examples",
      paramLabel = "N",
      defaultValue = "20",
      description = "Maximum number of examples per kind of difference. Default: ${DEFAULT-VALUE}")
  int examples;

  @Mixin ClickHouseFlags clickHouse = new ClickHouseFlags();

  @Option(
      names = "--deadLetters",
      paramLabel = "OUTPUTS",
      defaultValue = "table",
      description =
          "As for `run`. Without `table`, the dead-letter table is not checked."
              + " Default: ${DEFAULT-VALUE}")
  String deadLetters;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    AuditReport report = report();
    System.out.println(json ? report.toJson() : report.toText());
    return report.ok() ? 0 : ExitCodes.FAILED;
  }

  /** Runs the audit of the flags. */
  AuditReport report() {
    AuditConfig config = AuditConfig.of(this);
    KafkaAddress source = config.input();
    if (source != null) {
      List<String> problems =
          new KafkaSource(source, config.contracts().get(0), ReadTuning.NONE).check();
      if (!problems.isEmpty()) {
        throw new WrongUseException(String.join("\n", problems));
      }
    }
    ClickHouseQueries tables = new ClickHouseQueries(config.output());
    Audit audit =
        Audit.of(
            tables,
            config.contracts(),
            config.range(),
            source == null ? null : new KafkaLog(source),
            source == null ? List.of() : new KafkaLog(source).topics(),
            config.acceptedLost(),
            config.deadLetterTable());
    ManifestDifferences differences = config.manifests().isEmpty() ? null : compare(config, tables);
    return new AuditReport(config, audit, differences);
  }

  private static ManifestDifferences compare(AuditConfig config, ClickHouseQueries tables) {
    // The tables, and therefore the manifests, cover all topics.
    Contract contract = config.contracts().get(0);
    AuditQueries all = new AuditQueries(tables, contract, List.of());
    try {
      return new ManifestCheck(
              tables, contract, config.range(), config.examples(), config.deadLetterTable())
          .compare(config.manifests(), all.minutes(config.range()));
    } catch (IllegalArgumentException e) {
      throw new WrongUseException("--manifest: " + e.getMessage());
    }
  }
}
