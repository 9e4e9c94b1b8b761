package io.millrace.contract.yaml;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Lookup;
import io.millrace.contract.language.AddedColumns;
import io.millrace.expression.Expressions;
import io.millrace.lookup.Lookups;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads the {@code lookups} of a contract. Adds each column to the fields, so that the expressions
 * after it may use it.
 */
final class LookupReader {
  private static final Duration DEFAULT_REFRESH = Duration.ofMinutes(1);
  private static final Duration SHORTEST_REFRESH = Duration.ofSeconds(1);
  private static final int DEFAULT_MAX_MEGABYTES = 256;
  private static final long MEGABYTE = 1 << 20;
  private static final String CLICKHOUSE = "clickhouse://";

  private final List<FieldDefinition> fields;
  private final SiblingFiles files;

  /**
   * Creates a reader.
   *
   * @param fields all fields that come before; gets the columns that are looked up
   * @param files reads the files of certificates
   */
  LookupReader(List<FieldDefinition> fields, SiblingFiles files) {
    this.fields = fields;
    this.files = files;
  }

  List<Lookup> lookups(YamlNode node) {
    List<Lookup> lookups = new ArrayList<>();
    if (!node.isPresent()) {
      return lookups;
    }
    node.entries().forEach((name, entry) -> lookups.add(lookup(name, entry)));
    if (lookups.isEmpty()) {
      node.problem("expected look-ups by name");
    }
    return List.copyOf(lookups);
  }

  private Lookup lookup(String name, YamlNode node) {
    if (!FieldReader.isColumnName(name)) {
      node.problem("expected a look-up's name: letters, digits and _, not starting with a digit");
    }
    node.allowOnlyDeclared();
    String from = node.at("from").stringOr("");
    Lookup.Kind kind = kind(node.at("kind"), from, node);
    String key = key(node.at("key"));
    List<FieldDefinition> added = new ArrayList<>();
    List<Lookup.Column> columns = columns(node.at("columns"), added);
    Lookup lookup =
        new Lookup(
            name,
            kind,
            from,
            key,
            keyColumn(node.at("key_column"), kind, key),
            columns,
            refresh(node.at("refresh")),
            DerivationReader.onFailure(node.at("on_missing")),
            node.at("max_megabytes").integerOr(DEFAULT_MAX_MEGABYTES) * MEGABYTE,
            options(node));
    if (kind.hasSource() && from.isEmpty()) {
      node.problem("expected `from`: the URL of the source");
    } else if (!kind.hasSource() && !from.isEmpty()) {
      node.at("from").problem("the kind " + kind.contractName() + " needs no source");
    } else {
      String problem = Lookups.problem(lookup);
      if (problem != null) {
        (from.isEmpty() ? node : node.at("from")).problem(problem);
      }
    }
    fields.addAll(added);
    return lookup;
  }

  /** The declared kind, or that of the source's name. */
  private static Lookup.Kind kind(YamlNode node, String from, YamlNode whole) {
    if (from.startsWith(CLICKHOUSE)) {
      if (node.isPresent()) {
        node.problem("not for a table of ClickHouse");
      }
      return Lookup.Kind.JSONL;
    }
    if (node.isPresent()) {
      return node.oneOf(Lookup.Kind.CSV);
    }
    String file = from.toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    for (Lookup.Kind kind : Lookup.Kind.values()) {
      if (kind.hasSource() && file.endsWith("." + kind.contractName())) {
        return kind;
      }
    }
    whole.problem("expected `kind`: the name of the source does not tell it");
    return Lookup.Kind.CSV;
  }

  private String key(YamlNode node) {
    String key = node.string();
    if (key == null) {
      return "";
    }
    Expressions expressions = new Expressions(fields);
    String problem = expressions.problemOfValue(key);
    if (problem != null) {
      node.problem(problem + "; expected an expression over the columns before it");
      return key;
    }
    FieldDefinition type = expressions.inferred(key);
    boolean isKey =
        type != null
            && (type.type() == FieldType.STRING
                || type.type() == FieldType.INT64
                || type.type() == FieldType.UINT64);
    if (!isKey) {
      node.problem(
          "the expression has the type %s; expected a text or a whole number"
              .formatted(expressions.typeName(key)));
    }
    return key;
  }

  private String keyColumn(YamlNode node, Lookup.Kind kind, String key) {
    if (!kind.hasKeyColumn()) {
      if (node.isPresent()) {
        node.problem("not for the kind " + kind.contractName());
      }
      return "";
    }
    if (!node.isPresent() && fields.stream().noneMatch(field -> field.name().equals(key))) {
      node.problem("expected the column of the source that holds the key");
    }
    return node.stringOr(key);
  }

  private static Duration refresh(YamlNode node) {
    Duration refresh = node.durationOr(DEFAULT_REFRESH);
    if (refresh.compareTo(SHORTEST_REFRESH) < 0) {
      node.problem("expected at least 1s");
      return DEFAULT_REFRESH;
    }
    return refresh;
  }

  private Map<String, String> options(YamlNode node) {
    Map<String, String> options = new HashMap<>();
    for (String option : List.of(Lookups.USER, Lookups.PASSWORD, Lookups.TOKEN)) {
      if (node.at(option).isPresent()) {
        options.put(option, node.at(option).stringOr(""));
      }
    }
    String certificates = certificates(node.at(Lookups.CA));
    if (certificates != null) {
      options.put(Lookups.CA, certificates);
    }
    return options;
  }

  /** The content of a file of certificates; null without one, and after a problem. */
  private @Nullable String certificates(YamlNode node) {
    String file = node.isPresent() ? node.string() : null;
    if (file == null) {
      return null;
    }
    try {
      return Lookups.certificates(files.read(file));
    } catch (IOException | InvalidPathException e) {
      node.problem(
          "cannot read the file %s (%s); expected a path, relative to the contract's directory"
              .formatted(file, e.getClass().getSimpleName()));
    } catch (IllegalArgumentException e) {
      node.problem(file + ": " + e.getMessage());
    }
    return null;
  }

  /** A list of names that are the same in the source, or a mapping from columns to the source's. */
  private List<Lookup.Column> columns(YamlNode node, List<FieldDefinition> added) {
    List<Lookup.Column> columns = new ArrayList<>();
    if (node.isObject()) {
      node.entries().forEach((name, entry) -> columns.add(column(name, entry, added)));
    } else {
      for (String name : node.distinctStrings()) {
        columns.add(new Lookup.Column(name, name));
        add(FieldDefinition.added(name, FieldType.STRING, false, 0, 0, null, false), node, added);
      }
    }
    if (columns.isEmpty()) {
      node.problem("expected at least one column");
    }
    return columns;
  }

  private Lookup.Column column(String name, YamlNode node, List<FieldDefinition> added) {
    if (node.isString()) {
      add(FieldDefinition.added(name, FieldType.STRING, false, 0, 0, null, false), node, added);
      return new Lookup.Column(name, node.stringOr(name));
    }
    node.allowOnlyDeclared();
    FieldType type =
        node.at("type").isPresent()
            ? node.at("type").oneOf(FieldType.STRING, AddedColumns.types())
            : FieldType.STRING;
    add(AddedColumnReader.definition(name, node, type, null, false), node, added);
    return new Lookup.Column(name, node.at("column").stringOr(name));
  }

  private void add(FieldDefinition column, YamlNode node, List<FieldDefinition> added) {
    List<FieldDefinition> before = new ArrayList<>(fields);
    before.addAll(added);
    DerivationReader.checkNewColumn(column.name(), node, before);
    added.add(column);
  }
}
