package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.direct.DirectDefaults;
import io.millrace.direct.DirectPipeline;
import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.fault.Fault;
import io.millrace.local.fault.FaultProxy;
import io.millrace.local.fault.FaultProxy.Injection;
import io.millrace.pipeline.Balance;
import io.millrace.pipeline.Launch;
import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.manifest.ManifestTotals;
import io.millrace.verify.StreamCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * One stream into two databases. The second one is down for a while, and takes less: a user's rows
 * violate a constraint there. The tests are in order: the later ones need what the first has
 * written.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SeveralSinksIT {
  private static final int RECORDS = 6_000;
  private static final int MAX_IN_FLIGHT = 1_000;
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final String HEALTHY = "clickhouse";
  private static final String SICK = "clickhouse-2";

  @TempDir private static Path directory;
  private static LocalStack stack;
  private static FaultProxy proxy;
  private static Path manifest;
  private static String refusedUser;

  @BeforeAll
  static void generate() throws Exception {
    stack = SharedStack.clean();
    proxy = FaultProxy.before(stack.clickHouse().address());
    manifest = directory.resolve("manifest.jsonl");
    MillraceProcess.Result generated =
        MillraceCommand.run(
            "generate",
            "--to=kafka://" + stack.kafka().address() + "/events",
            "--count=" + RECORDS,
            "--malformed=0.05",
            "--manifest=" + manifest);
    assertThat(generated.err(), generated.exitCode(), is(0));
    refusedUser = userOfAFewEvents();
  }

  /** A few: each row that is refused costs some INSERTs. */
  private static String userOfAFewEvents() {
    Map<String, Integer> accepted = new TreeMap<>();
    ManifestTotals unused =
        Manifest.read(
            manifest,
            entry -> {
              if (entry.outcome() == io.millrace.testdata.manifest.Outcome.ACCEPTED) {
                accepted.merge(entry.userId(), 1, Integer::sum);
              }
            });
    return accepted.entrySet().stream()
        .filter(user -> user.getValue() >= 3 && user.getValue() < 10 && !user.getKey().isEmpty())
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  @AfterAll
  static void stopAll() {
    if (proxy != null) {
      proxy.close();
    }
  }

  private static String healthy() {
    return "clickhouse" + stack.clickHouse().address().substring(4) + "/one";
  }

  private static List<String> flags() {
    return List.of(
        "--input=kafka://" + stack.kafka().address() + "/events",
        "--output=" + healthy() + ",clickhouse://" + proxy.address() + "/two",
        MillraceProcess.contract("query-events.yaml"),
        "--maxBatchRows=500",
        "--maxBatchAge=1s");
  }

  /** The limit is met by records, not by pages of them. */
  private static List<String> limited() {
    List<String> all = new ArrayList<>(flags());
    all.add("--pageRecords=1");
    all.add("--maxInFlight=" + MAX_IN_FLIGHT);
    return all;
  }

  private static String[] command(String name, String... more) {
    List<String> all = new ArrayList<>(List.of(name));
    all.addAll(flags());
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static String query(String sql) {
    return stack.clickHouse().query(sql).strip();
  }

  private static long number(String sql) {
    return Long.parseLong(query(sql));
  }

  private static Map<String, Balance> await(
      String what, DirectPipeline running, Predicate<Map<String, Balance>> condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (true) {
      Map<String, Balance> balances = running.balances();
      if (condition.test(balances)) {
        return balances;
      }
      assertThat("still waiting: " + what + ": " + balances, System.nanoTime() - deadline < 0);
      Thread.sleep(50);
    }
  }

  @Test
  @Order(1)
  void checkAndMigrateAreOfBoth() throws Exception {
    MillraceProcess.Result migrated = MillraceCommand.run(command("migrate", "--json"));
    assertThat(migrated.err(), migrated.exitCode(), is(0));
    assertThat(
        number("SELECT count() FROM system.tables WHERE database = 'one' AND engine LIKE '%Tree'"),
        greaterThan(4L));
    assertThat(
        query("SELECT name FROM system.tables WHERE database = 'one' ORDER BY name"),
        is(query("SELECT name FROM system.tables WHERE database = 'two' ORDER BY name")));
    query("ALTER TABLE two.late_events DROP COLUMN user_id");
    query("ALTER TABLE one.error_events DROP COLUMN user_id");
    MillraceProcess.Result checked = MillraceCommand.run(command("check", "--json"));
    assertThat(checked.exitCode(), is(2));
    String problems = new ObjectMapper().readTree(checked.out()).path("problems").toString();
    assertThat(
        problems, allOf(containsString("one.error_events"), containsString("two.late_events")));
    MillraceProcess.Result mended = MillraceCommand.run(command("migrate"));
    assertThat(mended.err(), mended.exitCode(), is(0));
    assertThat(mended.out(), containsString("ok: 2 changes made"));
  }

  @Test
  @Order(2)
  void oneThatIsDownWaitsAndTheOtherGoesOnUpToTheLimit() throws Exception {
    query("ALTER TABLE two.sink_output ADD CONSTRAINT c CHECK user_id != '" + refusedUser + "'");
    Injection down =
        proxy.inject(
            request -> request.insertsInto().isPresent(), Fault.status(503), Integer.MAX_VALUE);
    Launch launch = Launch.of(Launch.parse(DirectDefaults.addTo(limited())));
    assertThat(launch.problems(), empty());
    DirectPipeline running = DirectPipeline.start(launch);
    try {
      Map<String, Balance> balances =
          await(
              "the healthy sink has all that may be in flight",
              running,
              b -> b.get(HEALTHY).accounted() >= MAX_IN_FLIGHT / 2 && down.hits() > 3);
      assertThat(balances.get(SICK).of(Outcome.ACCEPTED), is(0L));
      assertThat(balances.get(SICK).of(Outcome.DEAD), is(0L));
      // In flight is what the sink furthest behind has yet to write: reading stops for it.
      long duplicates = balances.get(SICK).of(Outcome.DUPLICATE);
      assertThat(running.balance().of(Outcome.ACCEPTED), is(0L));
      Balance stalled = stalled(running);
      assertThat(stalled.read(), is(lessThan((long) RECORDS)));
      assertThat(stalled.inFlight(), is(greaterThan(MAX_IN_FLIGHT / 2L)));
      assertThat(stalled.settled(), is(false));
      assertThat(duplicates, is(lessThan(stalled.read())));

      down.lift();
      Map<String, Balance> after =
          await(
              "both have everything",
              running,
              b -> b.values().stream().allMatch(s -> s.read() == RECORDS && s.settled()));
      judge(after);
    } finally {
      running.cancel();
    }
  }

  /**
   * The balance of the sink furthest behind, once it has its share in flight and nothing more has
   * been read for some time.
   */
  private static Balance stalled(DirectPipeline running) throws InterruptedException {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    long since = System.nanoTime();
    Balance last = running.balance();
    while (System.nanoTime() - since < Duration.ofSeconds(3).toNanos()) {
      assertThat("reading goes on", System.nanoTime() - deadline < 0);
      Thread.sleep(50);
      Balance now = running.balance();
      // A busy machine reads nothing for a while, too.
      if (now.read() != last.read() || now.inFlight() <= MAX_IN_FLIGHT / 2L) {
        since = System.nanoTime();
      }
      last = now;
    }
    return last;
  }

  private static void judge(Map<String, Balance> balances) {
    Balance one = balances.get(HEALTHY);
    Balance two = balances.get(SICK);
    assertThat(List.copyOf(balances.keySet()), equalTo(List.of(HEALTHY, SICK)));
    long refused =
        number("SELECT count() FROM one.sink_output_exact WHERE user_id = '" + refusedUser + "'");
    assertThat(refused, greaterThan(0L));
    assertThat(two.of(Outcome.ACCEPTED), is(one.of(Outcome.ACCEPTED) - refused));
    assertThat(two.of(Outcome.DEAD), is(one.of(Outcome.DEAD) + refused));
    for (Outcome same : List.of(Outcome.ERROR, Outcome.LATE, Outcome.DUPLICATE)) {
      assertThat(two.of(same), is(one.of(same)));
    }

    // The healthy one: every event of the manifest.
    StreamCheck check =
        StreamCheck.of(
            ClickHouseConfig.of(stack.clickHouse().address(), "one"),
            MillraceProcess.root().resolve("test-data/contracts/query-events.yaml"),
            List.of(manifest));
    assertThat(check.examples().toString(), check.differences().entrySet(), empty());
    assertThat(check.audits(), is(true));
    // The other one: the same rows, but for those that it refused, which are dead letters there.
    assertThat(
        query(
            "SELECT count() FROM (SELECT query_id, event_type, event_time, payload FROM"
                + " one.sink_output_exact WHERE user_id != '"
                + refusedUser
                + "' EXCEPT SELECT query_id,"
                + " event_type, event_time, payload FROM two.sink_output_exact)"),
        is("0"));
    assertThat(
        number("SELECT count() FROM two.dead_letters_exact WHERE code = 'refused_by_sink'"),
        is(refused));
    assertThat(
        number("SELECT count() FROM one.dead_letters_exact WHERE code = 'refused_by_sink'"),
        is(0L));
    // Nothing was restarted, so nothing is there twice, not even before it is merged.
    for (String table : List.of("sink_output", "error_events", "dead_letters", "audit")) {
      for (String database : List.of("one.", "two.")) {
        assertThat(
            database + table,
            number("SELECT count() FROM " + database + table),
            is(number("SELECT count() FROM " + database + table + "_exact")));
      }
    }
    // Rollups too are each sink's own.
    for (Balance balance : balances.values()) {
      assertThat(
          balance.counters().getOrDefault(PipelineMetrics.ROLLUPS_WRITTEN, 0L),
          is(lessThan(balance.counters().getOrDefault(PipelineMetrics.ROLLUPS_GIVEN, 0L) + 1)));
    }
  }

  @Test
  @Order(3)
  void runAndAuditSpeakOfEachByItself() throws Exception {
    MillraceProcess.Result ran = MillraceCommand.run(command("run", "--untilCaughtUp", "--json"));
    assertThat(ran.err(), ran.exitCode(), is(0));
    JsonNode sinks = new ObjectMapper().readTree(ran.out()).path("sinks");
    assertThat(sinks.size(), is(2));
    for (String sink : List.of(HEALTHY, SICK)) {
      assertThat(sinks.path(sink).path("balanced").asBoolean(), is(true));
      assertThat(sinks.path(sink).path("read").asInt(), is(RECORDS));
    }
    assertThat(
        sinks.path(SICK).path("dead").asInt(),
        is(greaterThan(sinks.path(HEALTHY).path("dead").asInt())));

    for (String database : List.of("one", "two")) {
      MillraceProcess.Result audited =
          MillraceCommand.run(
              "audit",
              "--json",
              "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + database,
              "--input=kafka://" + stack.kafka().address() + "/events",
              MillraceProcess.contract("query-events.yaml"));
      assertThat(audited.out() + audited.err(), audited.exitCode(), is(0));
    }
  }
}
