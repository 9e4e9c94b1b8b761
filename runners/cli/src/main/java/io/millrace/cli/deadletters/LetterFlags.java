package io.millrace.cli.deadletters;

import io.millrace.cli.contract.ContractFile;
import io.millrace.cli.explain.DeadLetterPlace;
import io.millrace.cli.support.ClickHouseFlags;
import io.millrace.cli.support.InstantText;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.contract.Contract;
import io.millrace.event.DeadLetterCode;
import io.millrace.io.flags.ConfigException;
import io.millrace.io.flags.FlagReader;
import io.millrace.kafka.KafkaAddress;
import io.millrace.kafka.client.ClientPropertiesFlag;
import io.millrace.pipeline.FlagCheck;
import io.millrace.verify.ClickHouseQueries;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags that name a store of dead letters, and which of them a command takes. */
final class LetterFlags {
  private static final String BIGQUERY = "bigquery://";

  @Option(
      names = "--output",
      paramLabel = "URL",
      description =
          "clickhouse://host:port/database: the database of the run. Its dead-letter table is read,"
              + " unless --from is given.")
  @Nullable String output;

  @Option(
      names = "--from",
      paramLabel = "URL",
      description =
          "kafka://host:port/topic, or file:///directory/ or file:///directory/*.jsonl: read the"
              + " dead letters that --deadLetters sent there.")
  @Nullable String from;

  @Option(
      names = "--contract",
      paramLabel = "FILE",
      description =
          "Take the dead letters of this contract. Without it, those of all tables of dead letters"
              + " in the database.")
  @Nullable Path contract;

  @Option(
      names = "--kafkaConfig",
      paramLabel = "FILE",
      description = "As for `run`: properties file of Kafka's clients, or a reference to one.")
  @Nullable String kafkaConfig;

  @Mixin ClickHouseFlags clickHouse = new ClickHouseFlags();

  @Option(
      names = "--code",
      paramLabel = "CODES",
      split = ",",
      description = "Take these codes. Example: --code=wrong_type,missing_field")
  List<String> codes = new ArrayList<>();

  @Option(
      names = "--since",
      paramLabel = "INSTANT",
      description = "Take those that first died at or after this time: 2026-03-01T10:00:00Z.")
  @Nullable String since;

  @Option(
      names = "--until",
      paramLabel = "INSTANT",
      description = "Take those that first died before this time.")
  @Nullable String until;

  @Option(names = "--topic", paramLabel = "NAME", description = "Take records of this topic.")
  @Nullable String topic;

  @Option(names = "--partition", paramLabel = "N", description = "Take records of this partition.")
  @Nullable Integer partition;

  @Option(
      names = "--stage",
      paramLabel = "NAME",
      description = "Take those that this step rejected. Example: --stage=DecodeEvents")
  @Nullable String stage;

  @Option(
      names = "--where",
      paramLabel = "CEL",
      description =
          "Take those that meet this condition in CEL over code, message, stage, sink, contract,"
              + " contract_version, consumer, topic, partition, offset, element, attempt,"
              + " record_time, first_seen, key, headers, bytes (the length) and value (as text)."
              + " Example: --where=\"bytes > 1000 && message.contains('user_id')\"")
  @Nullable String where;

  /**
   * What a command reads.
   *
   * @param output the database of the run; null if only a topic or files are read
   * @param contract null: of all contracts
   */
  record Query(
      LetterStore store,
      LetterFilter filter,
      @Nullable ClickHouseConfig output,
      @Nullable Contract contract) {}

  /**
   * Validates the flags.
   *
   * @param place the only place that is asked for; null: all that fit the other flags
   * @param all whether dead letters count that a replay has brought to another outcome
   * @throws ConfigException with all problems of the flags
   */
  Query read(@Nullable DeadLetterPlace place, boolean all) {
    FlagReader reads = FlagCheck.reader(Map.of(), "");
    if (output != null && output.startsWith(BIGQUERY)) {
      throw new ConfigException(
          List.of(
              "--output: dead letters in a table of BigQuery are not read; give --from with the"
                  + " topic or the files of --deadLetters"));
    }
    ClickHouseConfig database =
        output == null && from != null ? null : clickHouse.read(output, reads);
    Contract loaded = contract == null ? null : ContractFile.load(contract);
    String table = loaded == null ? null : loaded.tables().deadLetters().name();
    LetterStore other = reads.parsed("from", from, url -> store(url, reads));
    LetterFilter filter = filter(place, loaded, reads);
    if (!reads.problems().isEmpty()) {
      throw new ConfigException(reads.problems());
    }
    LetterStore store =
        other != null || database == null
            ? other
            : new TableLetters(new ClickHouseQueries(database), table, all);
    return new Query(store, filter, database, loaded);
  }

  private LetterStore store(String url, FlagReader reads) {
    if (url.startsWith(FileLetters.SCHEME)) {
      return FileLetters.parse(url);
    }
    if (!url.startsWith("kafka://")) {
      throw new IllegalArgumentException(
          "expected kafka://host:port/topic, file:///directory/ or file:///directory/*.jsonl");
    }
    KafkaAddress address = KafkaAddress.parse(url);
    return new TopicLetters(
        address.withClient(
            ClientPropertiesFlag.read(
                "kafkaConfig", kafkaConfig, address.bootstrapServers(), reads)));
  }

  private LetterFilter filter(
      @Nullable DeadLetterPlace place, @Nullable Contract loaded, FlagReader reads) {
    for (String code : codes) {
      if (Arrays.stream(DeadLetterCode.values()).noneMatch(known -> known.label().equals(code))) {
        reads.problem("code", "`" + code + "` is no code; docs/contracts.md lists them");
      }
    }
    return new LetterFilter(
        List.copyOf(codes),
        reads.parsed("since", since, InstantText::parse),
        reads.parsed("until", until, InstantText::parse),
        topic,
        partition,
        loaded == null ? null : loaded.name(),
        stage,
        place,
        reads.parsed("where", where, LetterCondition::parse));
  }
}
