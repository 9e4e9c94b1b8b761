package io.millrace.cli.contracttest;

import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.WrongUseException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tests contracts with sample events and what they expect of them. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tests contracts: runs the events of each case through the decoder, filters and roll-ups of the",
      "pipeline, and compares outcomes and rows with the expected ones. Needs no Kafka and no",
      "ClickHouse. Exit code: 0 if all cases pass, 1 if one fails, 2 if a file is invalid."
    },
    footer = {
      "",
      "Example: scripts/millrace test contracts",
      "Example: scripts/millrace test contracts/visits.test.yaml --update",
      "Example: scripts/millrace test contracts --junit=target/contracts.xml"
    })
public final class TestCommand implements Callable<Integer> {
  /** Set by scripts/millrace if standard output is a terminal. */
  private static final String TERMINAL = "millrace.terminal.out";

  private static final String NO_COLOR = "NO_COLOR";

  @Parameters(
      arity = "1..*",
      paramLabel = "DIR|FILE",
      description = "Test files, or directories: all files named NAME.test.yaml below them.")
  List<Path> paths = new ArrayList<>();

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Also write the results as JUnit XML, for build servers.")
  @Nullable Path junit;

  @Option(
      names = "--update",
      description = "Write what was found into the cases that have no `expect`.")
  boolean update;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  /** Whether a file in a directory holds cases, by its name. */
  static boolean isTestFile(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".test.yaml") || name.endsWith(".test.yml");
  }

  @Override
  public Integer call() {
    Instant started = Instant.now();
    List<FileResult> results = new ArrayList<>();
    for (TestFile file : read()) {
      results.add(run(file));
    }
    if (junit != null) {
      write(junit, JunitXml.of(results, started));
    }
    TestReport report = new TestReport(results);
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    out.println(json ? report.json() : report.text(colors()));
    out.flush();
    return report.failed() == 0 ? 0 : ExitCodes.FAILED;
  }

  private static boolean colors() {
    String refused = System.getenv(NO_COLOR);
    return Boolean.getBoolean(TERMINAL) && (refused == null || refused.isEmpty());
  }

  /** All test files, read before the first one is run, so that all problems come at once. */
  private List<TestFile> read() {
    List<TestFile> files = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (Path path : files(problems)) {
      try {
        TestFile file = TestFileReader.read(path);
        for (TestCase test : file.cases()) {
          if (test.expectsNothing() && !update) {
            problems.add(
                "%s:%d: the case `%s` expects nothing; add `expect`, or run with --update"
                    .formatted(path, test.line(), test.name()));
          }
        }
        files.add(file);
      } catch (WrongUseException e) {
        problems.addAll(e.getMessage().lines().toList());
      }
    }
    if (!problems.isEmpty()) {
      throw new WrongUseException(String.join("\n", problems));
    }
    return files;
  }

  private Set<Path> files(List<String> problems) {
    Set<Path> files = new LinkedHashSet<>();
    for (Path path : paths) {
      if (!Files.isDirectory(path)) {
        files.add(path);
        continue;
      }
      try (Stream<Path> all = Files.walk(path)) {
        List<Path> found =
            all.filter(TestCommand::isTestFile).filter(Files::isRegularFile).sorted().toList();
        if (found.isEmpty()) {
          problems.add(path + " holds no test file; expected files named NAME.test.yaml");
        }
        files.addAll(found);
      } catch (IOException e) {
        problems.add("cannot list " + path + " (" + e.getClass().getSimpleName() + ")");
      }
    }
    return files;
  }

  private FileResult run(TestFile file) {
    CaseRunner runner = new CaseRunner(file.contract());
    List<CaseResult> results = file.cases().stream().map(runner::run).toList();
    int updated =
        update ? (int) results.stream().filter(r -> r.test().expected() == null).count() : 0;
    if (updated > 0) {
      write(file.file(), ExpectationWriter.withExpectations(file, results));
    }
    return new FileResult(file, results, updated);
  }

  private static void write(Path file, String text) {
    try {
      Path directory = file.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new WrongUseException(
          "cannot write %s (%s)".formatted(file, e.getClass().getSimpleName()));
    }
  }
}
