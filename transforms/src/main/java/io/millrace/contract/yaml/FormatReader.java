package io.millrace.contract.yaml;

import io.millrace.contract.EventsInRecord;
import io.millrace.contract.EventsInRecord.Kind;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.RecordFormat;
import io.millrace.contract.RecordFormats;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The {@code format} of a contract and its options: a name, or a mapping with {@code type} and the
 * options.
 *
 * @param format null if the contract names no known format
 */
record FormatReader(@Nullable RecordFormat format, Map<String, String> options) {
  private static final String DEFAULT = "json";
  private static final String TYPE = "type";
  private static final int MAX_FILE_BYTES = 1 << 23;
  private static final String LINES = "lines";

  static FormatReader of(YamlNode top, SiblingFiles files) {
    YamlNode node = top.at("format");
    if (!node.isPresent()) {
      return new FormatReader(RecordFormats.named(DEFAULT).orElse(null), Map.of());
    }
    YamlNode type = node.isObject() ? node.at(TYPE) : node;
    RecordFormat format =
        type.<@Nullable RecordFormat>oneOf(
            name -> RecordFormats.named(name).map(found -> found), RecordFormats.names(), null);
    return new FormatReader(
        format, format == null || !node.isObject() ? Map.of() : options(node, format, files));
  }

  private static Map<String, String> options(
      YamlNode node, RecordFormat format, SiblingFiles files) {
    Map<String, String> options = new LinkedHashMap<>();
    for (Map.Entry<String, YamlNode> entry : node.entries().entrySet()) {
      String name = entry.getKey();
      if (name.equals(TYPE)) {
        continue;
      }
      Set<String> allowed = format.options().get(name);
      String value = entry.getValue().raw().asText();
      boolean isText = entry.getValue().isPresent() && entry.getValue().raw().isValueNode();
      if (allowed == null) {
        entry
            .getValue()
            .problemOfKey(
                "the format %s has no such option%s"
                    .formatted(
                        format.name(),
                        format.options().isEmpty()
                            ? ""
                            : "; expected one of "
                                + String.join(", ", format.options().keySet())
                                + NearestName.hint(name, format.options().keySet())));
      } else if (!isText) {
        entry.getValue().problem("expected a text; quote what YAML takes for something else");
      } else if (!allowed.isEmpty() && !allowed.contains(value)) {
        entry
            .getValue()
            .problem(
                "expected one of "
                    + String.join(", ", allowed)
                    + "; found "
                    + value
                    + NearestName.hint(value, allowed));
      } else if (format.fileOptions().contains(name)) {
        options.put(name, content(entry.getValue(), format, name, files));
      } else {
        options.put(name, value);
      }
    }
    return options;
  }

  /** The content of a file; an empty text after a problem. */
  private static String content(
      YamlNode node, RecordFormat format, String option, SiblingFiles files) {
    String file = node.string();
    if (file == null) {
      return "";
    }
    byte[] content;
    try {
      content = files.read(file);
    } catch (IOException | InvalidPathException e) {
      node.problem(
          "cannot read the file %s (%s); expected a path, relative to the contract's directory"
              .formatted(file, e.getClass().getSimpleName()));
      return "";
    }
    if (content.length > MAX_FILE_BYTES) {
      node.problem("the file " + file + " is larger than " + MAX_FILE_BYTES + " bytes");
      return "";
    }
    try {
      return format.fileContent(option, content);
    } catch (IllegalArgumentException e) {
      node.problem(file + ": " + e.getMessage());
      return "";
    }
  }

  /** Reports options that contradict each other or the contract's fields. */
  void checkOptions(YamlNode node, List<FieldDefinition> fields) {
    if (format == null) {
      return;
    }
    for (RecordFormat.OptionProblem problem : format.problems(options, fields)) {
      YamlNode at = problem.option().isEmpty() ? node : node.at(problem.option());
      at.problem(problem.message());
    }
  }

  String name() {
    return format == null ? DEFAULT : format.name();
  }

  /** How a record holds many events; null: a record is one event. */
  @Nullable EventsInRecord events(YamlNode top, int maxEvents, int maxRecordBytes) {
    YamlNode node = top.at("events");
    if (format == null) {
      return null;
    }
    if (!node.isPresent()) {
      for (String limit : List.of("max_events", "max_record_bytes")) {
        if (!format.holdsMany() && top.at("limits").at(limit).isPresent()) {
          top.at("limits").at(limit).problem("only for records that hold many events (`events`)");
        }
      }
      return format.holdsMany()
          ? new EventsInRecord(Kind.FORMAT, List.of(), maxEvents, maxRecordBytes)
          : null;
    }
    boolean lines = node.isString();
    if (lines && !LINES.equals(node.raw().textValue())) {
      node.problem("expected lines, or a mapping with `path`");
      return null;
    }
    if (!lines) {
      node.allowOnlyDeclared();
      if (!node.at("path").isPresent()) {
        node.at("path").problem("missing; expected the keys of an array, such as metrics");
        return null;
      }
    }
    Kind kind = lines ? Kind.LINES : Kind.ARRAY;
    if (!format.eventsIn().contains(kind)) {
      node.problem("not for the format " + format.name());
      return null;
    }
    return new EventsInRecord(
        kind, lines ? List.of() : FieldPath.arrays(node.at("path")), maxEvents, maxRecordBytes);
  }
}
