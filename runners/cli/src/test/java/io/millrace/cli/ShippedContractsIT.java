package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * docs/shipped-contracts.md: each command is run as it stands there, except for the addresses, and
 * each answer is compared with the real one.
 */
@DisplayName("docs/shipped-contracts.md")
class ShippedContractsIT {
  private static final Path PAGE = MillraceProcess.root().resolve("docs/shipped-contracts.md");
  private static final Path DATA = MillraceProcess.root().resolve("test-data");

  private static final Pattern HEADING =
      Pattern.compile("## (\\S+) \\(contracts/(\\S+\\.yaml)\\)\n");
  private static final Pattern BLOCK =
      Pattern.compile("```(sh|sql)\n(.*?)```\n\n```text\n(.*?)```\n", Pattern.DOTALL);
  private static final Pattern OUTCOME =
      Pattern.compile("(read|events|accepted|error|duplicate|late|dead) (\\d+)");

  private static LocalStack stack;

  @BeforeAll
  static void startStack() {
    stack = SharedStack.clean();
  }

  /** A command or query of the page, and what the page says that it prints. */
  private record Example(String language, String text, String answer) {}

  /** What the page says of one contract. */
  private record Section(String name, String contract, List<Example> examples) {
    String command() {
      return examples.get(0).text().replace("\\\n", " ").strip();
    }

    /** The value of a flag of the command. */
    String flag(String name) {
      return Pattern.compile("--" + name + "=\"?([^\"\\s]+)")
          .matcher(command())
          .results()
          .findFirst()
          .orElseThrow()
          .group(1);
    }

    String sample() {
      return flag("input").substring("file://$PWD/test-data/events/".length());
    }

    String database() {
      String output = flag("output");
      return output.substring(output.lastIndexOf('/') + 1);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static List<Section> sections() throws Exception {
    List<Section> sections = new ArrayList<>();
    for (String text : Files.readString(PAGE).split("(?m)^(?=## )", -1)) {
      HEADING
          .matcher(text)
          .results()
          .findFirst()
          .ifPresent(
              heading ->
                  sections.add(new Section(heading.group(1), heading.group(2), examples(text))));
    }
    return sections;
  }

  private static List<Example> examples(String text) {
    return BLOCK
        .matcher(text)
        .results()
        .map(block -> new Example(block.group(1), block.group(2), block.group(3)))
        .toList();
  }

  private static Set<String> files(String folder) throws Exception {
    try (Stream<Path> files = Files.list(DATA.resolve(folder))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals("README.md"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> sorted(List<String> names) {
    Set<String> sorted = new TreeSet<>(names);
    assertEquals(names.size(), sorted.size(), () -> "more than one section: " + names);
    return sorted;
  }

  @Test
  void everyContractHasASectionAndEverySampleIsUsed() throws Exception {
    List<Section> sections = sections();
    assertEquals(files("contracts"), sorted(sections.stream().map(Section::contract).toList()));
    assertEquals(files("events"), sorted(sections.stream().map(Section::sample).toList()));
    sorted(sections.stream().map(Section::database).toList());
    String page = Files.readString(PAGE);
    for (Section section : sections) {
      assertEquals(section.contract(), section.name() + ".yaml");
      assertThat(section.name(), section.examples().size(), greaterThan(1));
    }
    // None was passed over for its form: each block with an answer belongs to a section.
    int answers = sections.stream().mapToInt(section -> section.examples().size()).sum();
    assertEquals(page.split("\n```(sh|sql)\n", -1).length - 1, answers);
    assertEquals(page.split("\n```text\n", -1).length - 1, answers);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sections")
  void theAnswersAreThoseOfThePage(Section section) throws Exception {
    String root = MillraceProcess.root().toString();
    MillraceProcess.Result run =
        MillraceCommand.run(
            "run",
            "--input=" + section.flag("input").replace("$PWD", root),
            "--output=clickhouse"
                + stack.clickHouse().address().substring("http".length())
                + "/"
                + section.database(),
            "--contract=" + root + "/" + section.flag("contract"));
    assertThat(run.err(), run.exitCode(), equalTo(0));
    assertEquals(
        "scripts/millrace run --input --output --contract",
        section.command().replaceAll("=\\S+", "").replaceAll(" +", " "));
    assertThat(section.flag("contract"), equalTo("test-data/contracts/" + section.contract()));

    List<Executable> checks = new ArrayList<>();
    checks.add(() -> assertEquals(section.examples().get(0).answer(), lines(run.out())));
    checks.add(() -> checkBalance(run.out()));
    for (Example example : section.examples().subList(1, section.examples().size())) {
      String sql =
          example
              .text()
              .replaceAll("\\bFROM (\\w+_exact)\\b", "FROM `" + section.database() + "`.$1");
      checks.add(
          () -> assertEquals(example.answer(), stack.clickHouse().query(sql), example.text()));
    }
    assertAll(checks);
  }

  private static String lines(String out) {
    return out.replace(System.lineSeparator(), "\n");
  }

  /** Every event of a sample is valid, and has one outcome. */
  private static void checkBalance(String equation) {
    Map<String, Long> counts = new TreeMap<>();
    for (MatchResult outcome : OUTCOME.matcher(equation).results().toList()) {
      counts.put(outcome.group(1), Long.parseLong(outcome.group(2)));
    }
    assertEquals(0, counts.get("dead"));
    assertEquals(
        counts.getOrDefault("events", counts.get("read")),
        counts.get("accepted") + counts.get("error") + counts.get("duplicate") + counts.get("late"),
        equation);
  }
}
