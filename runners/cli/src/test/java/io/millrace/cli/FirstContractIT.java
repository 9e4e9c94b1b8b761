package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/first-contract.md: from its first block to its last, files are written, commands are run
 * except for the addresses, and each answer is compared with the real one.
 */
@DisplayName("docs/first-contract.md")
class FirstContractIT {
  private static final Path PAGE = MillraceProcess.root().resolve("docs/first-contract.md");
  private static final Pattern BLOCK =
      Pattern.compile("```(json|yaml|sh|sql|text)\n(.*?)```\n", Pattern.DOTALL);
  private static final Pattern OUTPUT =
      Pattern.compile("clickhouse://127\\.0\\.0\\.1:18123/(\\w+)");

  @TempDir private static Path directory;
  private static LocalStack stack;

  private String database = "";

  @BeforeAll
  static void startStack() {
    stack = SharedStack.clean();
  }

  private static List<MatchResult> blocks() throws Exception {
    return BLOCK.matcher(Files.readString(PAGE)).results().toList();
  }

  private static String yamlFile(String text) {
    return text.startsWith("cases:") ? "visits.test.yaml" : "visits.yaml";
  }

  private static String answer(MatchResult block) {
    assertEquals("text", block.group(1), "a command or query has an answer");
    return block.group(2);
  }

  /** Compares an answer, in which {@code …} stands for any text within a line. */
  private static void assertAnswer(String expected, String printed, String command) {
    String pattern =
        Stream.of(expected.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    assertTrue(
        Pattern.matches(pattern, printed),
        () -> command + "\nexpected:\n" + expected + "\nprinted:\n" + printed);
  }

  /** Runs a command of the page; what it prints, or why it fails. */
  private String run(String command) {
    String line = command.replace("\\\n", " ").replace("\"", "").strip();
    Matcher output = OUTPUT.matcher(line);
    if (output.find()) {
      database = output.group(1);
    }
    String here =
        line.replace("$PWD", directory.toString())
            .replaceAll("(?<=[= ])visits(\\.test)?\\.yaml", directory + "/visits$1.yaml")
            .replace(
                "clickhouse://127.0.0.1:18123",
                "clickhouse" + stack.clickHouse().address().substring("http".length()));
    List<String> words = new ArrayList<>(List.of(here.split(" +", -1)));
    assertEquals("scripts/millrace", words.remove(0));
    MillraceProcess.Result result = MillraceCommand.run(words.toArray(String[]::new));
    // A run reports its progress on the other stream.
    return (result.exitCode() == 0 ? result.out() : result.err())
        .replace(System.lineSeparator(), "\n")
        .replace(directory + "/", "");
  }

  @Test
  void everyBlockIsAsThePageSays() throws Exception {
    List<MatchResult> blocks = blocks();
    List<Executable> checks = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      String text = blocks.get(i).group(2);
      switch (blocks.get(i).group(1)) {
        case "json" -> Files.writeString(directory.resolve("visits.jsonl"), text);
        case "yaml" -> Files.writeString(directory.resolve(yamlFile(text)), text);
        case "sh" -> {
          String expected = answer(blocks.get(i + 1));
          String printed = run(text);
          checks.add(() -> assertAnswer(expected, printed, text));
        }
        case "sql" -> {
          String sql = text.replaceAll("\\bFROM (\\w+_exact)\\b", "FROM `" + database + "`.$1");
          String expected = answer(blocks.get(i + 1));
          String printed = stack.clickHouse().query(sql);
          checks.add(() -> assertAnswer(expected, printed, text));
        }
        default -> assertTrue(i > 0 && !blocks.get(i - 1).group(1).equals("text"), text);
      }
    }
    assertThat(checks.size(), greaterThan(6));
    assertAll(checks);
  }

  @Test
  void theContractHasFifteenLines() throws Exception {
    List<String> contracts =
        blocks().stream()
            .filter(b -> b.group(1).equals("yaml"))
            .map(b -> b.group(2))
            .filter(text -> yamlFile(text).equals("visits.yaml"))
            .toList();

    assertEquals(15, contracts.get(contracts.size() - 1).lines().count());
  }
}
