package io.millrace.resilience.cluster;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.harness.Figures;
import io.millrace.cli.support.TextLines;
import io.millrace.flink.client.FlinkClientException;
import io.millrace.flink.client.Poll;
import io.millrace.local.process.LocalServer;
import io.millrace.local.process.LocalStackException;
import io.millrace.resilience.harness.AuditWatch;
import io.millrace.resilience.harness.GeneratedStream;
import io.millrace.verify.StreamCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Runs one stream through a job on a real cluster under one scenario. Used once. */
public final class RecoveryRun {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(4);
  private static final int PARTITIONS = 4;
  private static final int MOST_EXAMPLES = 5;

  private final BenchEnvironment environment;
  private final Scenario scenario;
  private final Load load;
  private final Random random;
  private final String database;
  private final AuditWatch watch;
  private final List<RecoveryRow.Recovery> recoveries = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final long startNanos = System.nanoTime();
  private Duration firstStart = Duration.ZERO;
  private MovingStream stream;
  private ClusterJob running;

  /**
   * The load.
   *
   * @param events minimum number of records; more are sent if the scenario takes longer
   * @param rate records a second
   * @param seed seed of the records and of the faults
   */
  public record Load(long events, double rate, long seed) {}

  private RecoveryRun(BenchEnvironment environment, Scenario scenario, Load load) {
    this.environment = environment;
    this.scenario = scenario;
    this.load = load;
    this.random = new Random(load.seed);
    this.database = "recovery_" + scenario.name().replace('-', '_');
    this.watch = new AuditWatch(environment, database);
  }

  /** Runs a scenario. */
  static RecoveryRow of(BenchEnvironment environment, Scenario scenario, Load load) {
    return new RecoveryRun(environment, scenario, load).run();
  }

  private RecoveryRow run() {
    MovingStream.Plan plan =
        new MovingStream.Plan(PARTITIONS, load.rate, load.seed, scenario.setup().copies());
    GeneratedStream sent = null;
    long replays = 0;
    try (MovingStream moving = MovingStream.start(environment, database, plan);
        ClusterJob job =
            new ClusterJob(
                environment,
                environment.directory().resolve(database),
                scenario.setup(),
                environment.route(moving.topic(), database, environment.contract()))) {
      stream = moving;
      running = job;
      job.submit();
      watch.keepRepeats();
      scenario.happening().accept(this);
      await("all events to be sent", () -> stream.sent() >= load.events);
      sent = stream.finish();
      long records = sent.records();
      await("every record in the audit", () -> watch.records() >= records);
      awaitRollups();
      // Rows in flight are written before the next checkpoint completes.
      job.job().checkpoint(LONGEST_WAIT);
      replays = job.replays();
      job.job().cancel();
      String unused = job.job().awaitEnd(LONGEST_WAIT);
    } catch (IllegalStateException | LocalStackException | FlinkClientException e) {
      problems.add(e.getMessage());
    }
    Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
    Duration bar = RecoveryCheck.bar(firstStart);
    RecoveryRow.Found found = RecoveryRow.Found.NOTHING;
    if (sent != null) {
      environment.progress("comparing the tables with the manifest, event by event");
      found = RecoveryCheck.of(environment, database, sent, replays, problems);
    }
    for (RecoveryRow.Recovery recovery : recoveries) {
      if (recovery.took().compareTo(bar) > 0) {
        problems.add(
            "%s: resumed after %d s (bar: %d s)"
                .formatted(recovery.what(), recovery.took().toSeconds(), bar.toSeconds()));
      }
    }
    return new RecoveryRow(scenario.name(), found, replays, recoveries, bar, took, problems);
  }

  /** Waits for the results of open windows, which lag behind the events by seconds. */
  private void awaitRollups() {
    long deadline = System.nanoTime() + RecoveryCheck.bar(firstStart).toNanos();
    List<String> differences = StreamCheck.rollupDifferences(environment.database(database));
    while (!differences.isEmpty() && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(500_000_000);
      differences = StreamCheck.rollupDifferences(environment.database(database));
    }
    differences.stream().limit(MOST_EXAMPLES).forEach(problems::add);
  }

  // Steps of scenarios.

  BenchEnvironment environment() {
    return environment;
  }

  ClusterJob running() {
    return running;
  }

  int random(int bound) {
    return random.nextInt(bound);
  }

  void problem(String problem) {
    problems.add(problem);
  }

  /** Waits until the stream has progressed for a random time of at most two seconds. */
  private void letItMove() {
    long then = stream.sent() + (long) (random.nextDouble() * 2 * load.rate);
    await("more events to be sent", () -> stream.sent() > then);
  }

  /** Waits for audited records, a completed checkpoint and a random time. */
  private void letItFlow() {
    await("the first record in the audit", () -> watch.records() > 0);
    awaitCheckpoint();
    letItMove();
  }

  private void awaitCheckpoint() {
    await("a checkpoint", () -> running.job().checkpoints().completed() > 0);
    if (firstStart.isZero()) {
      firstStart = Duration.ofNanos(System.nanoTime() - startNanos);
      environment.progress(
          TextLines.text("first checkpoint after %.1f s", Figures.seconds(firstStart)));
    }
  }

  /** Fails if the job does not use the expected state backend. */
  void requireStateIn(String backend) {
    String found = running.job().stateBackend();
    if (!found.contains(backend)) {
      throw new IllegalStateException("expected state backend " + backend + ", found " + found);
    }
  }

  /** Kills (SIGKILL) a TaskManager and restarts it after a random time. */
  void killTaskManager(int number) {
    letItFlow();
    killTaskManager(number, this::letItMove);
  }

  /** Kills a TaskManager as soon as the first checkpoint exists, and restarts it at once. */
  void killAtStart() {
    awaitCheckpoint();
    killTaskManager(1, () -> {});
  }

  private void killTaskManager(int number, Runnable meanwhile) {
    long before = running.restored();
    long fault = System.nanoTime();
    LocalServer server = running.cluster().taskManager(number);
    server.kill();
    meanwhile.run();
    server.start();
    await("the job's restart", () -> running.restored() > before);
    resumed("kill of a TaskManager", fault);
  }

  /** Kills and restarts the JobManager, which must recover the job. */
  void killJobManager() {
    letItFlow();
    long fault = System.nanoTime();
    running.killJobManager();
    letItMove();
    running.cluster().jobManager().start();
    await("the job's restart", () -> running.restored() > 0);
    resumed("kill of the JobManager", fault);
  }

  /** Kills and restarts the broker; the stream waits for it too. */
  void killKafka() {
    letItFlow();
    long fault = System.nanoTime();
    environment.broker().kill();
    environment.broker().start();
    resumed("kill of Kafka", fault);
  }

  /** Kills ClickHouse during INSERTs and restarts it after a random time. */
  void killClickHouse() {
    letItFlow();
    // While rows arrive, an INSERT is always in flight.
    long before = watch.records();
    await("rows to come", () -> watch.records() > before);
    long fault = System.nanoTime();
    environment.clickHouse().kill();
    letItMove();
    environment.clickHouse().start();
    watch.keepRepeats();
    resumed("kill of ClickHouse", fault);
  }

  /** Restarts the job from a savepoint with another jar and other flags. */
  void upgrade(int parallelism) {
    running.changeJar();
    restart(
        "upgrade",
        parallelism,
        List.of("--maxBatchAge=700ms", "--maxBatchRows=3000", "--maxBundleSize=5000"));
  }

  /** Rescales the job by a savepoint; then each subtask of the source must read. */
  void rescale(int parallelism) {
    restart("parallelism " + parallelism, parallelism, List.of());
    await(
        "each of " + parallelism + " subtasks to read",
        () -> running.everySubtaskReads(parallelism));
  }

  private void restart(String what, int parallelism, List<String> flags) {
    letItFlow();
    long fault = System.nanoTime();
    String savepoint = running.stop();
    running.submit(parallelism, savepoint, flags);
    resumed(what, fault);
  }

  /** Kills all processes; a new cluster restores the job from the latest checkpoint. */
  void loseEverything() {
    letItFlow();
    long fault = System.nanoTime();
    String checkpoint = running.loseEverything();
    environment.progress("restoring " + checkpoint);
    running.submit(scenario.setup().parallelism(), checkpoint, List.of());
    resumed("loss of everything", fault);
  }

  /** Waits until a record that arrives from now on is audited. */
  void resumed(String what, long faultNanos) {
    Instant now = Instant.now();
    await("records that came after the " + what, () -> watch.recordsSince(now) > 0);
    Duration took = Duration.ofNanos(System.nanoTime() - faultNanos);
    recoveries.add(new RecoveryRow.Recovery(what, took));
    environment.progress(TextLines.text("%s: resumed after %.1f s", what, Figures.seconds(took)));
  }

  /** Waits for a condition, and fails on timeout. */
  void await(String what, BooleanSupplier there) {
    Poll.until(
        LONGEST_WAIT,
        () -> there(there),
        () ->
            "timeout after %d s while waiting for %s%s"
                .formatted(LONGEST_WAIT.toSeconds(), what, lastFailure()));
  }

  private static boolean there(BooleanSupplier there) {
    try {
      return there.getAsBoolean();
    } catch (LocalStackException | FlinkClientException e) {
      // A server may be down at the moment.
      return false;
    }
  }

  private String lastFailure() {
    try {
      return running.job().failures().stream()
          .findFirst()
          .map(failure -> "; last failure of the job: " + failure.summary())
          .orElse("");
    } catch (RuntimeException e) {
      return "";
    }
  }
}
