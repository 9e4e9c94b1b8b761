package io.millrace.cli.contracttest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.cli.explain.EventExplanation;
import io.millrace.contract.Contract;
import io.millrace.event.Outcome;
import io.millrace.pipeline.WrongUseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes what was found into the cases of a test file that have no expectations. Adds lines at the
 * end of each such case; all other lines, and their comments, stay as they are.
 */
final class ExpectationWriter {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .build();

  private final TestFile file;
  private final List<String> lines;
  private final String lineEnd;

  private ExpectationWriter(TestFile file) {
    this.file = file;
    this.lineEnd = file.yaml().contains("\r\n") ? "\r\n" : "\n";
    this.lines = new ArrayList<>(file.yaml().lines().toList());
  }

  /**
   * The text of a file in which every case has expectations.
   *
   * @param results what was found, for each case
   * @throws WrongUseException if a case is not written in lines of its own
   */
  static String withExpectations(TestFile file, List<CaseResult> results) {
    ExpectationWriter writer = new ExpectationWriter(file);
    // From the end, so that the lines of earlier cases stay where they are.
    for (int i = results.size() - 1; i >= 0; i--) {
      if (results.get(i).test().expected() == null) {
        writer.add(results.get(i), i + 1 < results.size() ? results.get(i + 1).test() : null);
      }
    }
    String text = String.join(writer.lineEnd, writer.lines) + writer.lineEnd;
    writer.verify(text, results);
    return text;
  }

  private void add(CaseResult result, TestCase next) {
    TestCase test = result.test();
    String first = lines.get(test.line() - 1);
    int indent = test.column() - 1;
    int end = next == null ? endOfCases(test.line()) : next.line() - 1;
    while (end > test.line() && isSpacing(lines.get(end - 1))) {
      end--;
    }
    if (first.length() <= indent || first.charAt(indent) == '{') {
      throw refused(test);
    }
    List<String> added = new ArrayList<>();
    for (String line : yaml(result).lines().toList()) {
      added.add(line.isEmpty() ? line : " ".repeat(indent) + line);
    }
    lines.addAll(end, added);
  }

  /** The number of lines up to the end of the last case: the next key of the file, or its end. */
  private int endOfCases(int from) {
    for (int i = from; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.isEmpty() && Character.isLetter(line.charAt(0))) {
        return i;
      }
    }
    return lines.size();
  }

  /** Whether a line belongs to no case: blank, a comment, or the indicator of the next one. */
  private static boolean isSpacing(String line) {
    String text = line.strip();
    return text.isEmpty() || text.startsWith("#") || text.equals("-");
  }

  private static String yaml(CaseResult result) {
    boolean fixedTime = result.test().recordTime() != null;
    List<Map<String, Object>> expected =
        result.events().stream().map(event -> expected(event, fixedTime)).toList();
    try {
      return YAML.writeValueAsString(Map.of(TestLanguage.EXPECT, expected));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write YAML: " + e.getOriginalMessage(), e);
    }
  }

  private static Map<String, Object> expected(EventExplanation event, boolean fixedTime) {
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put(TestLanguage.OUTCOME, event.outcomeName());
    if (event.outcome() == Outcome.DEAD) {
      expected.put(TestLanguage.CODE, event.reason());
    } else if (event.outcome() == Outcome.FILTERED) {
      expected.put(TestLanguage.RULE, event.reason());
    } else if (event.eventTime() != null) {
      Map<String, Object> row = new LinkedHashMap<>(event.row());
      if (!fixedTime) {
        row.remove(Contract.INGESTION_TIME);
      }
      expected.put(TestLanguage.TABLE, event.table());
      expected.put(TestLanguage.ROW, row);
    }
    return expected;
  }

  /** Checks that only expectations were added, and that they hold. */
  private void verify(String text, List<CaseResult> before) {
    List<TestCase> cases;
    try {
      JsonNode old = YAML.readTree(file.yaml());
      JsonNode changed = YAML.readTree(text);
      for (CaseResult result : before) {
        JsonNode changedCase = changed.path(TestLanguage.CASES).path(result.test().index());
        if (result.test().expected() == null && changedCase instanceof ObjectNode object) {
          object.remove(TestLanguage.EXPECT);
        }
      }
      cases = old.equals(changed) ? TestFileReader.parse(file.file(), text).cases() : List.of();
    } catch (JsonProcessingException | WrongUseException e) {
      cases = List.of();
    }
    CaseRunner runner = new CaseRunner(file.contract());
    for (CaseResult result : before) {
      TestCase test = result.test();
      if (test.expected() == null
          && (cases.isEmpty() || !holds(runner.run(cases.get(test.index())), result))) {
        throw refused(test);
      }
    }
  }

  /** Whether the expectations of events hold; those of roll-ups may have failed before. */
  private static boolean holds(CaseResult now, CaseResult before) {
    return now.test().expected() != null && now.differences().size() == before.differences().size();
  }

  private WrongUseException refused(TestCase test) {
    return new WrongUseException(
        "%s:%d: cannot add expectations to the case `%s`; write it as a block, with each key on a"
                .formatted(file.file(), test.line(), test.name())
            + " line of its own");
  }
}
