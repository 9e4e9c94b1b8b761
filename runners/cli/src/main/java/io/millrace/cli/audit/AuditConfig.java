package io.millrace.cli.audit;

import io.millrace.cli.support.InstantText;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.connectors.Connectors;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.deadletter.DeadLetterOutputs;
import io.millrace.io.flags.ConfigException;
import io.millrace.io.flags.FlagReader;
import io.millrace.kafka.KafkaAddress;
import io.millrace.kafka.client.ClientPropertiesFlag;
import io.millrace.kafka.consume.OffsetSpan;
import io.millrace.pipeline.FlagCheck;
import io.millrace.verify.AuditRange;
import io.millrace.verify.ManifestCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The audit's parsed and validated flags.
 *
 * @param contracts the contracts of the run; at least one
 * @param input the Kafka log to compare offsets with; null for none
 * @param acceptedLost offsets accepted as lost; may overlap
 * @param manifests manifests of everything that was sent; empty for no comparison
 * @param examples maximum number of examples per kind of difference
 * @param deadLetterTable whether dead letters are written to their table
 */
record AuditConfig(
    ClickHouseConfig output,
    List<Contract> contracts,
    @Nullable KafkaAddress input,
    List<OffsetSpan> acceptedLost,
    AuditRange range,
    List<Path> manifests,
    int examples,
    boolean deadLetterTable) {

  /**
   * Parses the flags.
   *
   * @throws ConfigException with all problems of the flags and the contract
   */
  static AuditConfig of(AuditCommand flags) {
    return new Reader(flags).read();
  }

  private static final class Reader {
    private final AuditCommand flags;
    private final FlagReader reads;

    Reader(AuditCommand flags) {
      this.flags = flags;
      this.reads = FlagCheck.reader(Map.of("deadLetters", flags.deadLetters), "");
    }

    AuditConfig read() {
      ClickHouseConfig output = flags.clickHouse.read(flags.output, reads);
      List<Contract> contracts = contracts();
      DeadLetterOutputs deadLetters =
          DeadLetterOutputs.parse(Connectors.ALL.forDeadLetters(), null, reads);
      KafkaAddress input = reads.parsed("input", flags.input, KafkaAddress::parse);
      if (input != null) {
        KafkaAddress read =
            reads.parsed("kafkaIsolationLevel", flags.isolation, input::withIsolation);
        input = read == null ? input : read;
        input =
            input.withClient(
                ClientPropertiesFlag.read(
                    "kafkaConfig", flags.kafkaConfig, input.bootstrapServers(), reads));
      } else if (flags.kafkaConfig != null) {
        reads.problem("kafkaConfig", "only with --input; leave it out");
      }
      List<OffsetSpan> acceptedLost = new ArrayList<>();
      for (String accepted : flags.acceptLost) {
        OffsetSpan span = reads.parsed("acceptLost", accepted, OffsetSpan::parse);
        if (span != null) {
          acceptedLost.add(span);
        }
      }
      Instant from = reads.parsed("from", flags.from, InstantText::parse);
      Instant to = reads.parsed("to", flags.to, InstantText::parse);
      if (from != null && to != null && !from.isBefore(to)) {
        reads.problem("to", "expected an instant after --from, " + from + "; found " + to);
      }
      for (Path manifest : flags.manifests) {
        if (!Files.isReadable(manifest) || Files.isDirectory(manifest)) {
          reads.problem("manifest", "cannot read " + manifest);
        }
      }
      reads.atLeast("examples", flags.examples, 0);
      if (!contracts.isEmpty() && !flags.manifests.isEmpty()) {
        fields(contracts.get(0));
      }
      if (contracts.size() > 1 && !flags.manifests.isEmpty()) {
        reads.problem("manifest", "only with one contract; leave it out");
      }
      if (!reads.problems().isEmpty() || output == null) {
        throw new ConfigException(reads.problems());
      }
      return new AuditConfig(
          output,
          contracts,
          input,
          List.copyOf(acceptedLost),
          new AuditRange(from, to),
          List.copyOf(flags.manifests),
          flags.examples,
          deadLetters.table());
    }

    private List<Contract> contracts() {
      List<Contract> contracts = new ArrayList<>();
      List<String> files = flags.contracts;
      for (String file : files.isEmpty() ? List.of("") : files) {
        Contract contract = reads.required("contract", file, this::contract);
        if (contract != null) {
          contracts.add(contract);
        }
      }
      List<String> tables =
          contracts.stream().map(contract -> contract.tables().audit().name()).distinct().toList();
      if (tables.size() > 1) {
        reads.problem(
            "contract",
            "expected contracts of one run with one audit table, found the tables "
                + String.join(", ", tables));
      }
      return contracts;
    }

    private void fields(Contract contract) {
      List<String> missing =
          ManifestCheck.FIELDS.stream().filter(f -> contract.indexOf(f) < 0).toList();
      if (!missing.isEmpty()) {
        reads.problem(
            "manifest",
            "a manifest describes query events, but the contract %s lacks the fields %s"
                .formatted(contract.name(), String.join(", ", missing)));
      }
    }

    private @Nullable Contract contract(String file) {
      try {
        return ContractLoader.load(Path.of(file));
      } catch (ContractException e) {
        reads.problems(e.problems());
        return null;
      }
    }
  }
}
