package io.millrace.contract.yaml;

import io.millrace.contract.Alerts;
import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.Compression;
import io.millrace.contract.Condition;
import io.millrace.contract.Contract;
import io.millrace.contract.Derivation;
import io.millrace.contract.EventsInRecord;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Lookup;
import io.millrace.contract.Rollup;
import io.millrace.contract.UnknownFields;
import io.millrace.contract.language.ContractLanguage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Loads a contract from YAML. Unknown keys, wrong types and references to unknown fields are
 * problems. All problems are reported at once, each with file, line, column, path and what was
 * expected.
 */
public final class ContractLoader {
  private static final int DEFAULT_MAX_BYTES = 1 << 20;
  private static final int DEFAULT_MAX_DEPTH = 64;
  private static final int DEFAULT_MAX_EVENTS = 100_000;
  private static final int DEFAULT_MAX_RECORD_BYTES = 1 << 26;

  private final String file;
  private final Instant now;
  private final SiblingFiles files;

  private ContractLoader(String file, Instant now, SiblingFiles files) {
    this.file = file;
    this.now = now;
    this.files = files;
  }

  /**
   * Loads a contract file.
   *
   * @throws ContractException if the file is invalid or cannot be read
   */
  public static Contract load(Path path) {
    String yaml;
    try {
      yaml = Files.readString(path);
    } catch (java.nio.charset.CharacterCodingException e) {
      throw new ContractException(
          ContractProblem.ofFile(path.toString(), "not UTF-8 text; expected a YAML contract"));
    } catch (IOException e) {
      throw new ContractException(
          ContractProblem.ofFile(
              path.toString(),
              "cannot be read (%s); expected a YAML contract"
                  .formatted(e.getClass().getSimpleName())));
    }
    return parse(yaml, path.toString());
  }

  /**
   * Parses a contract.
   *
   * @param file the name of the file in problems
   * @throws ContractException if the contract is invalid
   */
  public static Contract parse(String yaml, String file) {
    return parse(yaml, file, Instant.now());
  }

  /** Parses a contract from another place than a file system, with the files that it names. */
  public static Contract parse(String yaml, String file, SiblingFiles files) {
    return new ContractLoader(file, Instant.now(), files).read(yaml);
  }

  /** Parses a contract whose {@code not_before} must not be after {@code now}. */
  static Contract parse(String yaml, String file, Instant now) {
    return new ContractLoader(
            file, now, name -> Files.readAllBytes(Path.of(file).resolveSibling(name)))
        .read(yaml);
  }

  private Contract read(String yaml) {
    YamlDocument document = YamlDocument.parse(yaml, file, "contract", ContractLanguage.CONTRACT);
    YamlNode top = document.top();
    if (!top.isObject()) {
      top.problem("expected a contract: a mapping that starts with `contract: NAME`");
      throw new ContractException(document.problems());
    }
    FormatReader format = FormatReader.of(top, files);
    Contract contract = contract(document, format);
    if (document.isValid() && format.format() != null) {
      format.format().problems(contract.decoded()).forEach(top::problemWithPath);
    }
    if (!document.isValid()) {
      throw new ContractException(document.problems());
    }
    return contract;
  }

  private Contract contract(YamlDocument document, FormatReader format) {
    YamlNode top = document.top();
    top.allowOnlyDeclared();
    String name = top.at("contract").stringOr("");
    if (!top.at("contract").isPresent()) {
      top.at("contract").problem("missing; expected the contract's name");
    }
    Limits limits = limits(top.at("limits"));
    EventsInRecord events = format.events(top, limits.maxEvents, limits.maxRecordBytes);
    List<FieldDefinition> decoded =
        new FieldReader(format.format(), events).fields(top.at("fields"));
    // The identity and the event time are read from the record alone.
    List<FieldDefinition> fields = new ArrayList<>(decoded);
    List<Lookup> lookups = new LookupReader(fields, files).lookups(top.at("lookups"));
    List<Derivation> derivations = new DerivationReader(fields).derivations(top.at("derive"));
    UnknownFields unknown = unknownFields(top.at("unknown_fields"), fields);
    YamlNode eventTime = top.at("event_time");
    eventTime.allowOnlyDeclared();
    FieldDefinition timeField = FieldReader.reference(eventTime.at("field"), decoded);
    if (timeField != null && (timeField.type() != FieldType.TIMESTAMP || !timeField.required())) {
      eventTime.at("field").problem("expected a required field of type timestamp");
    }
    String timeName = timeField == null ? "" : timeField.name();
    List<String> identity = identity(top.at("identity"), decoded, timeName);
    ConditionReader conditions = new ConditionReader(fields);
    Condition error = conditions.optional(top.at("error"));
    if (error != null && error.test() == Condition.Test.ABSENT) {
      top.at("error").at("is").problem("expected present: an event reports an error by a field");
    }
    Contract.TimeBounds time = timeBounds(eventTime);
    if (document.isValid()) {
      format.checkOptions(top.at("format"), decoded);
    }
    // A problem of a field or a bound would be repeated for each roll-up that uses it.
    boolean readRollups = document.isValid();
    Set<String> names = new HashSet<>();
    Contract.Tables tables =
        new TableReader(
                Contract.rowFields(fields, unknown),
                unknown.column(),
                identity,
                timeName,
                error,
                conditions,
                names)
            .tables(top.at("tables"), name);
    List<Rollup> rollups =
        readRollups
            ? new RollupReader(fields, time, error, names).rollups(top.at("rollups"))
            : List.of();
    // Each problem of a roll-up would be repeated for its alerts.
    Alerts alerts =
        document.isValid()
            ? new AlertReader(rollups, names)
                .alerts(top.at("alerts"), top.at("tables").at("alerts"), tables.normal().name())
            : Alerts.NONE;
    Compression compression = compression(top.at("compression"));
    return new Contract(
        name,
        top.at("version").integerOr(1),
        top.at("description").stringOr(""),
        format.name(),
        new Contract.Limits(limits.maxBytes, limits.maxDepth),
        List.copyOf(fields),
        List.copyOf(identity),
        timeName,
        time,
        error,
        unknown,
        tables,
        rollups,
        events,
        format.options(),
        compression,
        new FilterReader(conditions).rules(top.at("filter")),
        RecordRuleReader.read(top.at("records")),
        lookups,
        derivations,
        RedactionReader.of(
                fields, derivations, identity, timeName, events, format.name(), compression)
            .read(top),
        alerts);
  }

  private static Compression compression(YamlNode node) {
    return node.isPresent() ? node.oneOf(Compression.NONE) : Compression.NONE;
  }

  /** All limits of a contract, see {@link Contract.Limits} and {@link EventsInRecord}. */
  private record Limits(int maxBytes, int maxDepth, int maxEvents, int maxRecordBytes) {}

  private static Limits limits(YamlNode node) {
    if (node.isPresent()) {
      node.allowOnlyDeclared();
    }
    int maxBytes = node.at("max_bytes").integerOr(DEFAULT_MAX_BYTES);
    int maxRecordBytes = node.at("max_record_bytes").integerOr(DEFAULT_MAX_RECORD_BYTES);
    return new Limits(
        maxBytes,
        node.at("max_depth").integerOr(DEFAULT_MAX_DEPTH),
        node.at("max_events").integerOr(DEFAULT_MAX_EVENTS),
        Math.max(maxBytes, maxRecordBytes));
  }

  private Contract.TimeBounds timeBounds(YamlNode node) {
    Contract.TimeBounds time =
        new Contract.TimeBounds(
            node.at("out_of_orderness").durationOr(Duration.ofSeconds(10)),
            node.at("allowed_lateness").durationOr(Duration.ofHours(1)),
            node.at("bucket").durationOr(Duration.ofMinutes(1)),
            node.at("max_ahead").durationOrNull(),
            node.at("not_before").instantOrNull());
    time.problems(now, Contract.TimeBound::path).forEach(node::problemWithPath);
    return time;
  }

  private static UnknownFields unknownFields(YamlNode node, List<FieldDefinition> fields) {
    if (node.isPresent()) {
      node.allowOnlyDeclared();
    }
    String column = node.at("column").stringOr("extra");
    if (fields.stream().anyMatch(f -> f.name().equals(column))) {
      node.at("column").problem("`" + column + "` is a declared field; expected another name");
    }
    FieldReader.checkColumnName(column, node.at("column"));
    YamlNode form = node.at("as");
    return new UnknownFields(
        column, form.isPresent() ? form.oneOf(UnknownFields.Form.JSON) : UnknownFields.Form.JSON);
  }

  private static List<String> identity(
      YamlNode node, List<FieldDefinition> fields, String timeName) {
    List<String> identity = node.distinctStrings();
    List<String> known = new ArrayList<>();
    for (String name : identity) {
      FieldDefinition field = FieldReader.reference(node, name, fields);
      if (field == null) {
        continue;
      }
      known.add(name);
      if (!field.type().isScalar()) {
        node.problem("`" + name + "` cannot identify an event; expected a scalar field");
      } else if (field.nullable()) {
        node.problem(
            "`"
                + name
                + "` cannot identify an event; expected a required field, or one with a default");
      } else if (field.nullIfInvalid()) {
        // Events that differ only in what is invalid would become duplicates.
        node.problem(
            "`" + name + "` cannot identify an event; expected a field without `on_invalid`");
      } else if (field.type() == FieldType.FLOAT64 || field.type() == FieldType.FLOAT32) {
        node.problem(
            "`"
                + name
                + "` cannot identify an event: different numbers can become the same "
                + field.type().contractName()
                + "; expected another type, such as decimal");
      } else if (field.hasExtraDigits()
          && fields.stream()
              .anyMatch(f -> f.name().equals(ColumnDefinition.extraDigitsName(name)))) {
        node.problem(
            ("the field `%s` conflicts with the column for the extra digits of `%s`;"
                    + " expected another name")
                .formatted(ColumnDefinition.extraDigitsName(name), name));
      } else if (field.storedAsJson()) {
        node.problem(
            "`"
                + name
                + "` cannot identify an event: a JSON column cannot be a sort key;"
                + " expected store_as: text");
      }
    }
    if (!timeName.isEmpty() && !identity.contains(timeName)) {
      node.problem("expected the event time `" + timeName + "` in the identity");
    }
    return known;
  }
}
