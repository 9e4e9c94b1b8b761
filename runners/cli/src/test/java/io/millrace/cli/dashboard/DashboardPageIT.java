package io.millrace.cli.dashboard;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.cli.RunningCommand;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.process.LocalStackException;
import io.millrace.local.process.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The page in a real Chromium, over a live run whose ClickHouse goes down at last. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DashboardPageIT {
  private static final int EVENTS = 6_000;
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir private static Path directory;
  private static LocalStack stack;
  private static QueryStream stream;
  private static RunningCommand run;
  private static DashboardServer dashboard;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    stack = SharedStack.clean();
    stream = new QueryStream(stack);
    stream.send(EVENTS, true);
    String contract = QueryStream.contract(directory).toString();
    int metrics = Ports.free(Ports.Range.PROXY);
    run =
        new RunningCommand(
            "run",
            stream.input(),
            stream.output(),
            "--contract=" + contract,
            "--maxBatchAge=1s",
            "--metricsPort=" + metrics);
    browser = new Browser(directory.resolve("profile"));
    dashboard =
        DashboardServer.open(
            CommandLine.populateCommand(
                    new DashboardCommand(),
                    stream.output(),
                    "--contract=" + contract,
                    "--metrics=http://127.0.0.1:" + metrics,
                    "--port=0")
                .config());
    awaitAudited();
    String events = "SELECT count() FROM audit_exact WHERE outcome IN ('accepted', 'error')";
    String finished = "SELECT count() FROM sink_output_exact WHERE event_type = 'query_finished'";
    // Each roll-up gives its results for itself.
    awaitResults("queries_per_minute", events);
    awaitResults("error_rate_by_database", events);
    awaitResults("query_duration", finished);
    run.await("the alert", () -> number("SELECT count() FROM sink_output_alerts_current") > 0);
    browser.open(dashboard.link());
    browser.await("location.protocol === 'http:' && localStorage.getItem('millrace-key')");
    assertThat(browser.eval("location.hash").asText(), is("#health/15m"));
  }

  @AfterAll
  static void stop() throws Exception {
    browser.end();
    dashboard.close();
    run.close();
  }

  /** Each record, also the second of those that are sent twice. */
  private static void awaitAudited() {
    run.await("all records in the audit", () -> audited() >= stream.records());
  }

  private static void awaitResults(String rollup, String count) {
    run.await(
        "all results of " + rollup,
        () -> number("SELECT sum(events) FROM " + rollup + "_exact") == number(count));
  }

  private static long audited() {
    return number("SELECT count() FROM audit_exact");
  }

  private static long number(String sql) {
    try {
      return Long.parseLong(
          stack
              .clickHouse()
              .query(sql.replace("FROM ", "FROM `" + QueryStream.DATABASE + "`."))
              .strip());
    } catch (LocalStackException e) {
      // Not there yet.
      return 0;
    }
  }

  private static void show(String part, String range) throws Exception {
    browser.open("about:blank");
    browser.open(dashboard.address() + "#" + part + "/" + range);
    browser.await("document.querySelector('#panel-" + part + "[aria-busy=false]')");
  }

  /** The figures in a panel by name. */
  private static Map<String, Long> figures(String part) throws Exception {
    Map<String, Long> figures = new TreeMap<>();
    browser
        .eval(
            "Object.fromEntries([...document.querySelectorAll('#panel-"
                + part
                + " [data-figure]')].map(e => [e.dataset.figure, Number(e.dataset.value)]))")
        .fields()
        .forEachRemaining(entry -> figures.put(entry.getKey(), entry.getValue().asLong()));
    return figures;
  }

  @Test
  @Order(1)
  void figuresOfThePageAreThoseOfSql() throws Exception {
    browser.size(1360, 900);
    browser.scheme("light");
    show("health", "1h");
    browser.await("document.querySelector('#state').textContent === 'healthy'");
    Map<String, Long> health = figures("health");
    for (String outcome : List.of("accepted", "error", "duplicate", "late", "filtered", "dead")) {
      long exact = number("SELECT count() FROM audit_exact WHERE outcome = '" + outcome + "'");
      assertThat(outcome, exact, greaterThan(0L));
      assertThat(outcome, health.get("audit." + outcome), is(exact));
      assertThat(outcome, health.get("run." + outcome), is(exact));
    }
    assertThat(health.get("audit.events"), is(audited()));
    assertThat(health.get("run.in_flight"), is(0L));
    // The live charts have more than one point.
    browser.await("document.querySelector('[data-chart=live-rate] .legend b').textContent === '0'");
    browser.screenshot("health-light");

    show("rollups", "1h");
    Map<String, Long> rollups = figures("rollups");
    for (String rollup :
        List.of("queries_per_minute", "error_rate_by_database", "query_duration")) {
      assertThat(
          rollup,
          rollups.get(rollup + ".events"),
          is(number("SELECT sum(events) FROM " + rollup + "_exact")));
    }
    browser.screenshot("events-light");

    show("letters", "1h");
    Map<String, Long> letters = figures("letters");
    assertThat(letters.get("letters"), is(number("SELECT count() FROM dead_letters_exact")));
    assertThat(
        letters.get("letters.wrong_type"),
        is(number("SELECT count() FROM dead_letters_exact WHERE code = 'wrong_type'")));
    browser.screenshot("dead-letters-light");

    show("alerts", "1h");
    assertThat(
        browser.eval("document.querySelector('#panel-alerts').innerText").asText(),
        containsString("errors_of_database"));
    browser.screenshot("alerts-light");
  }

  @Test
  @Order(2)
  void itCanBeUsedByKeyboard() throws Exception {
    show("health", "1h");
    browser.press("3");
    browser.await("document.querySelector('#panel-letters[aria-busy=false] [data-place]')");
    assertThat(focus("id"), is("tab-letters"));
    browser.press("ArrowRight");
    assertThat(focus("id"), is("tab-alerts"));
    browser.press("ArrowLeft");
    browser.await("document.querySelector('#panel-letters[aria-busy=false]')");
    assertThat(focus("id"), is("tab-letters"));

    // Each control and chart is reached by Tab, in the order of the page, and shows its focus.
    int stops = 0;
    while (!browser.eval("document.activeElement.matches('[data-place]')").asBoolean()) {
      browser.press("Tab");
      stops++;
      assertThat(stops, lessThan(60));
      if (browser.eval("document.activeElement.matches('.canvas')").asBoolean()) {
        browser.press("End", "ArrowLeft");
        assertThat(
            browser
                .eval("document.querySelector('#panel-letters .legend .at').textContent")
                .asText(),
            containsString(":"));
      }
    }
    String place = focus("data-place");
    browser.press("Enter");
    browser.await("document.querySelector('#bytes')");
    assertThat(
        browser.eval("document.querySelector('#detail-title').textContent").asText(), is(place));
    assertThat(
        browser.eval("document.querySelector('#bytes').textContent").asText(),
        startsWith(QueryStream.MARKUP));
    assertThat(
        browser.eval("document.querySelectorAll('#bytes *, #detail img').length").asInt(), is(0));
    assertThat(
        browser.eval("document.querySelector('#detail .now').textContent").asText(),
        startsWith("dead, "));
    browser.screenshot("dead-letter");
    browser.press("Escape");
    browser.await("!document.querySelector('#detail').open");
    assertThat(focus("data-place"), is(place));
  }

  @Test
  @Order(2)
  void theTimeRangeIsChosenByKeyboard() throws Exception {
    show("health", "1h");
    browser.eval("document.querySelector('input[name=range]:checked').focus()");
    browser.press("ArrowRight");
    assertThat(browser.eval("location.hash").asText(), is("#health/1d"));
    browser.press("ArrowRight");
    assertThat(focus("id"), is("from"));
    // What a person types into the two fields depends on the locale.
    browser.eval("document.querySelector('#from').value = '2026-03-01T10:00'");
    browser.eval("document.querySelector('#to').value = '2026-03-01T09:00'");
    browser.press("Enter");
    browser.await("document.querySelector('.wrong').textContent === 'The range is empty.'");
    browser.eval("document.querySelector('#to').value = '2026-03-01T11:00'");
    browser.press("Enter");
    browser.await(
        "document.querySelector('#audit').innerText.startsWith('No record arrived in the range')");
    assertThat(
        browser.eval("location.hash").asText(), is("#health/own/1772359200000/1772362800000"));
    browser.screenshot("no-records");
  }

  private static String focus(String attribute) throws Exception {
    return browser.eval("document.activeElement.getAttribute('" + attribute + "')").asText();
  }

  @Test
  @Order(3)
  void itIsLightOrDarkAndFitsSmallScreens() throws Exception {
    browser.scheme("dark");
    show("health", "1h");
    browser.screenshot("health-dark");
    String dark = background();
    show("rollups", "1h");
    browser.screenshot("events-dark");
    browser.scheme("light");
    assertThat(background().equals(dark), is(false));
    browser.size(390, 844);
    for (String part : List.of("health", "rollups", "letters", "alerts")) {
      show(part, "1h");
      assertThat(
          part + " does not scroll sideways",
          browser.eval("document.documentElement.scrollWidth").asInt(),
          is(390));
      browser.screenshot(part + "-small");
    }
    browser.size(1360, 900);
  }

  private static String background() throws Exception {
    return browser.eval("getComputedStyle(document.body).backgroundColor").asText();
  }

  @Test
  @Order(4)
  void nothingIsAskedElsewhereAndNothingIsComplainedOf() {
    assertThat(browser.complaints(), empty());
    assertThat(browser.requests().size(), greaterThan(20));
    assertThat(
        browser.requests().stream()
            // Chromium draws the calendar of a time field with pictures that it has itself.
            .filter(url -> !url.equals("about:blank") && !url.startsWith("data:"))
            .toList(),
        everyItem(startsWith(dashboard.address())));
  }

  @Test
  @Order(5)
  void anOutageIsShownWithin10SecondsAndResolves() throws Exception {
    show("health", "1h");
    browser.await("document.querySelector('#state').textContent === 'healthy'");
    stack.clickHouse().kill();
    stream.send(1000, false);
    long start = System.nanoTime();
    browser.await("document.querySelector('#state').textContent.startsWith('waiting since ')");
    browser.await("document.querySelector('#why')");
    browser.await(
        "document.querySelectorAll('.notice').length === 2 && document.querySelector('#notices').innerText.includes(' tables since ')");
    assertThat(Duration.ofNanos(System.nanoTime() - start), lessThan(SOON));
    String notices = browser.eval("document.querySelector('#notices').innerText").asText();
    assertThat(
        notices,
        matchesPattern(
            "(?s).* rows waiting for \\d+ tables since \\d\\d:\\d\\d:\\d\\d: .*refused.*"));
    assertThat(notices, containsString("does not respond (connection refused)"));
    browser.screenshot("outage");

    stack.clickHouse().start();
    browser.await("document.querySelector('#state').textContent === 'healthy'");
    browser.await("document.querySelectorAll('.notice').length === 0");
    awaitAudited();
    browser.press("r");
    browser.await(
        "document.querySelector('[data-figure=\"audit.events\"]').dataset.value === '%d'"
            .formatted(audited()));
    browser.screenshot("resolved");
  }
}
