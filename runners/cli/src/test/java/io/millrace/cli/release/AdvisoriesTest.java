package io.millrace.cli.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each row of docs/advisories.md is about a component that is bundled, and has a reason. */
class AdvisoriesTest {
  private static final Path DOCS = Path.of("../../docs");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([^`:]+:[^`:]+:[^`]+)` \\| ([^|]+) \\| ([^|]*) \\|$");
  private static final Pattern ADVISORY =
      Pattern.compile("CVE-\\d{4}-\\d{4,}|GHSA(-[0-9a-z]{4}){3}");

  /** What is wrong with the rows of a page, one line each. */
  private static List<String> problems(String page) throws IOException {
    Set<String> bundled =
        ThirdParty.readComponents(DOCS.resolve("third-party/components.csv")).stream()
            .map(Component::id)
            .collect(Collectors.toSet());
    List<String> problems = new ArrayList<>();
    Matcher row = ROW.matcher(page);
    while (row.find()) {
      if (!bundled.contains(row.group(1))) {
        problems.add(row.group(1) + " is not bundled");
      }
      for (String id : row.group(2).strip().split(", ", -1)) {
        if (!ADVISORY.matcher(id).matches()) {
          problems.add(id + " is no advisory");
        }
      }
      if (row.group(3).isBlank()) {
        problems.add(row.group(1) + " has no reason");
      }
    }
    return problems;
  }

  private static String page() throws IOException {
    return Files.readString(DOCS.resolve("advisories.md"));
  }

  @Test
  void eachRowIsAboutABundledComponent() throws IOException {
    assertThat(ROW.matcher(page()).results().count(), is(greaterThan(5L)));
    assertThat(problems(page()), empty());
  }

  @Test
  void aStaleRowIsNoticed() throws IOException {
    assertThat(
        problems(
            page()
                + "| `org.example:gone:1.0` | CVE-2020-12345 | never called |\n"
                + "| `org.apache.avro:avro:1.0` | unknown |  |\n"),
        contains(
            "org.example:gone:1.0 is not bundled",
            "org.apache.avro:avro:1.0 is not bundled",
            "unknown is no advisory",
            "org.apache.avro:avro:1.0 has no reason"));
  }
}
