package io.millrace.direct;

import io.millrace.config.ClickHouseAddress;
import io.millrace.config.ConfigException;
import io.millrace.config.SecretReference;
import io.millrace.config.Tls;
import io.millrace.config.UserName;
import io.millrace.contract.Contract;
import io.millrace.contract.ContractException;
import io.millrace.contract.ContractLoader;
import io.millrace.deadletter.DeadLetterOutputs;
import io.millrace.sink.clickhouse.ClickHouseConfig;
import io.millrace.source.KafkaAddress;
import io.millrace.source.OffsetSpan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The meaning of the audit's flags, complete and valid.
 *
 * @param input the log to ask for what was there to be read; null: none
 * @param acceptedLost offsets that are accepted as lost; may overlap
 * @param manifests of everything that was sent; empty: compare with none
 * @param examples how many differences of a kind to show
 * @param deadLetterTable whether dead letters are in their table, and not only in other places
 */
record AuditConfig(
    ClickHouseConfig output,
    Contract contract,
    @Nullable KafkaAddress input,
    List<OffsetSpan> acceptedLost,
    AuditRange range,
    List<Path> manifests,
    int examples,
    boolean deadLetterTable) {

  /** Flags as they were given; what is absent is null. */
  record Flags(
      @Nullable String output,
      @Nullable String contract,
      String user,
      @Nullable String password,
      @Nullable String caFile,
      @Nullable String input,
      @Nullable String isolation,
      List<String> acceptLost,
      @Nullable String from,
      @Nullable String to,
      List<Path> manifests,
      int examples,
      String deadLetters) {}

  /**
   * Reads the flags.
   *
   * @throws ConfigException with every mistake in them and in the contract
   */
  static AuditConfig of(Flags flags) {
    return new Reader(flags).read();
  }

  private static final class Reader {
    private final Flags flags;
    private final List<String> mistakes = new ArrayList<>();

    Reader(Flags flags) {
      this.flags = flags;
    }

    AuditConfig read() {
      ClickHouseAddress output = required("output", flags.output, ClickHouseAddress::parse);
      Contract contract = required("contract", flags.contract, this::contract);
      SecretReference password =
          optional("clickHousePassword", flags.password, SecretReference::parse);
      UserName user = optional("clickHouseUser", flags.user, UserName::parse);
      if (flags.caFile != null) {
        if (output != null && !output.tls()) {
          mistakes.add("--clickHouseCaFile: only for TLS; add ?tls=true to --output");
        }
        optional("clickHouseCaFile", flags.caFile, Tls::context);
      }
      DeadLetterOutputs deadLetters =
          DeadLetterOutputs.parse(
              flags.deadLetters, null, mistake -> mistakes.add("--deadLetters: " + mistake));
      KafkaAddress input = optional("input", flags.input, KafkaAddress::parse);
      if (input != null) {
        KafkaAddress read = optional("kafkaIsolationLevel", flags.isolation, input::withIsolation);
        input = read == null ? input : read;
      }
      List<OffsetSpan> acceptedLost = new ArrayList<>();
      for (String accepted : flags.acceptLost) {
        OffsetSpan span = optional("acceptLost", accepted, OffsetSpan::parse);
        if (span != null) {
          acceptedLost.add(span);
        }
      }
      Instant from = optional("from", flags.from, Reader::instant);
      Instant to = optional("to", flags.to, Reader::instant);
      if (from != null && to != null && !from.isBefore(to)) {
        mistakes.add("--to: expected an instant after --from, " + from + "; found " + to);
      }
      for (Path manifest : flags.manifests) {
        if (!Files.isReadable(manifest) || Files.isDirectory(manifest)) {
          mistakes.add("--manifest: cannot be read: " + manifest);
        }
      }
      if (flags.examples < 0) {
        mistakes.add("--examples: expected at least 0, found " + flags.examples);
      }
      if (contract != null && !flags.manifests.isEmpty()) {
        fields(contract);
      }
      if (!mistakes.isEmpty() || output == null || contract == null) {
        throw new ConfigException(mistakes);
      }
      return new AuditConfig(
          ClickHouseConfig.of(output.endpoint(), output.database())
              .withUser(user, password)
              .withCaFile(flags.caFile),
          contract,
          input,
          List.copyOf(acceptedLost),
          new AuditRange(from, to),
          List.copyOf(flags.manifests),
          flags.examples,
          deadLetters.table());
    }

    private void fields(Contract contract) {
      List<String> lacking =
          ManifestCheck.FIELDS.stream().filter(f -> contract.indexOf(f) < 0).toList();
      if (!lacking.isEmpty()) {
        mistakes.add(
            "--manifest: a manifest is of query events; the contract "
                + contract.name()
                + " lacks their fields "
                + String.join(", ", lacking));
      }
    }

    private @Nullable Contract contract(String file) {
      try {
        return ContractLoader.load(Path.of(file));
      } catch (ContractException e) {
        mistakes.addAll(e.mistakes());
        return null;
      }
    }

    private static Instant instant(String text) {
      try {
        return Instant.parse(text);
      } catch (DateTimeParseException e) {
        throw new IllegalArgumentException(
            "expected an instant such as 2026-03-01T10:00:00Z, found `" + text + "`", e);
      }
    }

    private <T> @Nullable T required(
        String flag, @Nullable String text, Function<String, @Nullable T> parse) {
      if (text == null || text.isEmpty()) {
        mistakes.add("--" + flag + " is missing");
        return null;
      }
      return optional(flag, text, parse);
    }

    private <T> @Nullable T optional(
        String flag, @Nullable String text, Function<String, @Nullable T> parse) {
      if (text == null) {
        return null;
      }
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException e) {
        mistakes.add("--" + flag + ": " + e.getMessage());
        return null;
      }
    }
  }
}
