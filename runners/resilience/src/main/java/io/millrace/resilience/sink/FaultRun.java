package io.millrace.resilience.sink;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.harness.DirectRun;
import io.millrace.clickhouse.write.SinkMetrics;
import io.millrace.direct.DirectDefaults;
import io.millrace.local.fault.Fault;
import io.millrace.local.fault.FaultProxy;
import io.millrace.local.fault.FaultProxy.Injection;
import io.millrace.local.fault.ProxiedRequest;
import io.millrace.local.process.LocalStackException;
import io.millrace.pipeline.Balance;
import io.millrace.pipeline.Launch;
import io.millrace.resilience.harness.DuplicateRows;
import io.millrace.resilience.harness.GeneratedStream;
import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.verify.StreamCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Runs one stream through the whole pipeline, from a real Kafka to a real ClickHouse, under one
 * fault, and verifies every event. Used once.
 */
final class FaultRun {
  private static final Duration LONGEST_FAULT = Duration.ofSeconds(60);
  private static final Duration LONGEST_RUN = Duration.ofSeconds(90);

  /** The sink's response timeout: short for a table of faults, long for a small batch. */
  static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);

  /** INSERTs into the normal table in one run; the other tables get fewer. */
  private static final int INSERTS = 20;

  private static final String MAX_ROWS = "--maxBatchRows=";

  private final BenchEnvironment environment;
  private final SinkFault fault;
  private final String database;
  private final FaultProxy proxy;
  private final List<String> problems = new CopyOnWriteArrayList<>();
  private final List<Injection> injections = new CopyOnWriteArrayList<>();
  private final List<Supplier<Optional<String>>> checks = new ArrayList<>();
  private final CountDownLatch ready = new CountDownLatch(1);
  private volatile GeneratedStream stream;
  private final Set<String> expected = ConcurrentHashMap.newKeySet();
  private volatile boolean mustRetry;
  private volatile boolean tokensForgotten;
  private volatile long endedNanos;
  private volatile Set<String> broken = Set.of();

  private FaultRun(
      BenchEnvironment environment, SinkFault fault, GeneratedStream stream, String database) {
    this.environment = environment;
    this.fault = fault;
    this.stream = stream;
    this.database = database;
    this.proxy = FaultProxy.before(environment.clickHouse().address());
  }

  /** Runs a fault. */
  static FaultRow of(BenchEnvironment environment, SinkFault fault, long events, long seed) {
    String name = "faults_" + fault.name().replace('-', '_');
    GeneratedStream stream = GeneratedStream.produce(environment, name, events, seed);
    FaultRun run = new FaultRun(environment, fault, stream, name);
    try {
      return run.run();
    } finally {
      run.proxy.close();
    }
  }

  private FaultRow run() {
    long start = System.nanoTime();
    Launch launch = Launch.of(Launch.parse(DirectDefaults.addTo(flags())));
    CompletableFuture<Void> scenario = CompletableFuture.runAsync(this::scenario, this::inThread);
    awaitReady();
    Balance balance;
    try (DirectRun pipeline = DirectRun.start(launch)) {
      DuplicateRows.keep(environment, database);
      scenario.join();
      balance = pipeline.awaitSettled(stream.records(), LONGEST_RUN);
    } catch (CompletionException e) {
      return failed(e.getCause(), start);
    } catch (RuntimeException e) {
      return failed(e, start);
    }
    return check(balance, start);
  }

  private List<String> flags() {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--input=" + stream.topic(),
                "--output=clickhouse://" + proxy.address() + "/" + database,
                environment.passwordFlag(),
                "--contract=" + environment.contract(),
                "--clickHouseAnswerTimeout=" + ANSWER_TIMEOUT.toSeconds() + "s"));
    if (fault.flags().stream().noneMatch(flag -> flag.startsWith(MAX_ROWS))) {
      flags.add(MAX_ROWS + Math.max(20, stream.records() / INSERTS));
    }
    for (String flag : fault.flags()) {
      flags.add(flag.replace("KAFKA", environment.kafka()).replace("DB", database));
    }
    return flags;
  }

  private void inThread(Runnable task) {
    Thread thread = new Thread(task, "fault-" + fault.name());
    thread.setDaemon(true);
    thread.start();
  }

  private void scenario() {
    try {
      fault.scenario().run(this);
    } finally {
      ready.countDown();
    }
  }

  /** Waits until the fault is active, because it may affect the first INSERT. */
  private void awaitReady() {
    try {
      ready.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private FaultRow check(Balance balance, long start) {
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    if (balance.read() != stream.records() || !balance.settled()) {
      problems.add("not settled: " + balance.equation() + ", audited " + balance.audited());
    }
    if (!balance.outcomes().equals(stream.truth())) {
      problems.add("counted " + balance.outcomes() + ", sent " + stream.truth());
    }
    StreamCheck check =
        StreamCheck.of(
            environment.database(database), environment.contract(), List.of(stream.manifest()));
    if (!check.audits() || !check.audited().outcomes().equals(stream.truth())) {
      problems.add("audit: " + check.audited().equation());
    }
    if (!check.differences().isEmpty()) {
      problems.add("manifest: " + check.differences());
      problems.addAll(check.examples());
    }
    DuplicateRows repeats = DuplicateRows.of(environment, database, stream);
    if (repeats.exact() > 0) {
      problems.add(repeats.exact() + " duplicate rows in the exact views");
    }
    // Without a restart, retries carry the token of the first attempt.
    if (repeats.raw() > 0 && !tokensForgotten) {
      problems.add(repeats.raw() + " duplicate rows in the tables");
    } else if (repeats.raw() == 0 && tokensForgotten) {
      problems.add("no duplicate row in the tables: the server still knew the token");
    }
    checkNoticed(balance);
    checks.forEach(c -> c.get().ifPresent(problems::add));
    return row(check.audited(), repeats, took);
  }

  /** Reports a fault that affected no INSERT, because such a run proves nothing. */
  private void checkNoticed(Balance balance) {
    for (Injection injection : injections) {
      if (injection.hits() == 0) {
        problems.add("the fault affected no request");
      }
    }
    if (!proxy.refusals().keySet().containsAll(expected)) {
      problems.add("expected INSERTs to fail with " + expected + ", saw " + proxy.refusals());
    }
    if (mustRetry && balance.counters().getOrDefault(SinkMetrics.RETRIES, 0L) == 0) {
      problems.add("the sink did not retry");
    }
  }

  private FaultRow failed(Throwable cause, long start) {
    problems.add(cause.toString());
    Balance nothing = Balance.of(Map.of());
    return row(nothing, new DuplicateRows(0, 0), Duration.ofNanos(System.nanoTime() - start));
  }

  private FaultRow row(Balance audited, DuplicateRows repeats, Duration took) {
    // Null if the last affected batch was written before the fault ended.
    Duration recovery =
        endedNanos == 0
            ? null
            : proxy.firstAcknowledgedAfter(endedNanos, broken).orElse(Duration.ZERO);
    return new FaultRow(
        fault.name(),
        stream.records(),
        audited.outcomes(),
        proxy.refusals(),
        proxy.inserts().sent(),
        repeats,
        recovery,
        took,
        List.copyOf(problems));
  }

  // Steps of scenarios.

  BenchEnvironment environment() {
    return environment;
  }

  FaultProxy proxy() {
    return proxy;
  }

  GeneratedStream stream() {
    return stream;
  }

  String database() {
    return database;
  }

  /** Runs a statement directly on the server; replaces DB by the database. */
  String query(String sql) {
    return environment.query(sql.replace("DB.", database + "."));
  }

  /**
   * Runs an action before the next INSERT reaches a table. If the action fails, so does the case.
   */
  void beforeNextInsert(String table, Runnable happening) {
    AtomicBoolean happened = new AtomicBoolean();
    Fault before =
        Fault.before(
            () -> {
              // Blocks other INSERTs, whose rows would be dropped with the table.
              synchronized (happened) {
                if (happened.getAndSet(true)) {
                  return;
                }
                try {
                  happening.run();
                } catch (LocalStackException e) {
                  problems.add(e.getMessage());
                }
              }
            });
    Injection unused = inject(FaultProxy.into(table), before, Integer.MAX_VALUE);
  }

  /** Kills the server. */
  void killServer() {
    environment.clickHouse().kill();
  }

  /** Restarts the killed server. */
  void startServer() {
    environment.clickHouse().start();
    DuplicateRows.keep(environment, database);
  }

  /** Signals that a fault of the first INSERT is active. */
  void inPlace() {
    ready.countDown();
  }

  Injection inject(Predicate<ProxiedRequest> which, Fault what, int times) {
    Injection injection = proxy.inject(which, what, times);
    injections.add(injection);
    ready.countDown();
    return injection;
  }

  /** Expects an error of failing INSERTs, beside those expected before. */
  void expect(String answer) {
    expected.add(answer);
  }

  /** INSERTs that failed with an error so far. */
  long failures(String answer) {
    return proxy.refusals().getOrDefault(answer, 0L);
  }

  /** Requires the sink to count a retry, for faults that the proxy cannot observe. */
  void mustRetry() {
    mustRetry = true;
  }

  /** Expects duplicate rows in the tables, because the server forgets a token before the retry. */
  void tokensAreForgotten() {
    tokensForgotten = true;
  }

  /** Signals that the fault of these tables has just ended. */
  void faultEnded(Set<String> tables) {
    faultEnded(System.nanoTime(), tables);
  }

  /** Signals that the fault of these tables ended at a {@link System#nanoTime}. */
  void faultEnded(long nanos, Set<String> tables) {
    broken = tables;
    endedNanos = nanos;
  }

  void problem(String problem) {
    problems.add(problem);
  }

  /** Adds a final check, which returns a problem or empty. */
  void finallyCheck(Supplier<Optional<String>> check) {
    checks.add(check);
  }

  /** Changes the expected outcomes of events that the fault affects. */
  void changeTruth(UnaryOperator<ManifestEntry> change) {
    stream =
        stream.withTruth(environment.directory().resolve(database + "-changed.jsonl.gz"), change);
  }

  /** Waits for a condition, and fails on timeout. */
  void await(String what, BooleanSupplier there) {
    if (!comes(LONGEST_FAULT, there)) {
      throw new IllegalStateException("timeout while waiting for " + what);
    }
  }

  /** Whether a condition holds in time. */
  boolean comes(Duration longest, BooleanSupplier there) {
    ready.countDown();
    long deadline = System.nanoTime() + longest.toNanos();
    while (!there.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      LockSupport.parkNanos(20_000_000);
    }
    return true;
  }
}
