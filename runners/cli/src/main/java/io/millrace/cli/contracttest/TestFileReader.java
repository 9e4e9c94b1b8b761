package io.millrace.cli.contracttest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.cli.contract.ContractFile;
import io.millrace.cli.contracttest.TestCase.Expected;
import io.millrace.cli.support.RecordLines;
import io.millrace.contract.Alerts;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FilterRule;
import io.millrace.contract.Rollup;
import io.millrace.contract.TableDefinition;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.ContractProblem;
import io.millrace.contract.yaml.NearestName;
import io.millrace.contract.yaml.YamlDocument;
import io.millrace.contract.yaml.YamlNode;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Outcome;
import io.millrace.lookup.LookupVersion;
import io.millrace.pipeline.WrongUseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads a test file and its contract. All problems are found at once: unknown keys, values of the
 * wrong kind, and names of columns, tables and rules that the contract does not have.
 */
final class TestFileReader {
  private static final String BASE64 = "base64";

  /** Numbers keep their digits: 1.50 stays 1.50, and 0.0000001 does not become 1E-7. */
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  private final Path file;
  private final YamlDocument document;
  private final Contract contract;
  private final Set<String> columns = new LinkedHashSet<>();
  private final Set<String> tables = new LinkedHashSet<>();

  private TestFileReader(Path file, YamlDocument document, Contract contract) {
    this.file = file;
    this.document = document;
    this.contract = contract;
    Contract.Tables all = contract.tables();
    Stream.concat(all.accepted().stream(), Stream.of(all.late())).forEach(this::add);
    Stream.ofNullable(all.error()).forEach(this::add);
  }

  private void add(TableDefinition table) {
    tables.add(table.name());
    columns.addAll(table.columnNames());
  }

  /**
   * Reads a file.
   *
   * @throws WrongUseException with every problem of the file or of its contract
   */
  static TestFile read(Path file) {
    try {
      return parse(file, Files.readString(file));
    } catch (IOException e) {
      throw new WrongUseException(
          "%s: cannot be read (%s); expected a YAML file with cases"
              .formatted(file, e.getClass().getSimpleName()));
    }
  }

  /**
   * Reads the text of a file.
   *
   * @throws WrongUseException as {@link #read}
   */
  static TestFile parse(Path file, String yaml) {
    try {
      YamlDocument document =
          YamlDocument.parse(yaml, file.toString(), "test file", TestLanguage.TEST_FILE);
      Contract contract = contract(file, document);
      List<String> problems = RecordDecoder.check(contract, List.of()).problems();
      if (!problems.isEmpty()) {
        throw new WrongUseException(String.join("\n", problems));
      }
      TestFileReader reader = new TestFileReader(file, document, contract);
      List<TestCase> cases = reader.cases();
      reader.throwProblems();
      List<String> unreadable = GivenLookups.unreadable(contract, cases);
      if (!unreadable.isEmpty()) {
        throw new WrongUseException(String.join("\n", unreadable));
      }
      return new TestFile(file, yaml, contract, cases);
    } catch (ContractException e) {
      throw new WrongUseException(String.join("\n", e.problems()));
    }
  }

  private static Contract contract(Path file, YamlDocument document) {
    YamlNode top = document.top();
    top.allowOnlyDeclared();
    YamlNode named = top.at(TestLanguage.CONTRACT);
    String name = file.getFileName().toString();
    String contract = null;
    if (named.isPresent()) {
      contract = named.string();
    } else if (TestCommand.isTestFile(file)) {
      contract = name.substring(0, name.lastIndexOf(".test.")) + ".yaml";
    } else {
      named.problem("missing; expected the contract's file, relative to this one");
    }
    if (contract == null || !top.isObject()) {
      throw new WrongUseException(lines(document.problems()));
    }
    Path found = file.resolveSibling(contract);
    if (!Files.isRegularFile(found)) {
      named.problem("no file %s; expected the contract's file".formatted(found));
      throw new WrongUseException(lines(document.problems()));
    }
    return ContractFile.load(found);
  }

  private static String lines(List<ContractProblem> problems) {
    return String.join("\n", problems.stream().map(ContractProblem::toString).toList());
  }

  private void throwProblems() {
    if (!document.isValid()) {
      throw new WrongUseException(lines(document.problems()));
    }
  }

  private List<TestCase> cases() {
    YamlNode top = document.top();
    Instant recordTime = top.at(TestLanguage.RECORD_TIME).instantOrNull();
    Map<String, LookupVersion> lookups =
        GivenLookups.read(top.at(TestLanguage.LOOKUPS), contract, Map.of());
    List<YamlNode> nodes = top.at(TestLanguage.CASES).elements();
    if (nodes.isEmpty()) {
      top.at(TestLanguage.CASES).problem("expected a list with at least one case");
    }
    List<TestCase> cases = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (YamlNode node : nodes) {
      node.allowOnlyDeclared();
      if (!node.isObject()) {
        continue;
      }
      String name = text(node, TestLanguage.NAME, "the case's name");
      if (!name.isEmpty() && !names.add(name)) {
        node.at(TestLanguage.NAME).problem("another case has the name `" + name + "`");
      }
      Instant ofCase = node.at(TestLanguage.RECORD_TIME).instantOrNull();
      cases.add(
          new TestCase(
              name,
              cases.size(),
              document.lineOf(node),
              document.columnOf(node),
              ofCase == null ? recordTime : ofCase,
              node.at(TestLanguage.WATERMARK).instantOrNull(),
              GivenLookups.read(node.at(TestLanguage.LOOKUPS), contract, lookups),
              records(node),
              expected(node.at(TestLanguage.EXPECT)),
              rollups(node.at(TestLanguage.ROLLUPS)),
              alerts(node.at(TestLanguage.ALERTS))));
    }
    return cases;
  }

  private static String text(YamlNode node, String key, String what) {
    YamlNode value = node.at(key);
    if (!value.isPresent()) {
      value.problem("missing; expected " + what);
      return "";
    }
    return value.stringOr("");
  }

  private List<byte @Nullable []> records(YamlNode node) {
    YamlNode events = node.at(TestLanguage.EVENTS);
    YamlNode named = node.at(TestLanguage.FILE);
    boolean whole = node.at(TestLanguage.WHOLE).booleanOr(false);
    if (events.isPresent() == named.isPresent()) {
      node.problem("expected either `events` or `file`");
      return List.of();
    }
    if (events.isPresent()) {
      if (node.at(TestLanguage.WHOLE).isPresent()) {
        node.at(TestLanguage.WHOLE).problem("only with `file`; leave it out");
      }
      List<byte @Nullable []> records = new ArrayList<>();
      events.elements().forEach(element -> records.add(record(element)));
      if (records.isEmpty()) {
        events.problem("expected a list with at least one event");
      }
      return records;
    }
    String name = named.string();
    Path samples = file.resolveSibling(name == null ? "" : name);
    try {
      byte[] all = name == null ? new byte[0] : Files.readAllBytes(samples);
      List<byte @Nullable []> records = new ArrayList<>();
      records.addAll(whole ? List.of(all) : RecordLines.of(all));
      if (records.isEmpty() && name != null) {
        named.problem(samples + " holds no record; expected one record a line");
      }
      return records;
    } catch (IOException e) {
      named.problem(
          "cannot read %s (%s); expected a file with one record a line"
              .formatted(samples, e.getClass().getSimpleName()));
      return List.of();
    }
  }

  /** A text is a record as it is; {@code base64} gives its bytes; anything else is its JSON. */
  private static byte @Nullable [] record(YamlNode element) {
    JsonNode node = element.raw();
    if (node.isNull()) {
      return null;
    } else if (node.isTextual()) {
      return node.textValue().getBytes(StandardCharsets.UTF_8);
    } else if (node.size() == 1 && node.path(BASE64).isTextual()) {
      try {
        return Base64.getMimeDecoder().decode(node.path(BASE64).textValue());
      } catch (IllegalArgumentException e) {
        element.problem("expected base64: " + e.getMessage());
        return null;
      }
    }
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write JSON: " + e.getOriginalMessage(), e);
    }
  }

  private @Nullable List<Expected> expected(YamlNode node) {
    if (!node.isPresent()) {
      return null;
    }
    List<Expected> all = new ArrayList<>();
    for (YamlNode element : node.elements()) {
      element.allowOnlyDeclared();
      if (element.isObject()) {
        all.add(expectedEvent(element));
      }
    }
    if (node.elements().isEmpty()) {
      node.problem("expected a list with an outcome for each event");
    }
    return all;
  }

  private Expected expectedEvent(YamlNode node) {
    String outcome = oneOf(node.at(TestLanguage.OUTCOME), TestLanguage.OUTCOMES);
    if (outcome == null && !node.at(TestLanguage.OUTCOME).isPresent()) {
      node.at(TestLanguage.OUTCOME)
          .problem("missing; expected one of " + String.join(", ", TestLanguage.OUTCOMES));
    }
    boolean row =
        outcome == null
            || Stream.of(Outcome.ACCEPTED, Outcome.ERROR, Outcome.LATE)
                .anyMatch(withRow -> withRow.label().equals(outcome));
    only(node, TestLanguage.CODE, outcome, Outcome.DEAD.label().equals(outcome));
    only(node, TestLanguage.RULE, outcome, Outcome.FILTERED.label().equals(outcome));
    only(node, TestLanguage.TABLE, outcome, row);
    only(node, TestLanguage.EVENT_TIME, outcome, row);
    only(node, TestLanguage.ROW, outcome, row);
    return new Expected(
        document.lineOf(node),
        outcome == null ? "" : outcome,
        oneOf(node.at(TestLanguage.CODE), TestLanguage.CODES),
        oneOf(
            node.at(TestLanguage.RULE), contract.filters().stream().map(FilterRule::name).toList()),
        oneOf(node.at(TestLanguage.TABLE), tables),
        node.at(TestLanguage.EVENT_TIME).instantOrNull(),
        row(node.at(TestLanguage.ROW), columns));
  }

  /** One of some names; null if there is no value, or after a problem. */
  private static @Nullable String oneOf(YamlNode node, Collection<String> names) {
    if (!node.isPresent()) {
      return null;
    }
    String name =
        node.oneOf(
            found -> names.contains(found) ? Optional.of(found) : Optional.empty(), names, "");
    return name.isEmpty() ? null : name;
  }

  private static void only(YamlNode node, String key, @Nullable String outcome, boolean allowed) {
    if (outcome != null && !allowed && node.at(key).isPresent()) {
      node.at(key).problemOfKey("an event with the outcome " + outcome + " has no " + key);
    }
  }

  private static Map<String, JsonNode> row(YamlNode node, Collection<String> known) {
    Map<String, JsonNode> row = new LinkedHashMap<>();
    if (node.isPresent()) {
      node.entries()
          .forEach(
              (column, value) -> {
                if (!known.contains(column)) {
                  value.problemOfKey(
                      "no such column; expected one of "
                          + String.join(", ", known)
                          + NearestName.hint(column, known));
                }
                row.put(column, value.raw());
              });
    }
    return row;
  }

  private @Nullable List<Map<String, JsonNode>> alerts(YamlNode node) {
    if (!node.isPresent()) {
      return null;
    }
    if (contract.alerts().isEmpty()) {
      node.problemOfKey("the contract has no alerts on roll-ups");
    } else if (!node.raw().isArray()) {
      node.problem("expected a list of changes");
    }
    List<String> known = Alerts.columns().stream().map(FieldDefinition::name).toList();
    return node.elements().stream().map(change -> row(change, known)).toList();
  }

  private Map<String, List<Map<String, JsonNode>>> rollups(YamlNode node) {
    Map<String, List<Map<String, JsonNode>>> all = new LinkedHashMap<>();
    if (!node.isPresent()) {
      return all;
    }
    Map<String, Rollup> byTable = new LinkedHashMap<>();
    contract.rollups().forEach(rollup -> byTable.put(rollup.table(), rollup));
    node.entries()
        .forEach(
            (table, rows) -> {
              Rollup rollup = byTable.get(table);
              if (rollup == null) {
                rows.problemOfKey(
                    "no such roll-up; expected one of "
                        + String.join(", ", byTable.keySet())
                        + NearestName.hint(table, byTable.keySet()));
                return;
              }
              if (!rows.raw().isArray()) {
                rows.problem("expected a list of rows");
              }
              List<String> known = rollup.definition().columnNames();
              all.put(table, rows.elements().stream().map(row -> row(row, known)).toList());
            });
    return all;
  }
}
