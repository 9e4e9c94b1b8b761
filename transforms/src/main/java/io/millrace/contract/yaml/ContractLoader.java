package io.millrace.contract.yaml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.Condition;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.RecordFormat;
import io.millrace.contract.RecordFormats;
import io.millrace.contract.UnknownFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads a contract from YAML, strictly: an unknown key, a wrong type, a reference to a field that
 * does not exist are mistakes, and all of them are reported at once, each with file, path and what
 * was expected.
 */
public final class ContractLoader {
  private static final String DEFAULT_FORMAT = "json";
  private static final int DEFAULT_MAX_BYTES = 1 << 20;
  private static final int DEFAULT_MAX_DEPTH = 64;

  private final String file;
  private final Instant now;
  private final List<String> mistakes = new ArrayList<>();

  private ContractLoader(String file, Instant now) {
    this.file = file;
    this.now = now;
  }

  /**
   * Loads a contract file.
   *
   * @throws ContractException with every mistake in the file, or with the reason why it cannot be
   *     read
   */
  public static Contract load(Path path) {
    String yaml;
    try {
      yaml = Files.readString(path);
    } catch (java.nio.charset.CharacterCodingException e) {
      throw new ContractException(List.of(path + ": not UTF-8 text; expected a YAML contract"));
    } catch (IOException e) {
      throw new ContractException(
          List.of(
              path
                  + ": cannot be read ("
                  + e.getClass().getSimpleName()
                  + "); expected a YAML contract"));
    }
    return parse(yaml, path.toString());
  }

  /** Parses a contract; {@code file} only names it in mistakes. */
  public static Contract parse(String yaml, String file) {
    return parse(yaml, file, Instant.now());
  }

  /** Parses a contract at a given time, which its {@code not_before} must not be ahead of. */
  static Contract parse(String yaml, String file, Instant now) {
    return new ContractLoader(file, now).read(yaml);
  }

  private Contract read(String yaml) {
    JsonNode tree;
    try {
      ObjectMapper mapper =
          YAMLMapper.builder(
                  YAMLFactory.builder()
                      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                      .build())
              // A second document would be ignored in silence
              .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
              // A decimal's default must not pass through a double
              .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
              .build();
      tree = mapper.readTree(yaml);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      String what = e.getOriginalMessage().lines().findFirst().orElse("not YAML");
      throw new ContractException(List.of(file + ": line " + line + ": not valid YAML: " + what));
    }
    YamlNode top = new YamlNode(tree, "", m -> mistakes.add(file + ": " + m));
    if (!top.isObject()) {
      top.mistake("expected a contract: a mapping that begins with `contract: NAME`");
      throw new ContractException(mistakes);
    }
    Contract contract = contract(top);
    if (!mistakes.isEmpty()) {
      throw new ContractException(mistakes);
    }
    return contract;
  }

  private Contract contract(YamlNode top) {
    top.allowOnly(
        "contract",
        "version",
        "description",
        "format",
        "limits",
        "fields",
        "identity",
        "event_time",
        "error",
        "unknown_fields",
        "tables",
        "rollups");
    String name = top.at("contract").textOr("");
    if (!top.at("contract").isPresent()) {
      top.at("contract").mistake("missing; expected the contract's name");
    }
    List<FieldDefinition> fields = new FieldReader().fields(top.at("fields"));
    UnknownFields unknown = unknownFields(top.at("unknown_fields"), fields);
    YamlNode eventTime = top.at("event_time");
    eventTime.allowOnly(
        "field", "out_of_orderness", "allowed_lateness", "bucket", "max_ahead", "not_before");
    FieldDefinition timeField = reference(eventTime.at("field"), fields);
    if (timeField != null && (timeField.type() != FieldType.TIMESTAMP || !timeField.required())) {
      eventTime.at("field").mistake("expected a required field of type timestamp");
    }
    String timeName = timeField == null ? "" : timeField.name();
    List<String> identity = identity(top.at("identity"), fields, timeName);
    Condition error = new ConditionReader(fields).optional(top.at("error"));
    if (error != null && error.test() == Condition.Test.ABSENT) {
      top.at("error").at("is").mistake("expected present: an error is what an event reports");
    }
    Contract.TimeBounds time = timeBounds(eventTime);
    // What is wrong with fields and bounds would be told again for each rollup that uses them.
    boolean sound = mistakes.isEmpty();
    TableNames names = new TableNames();
    Contract.Limits limits = limits(top.at("limits"));
    return new Contract(
        name,
        top.at("version").integer(1, Integer.MAX_VALUE),
        top.at("description").textOr(""),
        format(top.at("format")),
        limits,
        List.copyOf(fields),
        List.copyOf(identity),
        timeName,
        time,
        error,
        unknown,
        new TableReader(fields, unknown, identity, timeName, error, names).tables(top.at("tables")),
        sound
            ? new RollupReader(fields, time, error, names).rollups(top.at("rollups"))
            : List.of());
  }

  private static String format(YamlNode node) {
    return node.isPresent()
        ? node.oneOf(
            name -> RecordFormats.named(name).map(RecordFormat::name),
            RecordFormats.names(),
            DEFAULT_FORMAT)
        : DEFAULT_FORMAT;
  }

  private static Contract.Limits limits(YamlNode node) {
    if (!node.isPresent()) {
      return new Contract.Limits(DEFAULT_MAX_BYTES, DEFAULT_MAX_DEPTH);
    }
    node.allowOnly("max_bytes", "max_depth");
    return new Contract.Limits(
        node.at("max_bytes").integerOr(DEFAULT_MAX_BYTES, 2, 1 << 28),
        node.at("max_depth").integerOr(DEFAULT_MAX_DEPTH, 1, 900));
  }

  private Contract.TimeBounds timeBounds(YamlNode node) {
    Instant notBefore = null;
    if (node.at("not_before").isPresent()) {
      try {
        notBefore = Instant.parse(node.at("not_before").raw().asText());
      } catch (DateTimeParseException e) {
        node.at("not_before").mistake("expected an instant such as 2020-01-01T00:00:00Z");
      }
    }
    Contract.TimeBounds time =
        new Contract.TimeBounds(
            node.at("out_of_orderness").durationOr(Duration.ofSeconds(10)),
            node.at("allowed_lateness").durationOr(Duration.ofHours(1)),
            node.at("bucket").durationOr(Duration.ofMinutes(1)),
            node.at("max_ahead").durationOrNull(),
            notBefore);
    time.mistakes(now, Contract.TimeBound::path).forEach(m -> mistakes.add(file + ": " + m));
    return time;
  }

  private static UnknownFields unknownFields(YamlNode node, List<FieldDefinition> fields) {
    node.allowOnly("column", "as");
    String column = node.at("column").textOr("extra");
    if (fields.stream().anyMatch(f -> f.name().equals(column))) {
      node.at("column").mistake("`" + column + "` is a declared field; expected another name");
    }
    FieldReader.checkColumnName(column, node.at("column"));
    UnknownFields.Form form =
        node.at("as")
            .oneOf(
                text ->
                    switch (text) {
                      case "json" -> Optional.of(UnknownFields.Form.JSON);
                      case "map" -> Optional.of(UnknownFields.Form.MAP);
                      default -> Optional.empty();
                    },
                "json, map",
                UnknownFields.Form.JSON);
    return new UnknownFields(column, form);
  }

  private static List<String> identity(
      YamlNode node, List<FieldDefinition> fields, String timeName) {
    List<String> identity = node.texts();
    node.noRepeats(identity);
    List<String> known = new ArrayList<>();
    for (String name : identity) {
      Optional<FieldDefinition> field =
          fields.stream().filter(f -> f.name().equals(name)).findFirst();
      field.ifPresent(f -> known.add(f.name()));
      if (field.isEmpty()) {
        node.mistake("no field `" + name + "`; expected names from `fields`");
      } else if (!field.get().required() || !field.get().type().isScalar()) {
        node.mistake("`" + name + "` cannot identify an event; expected a required scalar field");
      } else if (field.get().type() == FieldType.FLOAT64) {
        node.mistake(
            "`"
                + name
                + "` cannot identify an event: two numbers that differ can be one float64;"
                + " expected another type, such as decimal");
      } else if (field.get().hasExtraDigits()
          && fields.stream()
              .anyMatch(f -> f.name().equals(ColumnDefinition.extraDigitsName(name)))) {
        node.mistake(
            "the field `"
                + ColumnDefinition.extraDigitsName(name)
                + "` has the name of the column for the digits of `"
                + name
                + "` beyond its precision; expected another name");
      } else if (field.get().storedAsJson()) {
        node.mistake(
            "`"
                + name
                + "` cannot identify an event: a column of JSON cannot be sorted by;"
                + " expected store_as: text");
      }
    }
    if (!timeName.isEmpty() && !identity.contains(timeName)) {
      node.mistake("expected the event time `" + timeName + "` among the identity's fields");
    }
    return known;
  }

  private static @Nullable FieldDefinition reference(YamlNode node, List<FieldDefinition> fields) {
    String name = node.text();
    if (name == null) {
      return null;
    }
    Optional<FieldDefinition> field =
        fields.stream().filter(f -> f.name().equals(name)).findFirst();
    if (field.isEmpty()) {
      node.mistake("no field `" + name + "`; expected a name from `fields`");
    }
    return field.orElse(null);
  }
}
