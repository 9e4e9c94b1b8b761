package io.millrace.cli.deadletters;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.cli.MillraceProcess;
import io.millrace.local.SharedStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/dead-letters.md: what its commands print. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplayExampleIT {
  private static final String CONTRACT =
      """
      contract: visits
      fields:
        id: {type: string, required: true}
        at: {type: timestamp, required: true}
        ms: {type: int64}
      event_time: {field: at}
      identity: [id, at]
      """;

  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");

  @TempDir private static Path directory;
  private static Letters visits;
  private static List<String> printed;

  @BeforeAll
  static void run() throws Exception {
    visits = new Letters(SharedStack.clean(), directory, "visits", CONTRACT);
    visits.send(
        "{\"id\":\"a1\",\"at\":\"2026-03-01T10:00:00Z\",\"ms\":12}",
        "{\"id\":\"a2\",\"at\":\"2026-03-01T10:00:01Z\",\"ms\":\"12 ms\"}",
        "{\"id\":\"a3\",\"at\":\"2026-03-01T10:00:02Z\",\"ms\":\"15\"}",
        "{\"id\":\"a1\",\"at\":\"2026-03-01T10:00:00Z\",\"ms\":\"12\"}",
        "{\"id\":\"a4\",\"at\":");
    visits.run();
    printed = printed();
  }

  /** The texts of the page that show what a command prints. */
  private static List<String> printed() throws Exception {
    Matcher blocks =
        Pattern.compile("```text\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(MillraceProcess.root().resolve("docs/dead-letters.md")));
    List<String> found = new ArrayList<>();
    while (blocks.find()) {
      found.add(blocks.group(1));
    }
    assertThat(found.size(), is(3));
    return found;
  }

  /** Times depend on the clock, and the widths of columns on them. */
  private static String comparable(String text) {
    return TIME.matcher(text).replaceAll("TIME").replaceAll(" +", " ");
  }

  @Test
  @Order(1)
  void list() {
    assertThat(comparable(visits.out("list")), is(comparable(printed.get(0))));
  }

  @Test
  @Order(2)
  void show() {
    assertThat(comparable(visits.out("show", "visits/0@1")), is(comparable(printed.get(1))));
  }

  @Test
  @Order(3)
  void replay() throws Exception {
    visits.use(
        CONTRACT.replace(
            "ms: {type: int64}", "ms: {type: int64, lenient: true, on_invalid: null}"));
    assertThat(visits.out("replay", "--dryRun"), is(printed.get(2)));

    assertThat(visits.json("replay", "--json").path("accepted").asInt(), is(2));
    assertThat(
        visits.query("SELECT id, extra, ms FROM $.visits_exact ORDER BY id"),
        is("a1\t\t12\na2\t{\"ms\":\"12 ms\"}\t\\N\na3\t\t15"));
    assertThat(visits.audit(), is("ok"));
  }
}
