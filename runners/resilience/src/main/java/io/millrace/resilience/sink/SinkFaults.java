package io.millrace.resilience.sink;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.event.Outcome;
import io.millrace.local.fault.Fault;
import io.millrace.local.fault.FaultProxy;
import io.millrace.local.fault.FaultProxy.Injection;
import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.manifest.ManifestEntry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** All sink faults; docs/sink-faults.md describes each. */
final class SinkFaults {
  private static final String NORMAL = "sink_output";
  private static final String ERROR = "error_events";

  /** INSERTs into the normal table before a fault begins. */
  private static final int BEFORE = 3;

  /** INSERTs that fail before a fault ends. */
  private static final int FAILURES = 4;

  /** The same for faults where each INSERT takes the whole response timeout. */
  private static final int SLOW_FAILURES = 2;

  private static final Duration CLOSED = Duration.ofMillis(1500);

  private static final Duration LONGER_THAN_AWAITED =
      FaultRun.ANSWER_TIMEOUT.plus(Duration.ofMillis(500));

  private static final Duration OTHERS_GO_ON = Duration.ofSeconds(30);

  private static final String NOTHING = "no answer";

  /** Faults that leave the tables as they are. */
  private static final List<SinkFault> PASSING =
      List.of(
          onTheWay(
              "answer-delayed",
              "the answer comes later than the writer waits",
              Fault.delayed(LONGER_THAN_AWAITED),
              SLOW_FAILURES,
              NOTHING),
          onTheWay(
              "cut-before",
              "the connection is cut before the INSERT reaches ClickHouse",
              Fault.cutBefore(),
              FAILURES,
              NOTHING),
          onTheWay(
              "cut-within",
              "the connection is cut in the middle of the rows",
              Fault.cutWithin(),
              FAILURES,
              NOTHING),
          onTheWay(
              "cut-after-commit",
              "the connection is cut after ClickHouse has committed",
              Fault.cutAfter(),
              FAILURES,
              NOTHING),
          onTheWay("hang", "no answer ever comes", Fault.hang(), SLOW_FAILURES, NOTHING),
          onTheWay(
              "half-status",
              "the answer breaks off before its status, after ClickHouse has committed",
              Fault.halfStatus(),
              FAILURES,
              NOTHING),
          // ClickHouse sends status 200 after the commit, so the sink correctly trusts it.
          onTheWay(
              "half-answer",
              "the answer breaks off after its status, after ClickHouse has committed",
              Fault.halfAnswer(),
              FAILURES,
              NOTHING),
          onTheWay("http-500", "a proxy answers 500", Fault.status(500), FAILURES, "HTTP 500"),
          onTheWay("http-503", "a proxy answers 503", Fault.status(503), FAILURES, "HTTP 503"),
          onTheWay("http-429", "a proxy answers 429", Fault.status(429), FAILURES, "HTTP 429"),
          onTheWay("http-401", "a proxy answers 401", Fault.status(401), FAILURES, "HTTP 401"),
          onTheWay("http-404", "a proxy answers 404", Fault.status(404), FAILURES, "HTTP 404"),
          onTheWay(
              "garbage", "what answers does not speak HTTP", Fault.garbage(), FAILURES, NOTHING),
          onTheWay(
              "read-only",
              "ClickHouse is read-only for the user",
              Fault.withParameter("readonly", "1"),
              FAILURES,
              "code 164"),
          onTheWay(
              "replica-read-only",
              "ClickHouse answers as a replica that has lost its Keeper",
              Fault.refusal(242, "TABLE_IS_READ_ONLY"),
              FAILURES,
              "code 242"),
          onTheWay(
              "memory-limit",
              "the INSERT exceeds the user's memory limit",
              Fault.withParameter("max_memory_usage", "1"),
              FAILURES,
              "code 241"),
          onTheWay(
              "wrong-password",
              "ClickHouse does not accept the password",
              Fault.wrongPassword(BenchEnvironment.USER),
              FAILURES,
              "code 516"),
          inTheTable(
              "too-many-parts",
              "the table has more parts than it may",
              BEFORE,
              "ALTER TABLE DB.sink_output MODIFY SETTING parts_to_throw_insert = 1",
              "ALTER TABLE DB.sink_output RESET SETTING parts_to_throw_insert",
              "code 252"));

  private static final List<SinkFault> OTHERS =
      List.of(
          new SinkFault("none", "nothing is broken", run -> {}),
          new SinkFault("refused", "the port is closed for a while", SinkFaults::refused),
          inTheTable(
              "column-dropped",
              "a column is dropped and added again",
              0,
              "ALTER TABLE DB.sink_output DROP COLUMN user_id",
              "ALTER TABLE DB.sink_output ADD COLUMN user_id String AFTER query_text",
              "code 16"),
          new SinkFault(
              "type-changed",
              "a column becomes a text and a number again",
              SinkFaults::typeChanged),
          new SinkFault(
              "table-dropped", "the table is dropped and created again", SinkFaults::tableDropped),
          new SinkFault(
              "killed-in-insert",
              "ClickHouse is killed (SIGKILL) in the middle of the rows and started again",
              run -> killed(run, Fault.within(run::killServer))),
          new SinkFault(
              "killed-at-work",
              "ClickHouse is killed (SIGKILL) while it writes the rows and started again",
              run -> killed(run, Fault.meanwhile(run::killServer))),
          new SinkFault(
              "constraint",
              "some rows violate a constraint: they are dead letters, the others are written",
              SinkFaults::constraint),
          new SinkFault(
              "token-forgotten",
              "an answer is lost, and ClickHouse forgets the token before the batch comes again",
              SinkFaults::tokenForgotten),
          new SinkFault(
              "one-table-broken",
              "the error table is gone for the whole stream; the normal one gets all its rows",
              SinkFaults::oneTableBroken),
          new SinkFault(
              "dead-letters-stuck",
              "the topic of dead letters takes none for the whole stream; all other rows are written",
              List.of("--deadLetters=table,kafka://KAFKA/" + StuckTopic.NAME),
              StuckTopic::holdDeadLetters));

  private SinkFaults() {}

  /** All faults, for a stream each. */
  static List<SinkFault> all() {
    return Stream.concat(PASSING.stream(), OTHERS.stream()).toList();
  }

  /** Faults that change the tables or the rows, so that each needs a stream of its own. */
  static List<SinkFault> withOwnStream() {
    return OTHERS;
  }

  /** The other faults, one after another on each of some streams. */
  static List<SinkFault> inTurn(int streams) {
    return IntStream.range(0, streams)
        .mapToObj(
            stream ->
                new SinkFault(
                    "in-turn-" + stream,
                    "one stream meets one fault after another",
                    // Many INSERTs, because each fault takes some.
                    List.of("--maxBatchRows=20"),
                    run -> {
                      for (int i = stream; i < PASSING.size(); i += streams) {
                        PASSING.get(i).scenario().run(run);
                      }
                    }))
        .toList();
  }

  /** A fault of some INSERTs between the sink and the table. */
  private static SinkFault onTheWay(
      String name, String what, Fault fault, int times, String answer) {
    return new SinkFault(
        name,
        what,
        run -> {
          run.expect(answer);
          awaitNormal(run, BEFORE);
          long before = run.failures(answer);
          Injection injection = run.inject(FaultProxy.anyInsert(), fault, times);
          run.await(
              times + " INSERTs that fail by " + name,
              () -> injection.liftedNanos() != 0 && run.failures(answer) > before);
          run.faultEnded(injection.liftedNanos(), injection.tables());
        });
  }

  /** A fault of the normal table that statements cause and end. */
  private static SinkFault inTheTable(
      String name, String what, int after, String breaks, String mends, String answer) {
    return new SinkFault(
        name,
        what,
        run -> {
          run.expect(answer);
          awaitNormal(run, after);
          run.beforeNextInsert(NORMAL, () -> run.query(breaks));
          awaitFailures(run, NORMAL);
          run.query(mends);
          run.faultEnded(Set.of(NORMAL));
        });
  }

  private static void awaitNormal(FaultRun run, int inserts) {
    long before = run.proxy().inserts(NORMAL).acknowledged();
    run.await(
        inserts + " INSERTs", () -> run.proxy().inserts(NORMAL).acknowledged() - before >= inserts);
  }

  private static void awaitFailures(FaultRun run, String table) {
    long before = run.proxy().inserts(table).failed();
    run.await(
        "failed INSERTs into " + table,
        () -> run.proxy().inserts(table).failed() - before >= FAILURES);
  }

  private static void refused(FaultRun run) {
    run.mustRetry();
    awaitNormal(run, BEFORE);
    run.proxy().refuse();
    long opened = System.nanoTime() + CLOSED.toNanos();
    while (System.nanoTime() - opened < 0) {
      LockSupport.parkNanos(opened - System.nanoTime());
    }
    run.proxy().accept();
    run.faultEnded(Set.of(NORMAL, "audit_batches"));
  }

  private static void tableDropped(FaultRun run) {
    run.expect("code 60");
    String[] creates = new String[1];
    run.beforeNextInsert(NORMAL, () -> creates[0] = drop(run, NORMAL));
    awaitFailures(run, NORMAL);
    run.query(creates[0]);
    run.query("SYSTEM STOP MERGES DB." + NORMAL);
    run.faultEnded(Set.of(NORMAL));
  }

  private static void typeChanged(FaultRun run) {
    run.expect("code 53");
    run.beforeNextInsert(
        NORMAL,
        () -> {
          // The change rewrites existing rows, which needs merges.
          run.query("SYSTEM START MERGES DB." + NORMAL);
          run.query("ALTER TABLE DB.sink_output MODIFY COLUMN rows_affected Nullable(String)");
        });
    awaitFailures(run, NORMAL);
    run.query("ALTER TABLE DB.sink_output MODIFY COLUMN rows_affected Nullable(Int64)");
    run.query("SYSTEM STOP MERGES DB." + NORMAL);
    run.faultEnded(Set.of(NORMAL));
  }

  /** Drops a table and returns its CREATE statement. */
  private static String drop(FaultRun run, String table) {
    String creates = run.query("SHOW CREATE TABLE DB." + table + " FORMAT TSVRaw");
    run.query("DROP TABLE DB." + table + " SYNC");
    return creates;
  }

  private static void killed(FaultRun run, Fault fault) {
    run.expect(NOTHING);
    awaitNormal(run, BEFORE);
    Injection injection = run.inject(FaultProxy.into(NORMAL), fault, 1);
    run.await("an INSERT to kill in", () -> injection.liftedNanos() != 0);
    run.startServer();
    run.faultEnded(Set.of(NORMAL));
  }

  /** Makes the rows of one user violate a constraint: the user with fewest events, at least two. */
  private static void constraint(FaultRun run) {
    Map<String, Integer> users = new HashMap<>();
    Manifest.read(
        run.stream().manifest(),
        entry -> {
          if (isAccepted(entry)) {
            users.merge(entry.userId(), 1, Integer::sum);
          }
        });
    Map.Entry<String, Integer> fewest =
        users.entrySet().stream()
            .filter(user -> user.getValue() >= 2)
            .min(Map.Entry.comparingByValue())
            .orElseThrow();
    String user = fewest.getKey();
    run.changeTruth(
        entry -> isAccepted(entry) && entry.userId().equals(user) ? refused(entry) : entry);
    run.expect("code 469");
    run.beforeNextInsert(
        NORMAL,
        () ->
            run.query(
                "ALTER TABLE DB.sink_output ADD CONSTRAINT one_user CHECK user_id != '"
                    + user
                    + "'"));
    run.finallyCheck(
        () -> {
          String letters =
              run.query(
                  "SELECT count() FROM DB.dead_letters_exact WHERE code = 'refused_by_sink'"
                      + " AND message LIKE '%Code: 469%onstraint%'");
          return letters.equals(fewest.getValue().toString())
              ? Optional.empty()
              : Optional.of(
                  "expected "
                      + fewest.getValue()
                      + " dead letters with ClickHouse's reason, found "
                      + letters);
        });
  }

  private static boolean isAccepted(ManifestEntry entry) {
    return entry.outcome() == io.millrace.testdata.manifest.Outcome.ACCEPTED;
  }

  private static ManifestEntry refused(ManifestEntry entry) {
    return new ManifestEntry(
        entry.n(),
        entry.partition(),
        io.millrace.testdata.manifest.Outcome.DEAD,
        "refused_by_sink",
        null,
        entry.sha256(),
        entry.bytes(),
        entry.sentAt(),
        0,
        null,
        null,
        null,
        null,
        0,
        0,
        false,
        null);
  }

  private static void tokenForgotten(FaultRun run) {
    run.expect(NOTHING);
    run.tokensAreForgotten();
    awaitNormal(run, BEFORE);
    run.query("ALTER TABLE DB.sink_output MODIFY SETTING non_replicated_deduplication_window = 1");
    Injection lost = run.inject(FaultProxy.into(NORMAL), Fault.cutAfter(), 1);
    run.await("an INSERT whose answer is lost", () -> lost.liftedNanos() != 0);
    // Another INSERT replaces the only token that the server keeps.
    run.beforeNextInsert(
        NORMAL, () -> run.query("INSERT INTO DB.sink_output SELECT * FROM DB.sink_output LIMIT 1"));
    run.faultEnded(lost.liftedNanos(), Set.of(NORMAL));
  }

  private static void oneTableBroken(FaultRun run) {
    run.expect("code 60");
    String[] creates = new String[1];
    run.beforeNextInsert(ERROR, () -> creates[0] = drop(run, ERROR));
    awaitFailures(run, ERROR);
    long all = run.stream().truth().get(Outcome.ACCEPTED);
    String count = "SELECT count() FROM DB.sink_output_exact";
    if (!run.comes(OTHERS_GO_ON, () -> Long.parseLong(run.query(count)) == all)) {
      run.problem(
          "while the error table was broken the normal one got "
              + run.query(count)
              + " of "
              + all
              + " rows");
    }
    run.query(creates[0]);
    run.query("SYSTEM STOP MERGES DB." + ERROR);
    run.faultEnded(Set.of(ERROR));
  }
}
