package io.millrace.cli.init;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/init.md, from its first block to its last: the events are written, the commands run, and
 * each answer and the contract are compared with the real ones.
 */
@DisplayName("docs/init.md")
class InitPageIT {
  private static final Path PAGE = MillraceProcess.root().resolve("docs/init.md");
  private static final Pattern BLOCK =
      Pattern.compile("```(json|yaml|sh|sql|text)\n(.*?)```\n", Pattern.DOTALL);

  @TempDir private static Path directory;

  /** What a command prints, or why it fails, as on the page: in a directory without a name. */
  private static String run(LocalStack stack, String command) {
    String here =
        command
            .replace("\\\n", " ")
            .replace("\"", "")
            .strip()
            .replace("$PWD", directory.toString())
            .replaceAll("(?<=[= ])deliveries\\.(yaml|jsonl)", directory + "/deliveries.$1")
            .replace(
                "clickhouse://127.0.0.1:18123",
                "clickhouse" + stack.clickHouse().address().substring("http".length()));
    List<String> words = new ArrayList<>(List.of(here.split(" +", -1)));
    assertEquals("scripts/millrace", words.remove(0));
    MillraceProcess.Result result = MillraceCommand.run(words.toArray(String[]::new));
    return (result.exitCode() == 0 ? result.out() : result.err())
        .replace(System.lineSeparator(), "\n")
        .replace("file://" + directory, "file://…")
        .replace(directory + "/", "");
  }

  /** Compares an answer, in which {@code …} stands for any text, also of several lines. */
  private static void assertAnswer(String expected, String printed, String command) {
    String pattern =
        Stream.of(expected.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    assertTrue(
        Pattern.compile(pattern, Pattern.DOTALL).matcher(printed).matches(),
        () -> command + "\nexpected:\n" + expected + "\nprinted:\n" + printed);
  }

  @Test
  void everyBlockIsAsThePageSays() throws Exception {
    LocalStack stack = SharedStack.clean();
    List<MatchResult> blocks = BLOCK.matcher(Files.readString(PAGE)).results().toList();
    List<Executable> checks = new ArrayList<>();
    Path contract = directory.resolve("deliveries.yaml");
    int commands = 0;
    for (int i = 0; i < blocks.size(); i++) {
      String text = blocks.get(i).group(2);
      switch (blocks.get(i).group(1)) {
        case "json" -> Files.writeString(directory.resolve("deliveries.jsonl"), text);
        case "yaml" -> {
          String written = Files.readString(contract).replace(directory + "/", "");
          checks.add(() -> assertThat(written, is(text)));
          // The step that the page asks for.
          Files.writeString(contract, written.replace("# error:", "error:"));
        }
        case "sh" -> {
          commands++;
          String expected = blocks.get(i + 1).group(2);
          String printed = run(stack, text);
          checks.add(() -> assertAnswer(expected, printed, text));
        }
        case "sql" -> {
          String expected = blocks.get(i + 1).group(2);
          String printed =
              stack.clickHouse().query(text.replaceAll("FROM (\\w+_exact)", "FROM deliveries.$1"));
          checks.add(() -> assertAnswer(expected, printed, text));
        }
        default -> assertTrue(i > 0, text);
      }
    }
    assertThat("commands from events to a table", commands, is(4));
    assertAll(checks);
  }
}
