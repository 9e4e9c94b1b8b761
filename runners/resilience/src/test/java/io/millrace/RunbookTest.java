package io.millrace;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The runbook has an entry for each line that the code logs at WARN or ERROR, and no other. */
class RunbookTest {
  private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "../..");

  /** What may run where somebody is called at night; measurements and faults are run by hand. */
  private static final List<String> MODULES =
      List.of(
          "transforms",
          "io-config",
          "pipeline",
          "runners/cli",
          "runners/direct",
          "runners/flink",
          "runners/dataflow",
          "runners/local",
          "runners/verify");

  /** Lines whose text is made in another place than where they are logged. */
  private static final Map<String, List<String>> MADE_ELSEWHERE =
      Map.of(
          "TimeUnitWarning.java", List.of("`%s` of %d events is far from the present. "),
          "ShortPollConsumer.java", List.of("Cannot read from Kafka at %s since %s (%d s), "),
          "TopicWatch.java", List.of("Cannot read from Kafka at %s since %s (%d s), "),
          "LostRangeCheck.java", List.of("LOST BEFORE READ: %s (offsets: %,d)"),
          "RetryFn.java",
              List.of(
                  "{}: {} {} waiting for {} s; operator action needed: {}{}",
                  "{}: {} {} waiting for {} s: {}{}"));

  private static final Pattern CALL = Pattern.compile("\\b(?:LOG|log)\\.(?:warn|error)\\(\\s*");
  private static final Pattern LITERAL =
      Pattern.compile("\\G\\s*\\+?\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{}|%[,\\d]*[sd]");
  private static final Pattern HEADING = Pattern.compile("(?m)^### (`.+)$");
  private static final int LEAST_FIXED = 10;

  /** A line that is logged: the file and the text, with {@code …} for what differs. */
  private record Logged(String file, String text) {}

  private static String shown(String form) {
    return PLACEHOLDER
        .matcher(form)
        .replaceAll("…")
        .replace("…: … … waiting", "… waiting")
        .replace("`", "")
        .strip();
  }

  /** The lines of one source file. */
  private static List<Logged> logged(String file, String source) {
    List<Logged> all = new ArrayList<>();
    Matcher call = CALL.matcher(source);
    boolean elsewhere = false;
    while (call.find()) {
      StringBuilder text = new StringBuilder();
      Matcher literal = LITERAL.matcher(source).region(call.end(), source.length());
      while (literal.find()) {
        text.append(literal.group(1));
      }
      if (text.length() == 0 || text.toString().equals("{}")) {
        elsewhere = true;
      } else {
        all.add(new Logged(file, shown(text.toString())));
      }
    }
    if (elsewhere) {
      List<String> forms = MADE_ELSEWHERE.getOrDefault(file, List.of());
      assertThat(
          file + " logs a line that is made elsewhere: name it in this test",
          forms.size(),
          greaterThan(0));
      forms.forEach(form -> all.add(new Logged(file, shown(form))));
    }
    return all;
  }

  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new TreeMap<>();
    for (String module : MODULES) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module))) {
        for (Path file : files.filter(RunbookTest::isMainSource).toList()) {
          sources.put(file.toString(), Files.readString(file));
        }
      }
    }
    return sources;
  }

  private static boolean isMainSource(Path file) {
    return file.toString().contains("/src/main/java/") && file.toString().endsWith(".java");
  }

  private static List<String> headings(String page) {
    return HEADING.matcher(page).results().map(heading -> heading.group(1)).toList();
  }

  /** The fixed text of a heading in code, without the open end. */
  private static String start(String heading) {
    String text = heading.replaceAll("^`+ ?| ?`+$", "");
    return text.endsWith("…") ? text.substring(0, text.length() - 1).strip() : text;
  }

  private static boolean isAbout(String heading, String line) {
    String start = start(heading);
    return line.startsWith(start) && start.replace("…", "").strip().length() >= LEAST_FIXED;
  }

  @Test
  void eachLineHasAnEntryAndEachEntryALine() throws Exception {
    List<String> headings = headings(Files.readString(ROOT.resolve("docs/runbook.md")));
    Map<String, String> sources = sources();
    List<Logged> lines = new ArrayList<>();
    sources.forEach(
        (path, source) -> lines.addAll(logged(Path.of(path).getFileName().toString(), source)));
    assertThat(lines.size(), greaterThan(20));
    assertThat(
        "lines at WARN or ERROR without an entry in docs/runbook.md",
        lines.stream()
            .filter(line -> headings.stream().noneMatch(heading -> isAbout(heading, line.text)))
            .map(line -> line.file + ": " + line.text)
            .toList(),
        empty());
    assertThat(
        "entries of docs/runbook.md without a line in the code",
        headings.stream()
            .filter(heading -> lines.stream().noneMatch(line -> isAbout(heading, line.text)))
            .toList(),
        empty());
  }

  /** What this test says of lines that are made elsewhere is still so. */
  @Test
  void linesThatAreMadeElsewhereExist() throws Exception {
    String all = String.join("\n", sources().values());
    MADE_ELSEWHERE
        .values()
        .forEach(
            forms -> forms.forEach(form -> assertThat(form, all.contains("\"" + form), is(true))));
  }

  @Test
  void findsALineInEachWayThatItIsWritten() {
    assertThat(
        logged("A.java", "LOG.warn(\n  \"one {} \"\n   + \"two %,d\", a);"),
        hasItem(new Logged("A.java", "one … two …")));
    assertThat(isAbout("`Cannot read …`", "Cannot read …, for 3 s"), is(true));
    assertThat(isAbout("`Cannot write …`", "Cannot read …"), is(false));
    assertThat("too little is fixed", isAbout("`…: …`", "…: …"), is(false));
  }
}
