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

/** One stream through a job of a real cluster under one scenario. Used once. */
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
  private MovingStream stream;
  private ClusterJob running;

  /**
   * How much goes through.
   *
   * @param events at least so many; more if what happens takes longer
   * @param rate a second
   * @param seed of the events and of the moments
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

  /** Runs. */
  static RecoveryRow of(BenchEnvironment environment, Scenario scenario, Load load) {
    return new RecoveryRun(environment, scenario, load).run();
  }

  private RecoveryRow run() {
    long start = System.nanoTime();
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
      // Whatever is still on its way is written by the end of the next checkpoint.
      job.job().checkpoint(LONGEST_WAIT);
      replays = job.replays();
      job.job().cancel();
      String unused = job.job().awaitEnd(LONGEST_WAIT);
    } catch (IllegalStateException | LocalStackException | FlinkClientException e) {
      problems.add(e.getMessage());
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    RecoveryCheck check = new RecoveryCheck(scenario.name(), recoveries, replays, took, problems);
    if (sent == null) {
      return check.withoutStream();
    }
    environment.progress("comparing the tables with the manifest, event by event");
    return check.of(environment, database, sent);
  }

  /** Results of windows that are open come seconds after the events that they count. */
  private void awaitRollups() {
    long deadline = System.nanoTime() + RecoveryCheck.BAR.toNanos();
    List<String> differences = StreamCheck.rollupDifferences(environment.database(database));
    while (!differences.isEmpty() && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(500_000_000);
      differences = StreamCheck.rollupDifferences(environment.database(database));
    }
    differences.stream().limit(MOST_EXAMPLES).forEach(problems::add);
  }

  // What scenarios are made of.

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

  /** Waits until the stream has gone on for a random while, two seconds at most. */
  private void letItMove() {
    long then = stream.sent() + (long) (random.nextDouble() * 2 * load.rate);
    await("more events to be sent", () -> stream.sent() > then);
  }

  /** Waits until records come through and there is a checkpoint to go on from; then for a while. */
  private void letItFlow() {
    await("the first record in the audit", () -> watch.records() > 0);
    awaitCheckpoint();
    letItMove();
  }

  private void awaitCheckpoint() {
    await("a checkpoint", () -> running.job().checkpoints().completed() > 0);
  }

  /** Fails if state is not where it should be: what follows would prove nothing. */
  void requireStateIn(String backend) {
    String found = running.job().stateBackend();
    if (!found.contains(backend)) {
      throw new IllegalStateException("state is in " + found + ", not in " + backend);
    }
  }

  /** Kills (SIGKILL) a TaskManager and starts it again after a random while. */
  void killTaskManager(int number) {
    letItFlow();
    long before = running.restored();
    long fault = System.nanoTime();
    LocalServer server = running.cluster().taskManager(number);
    server.kill();
    letItMove();
    server.start();
    await("the job's restart", () -> running.restored() > before);
    resumed("kill of a TaskManager", fault);
  }

  /** The same with the JobManager, which is to find the job again. */
  void killJobManager() {
    letItFlow();
    long fault = System.nanoTime();
    running.killJobManager();
    letItMove();
    running.cluster().jobManager().start();
    await("the job's restart", () -> running.restored() > 0);
    resumed("kill of the JobManager", fault);
  }

  /** Kills the broker and starts it again; the stream has to wait for it too. */
  void killKafka() {
    letItFlow();
    long fault = System.nanoTime();
    environment.broker().kill();
    environment.broker().start();
    resumed("kill of Kafka", fault);
  }

  /** Kills ClickHouse while it takes rows, and starts it again after a random while. */
  void killClickHouse() {
    letItFlow();
    // One is on its way whenever rows come: the next moment will do.
    long before = watch.records();
    await("rows to come", () -> watch.records() > before);
    long fault = System.nanoTime();
    environment.clickHouse().kill();
    letItMove();
    environment.clickHouse().start();
    watch.keepRepeats();
    resumed("kill of ClickHouse", fault);
  }

  /** Another jar and other flags, from a savepoint. */
  void upgrade(int parallelism) {
    running.changeJar();
    letItFlow();
    long fault = System.nanoTime();
    String savepoint = running.stop();
    running.submit(
        parallelism,
        savepoint,
        List.of("--maxBatchAge=700ms", "--maxBatchRows=3000", "--maxBundleSize=5000"));
    resumed("upgrade", fault);
  }

  /** Another parallelism, from a savepoint; then each subtask of the source must read. */
  void rescale(int parallelism) {
    letItFlow();
    long fault = System.nanoTime();
    String savepoint = running.stop();
    running.submit(parallelism, savepoint, List.of());
    resumed("parallelism " + parallelism, fault);
    await(
        "each of " + parallelism + " subtasks to read",
        () -> running.everySubtaskReads(parallelism));
  }

  /** Kills everything; a cluster that knows of nothing takes a job from the latest checkpoint. */
  void loseEverything() {
    letItFlow();
    long fault = System.nanoTime();
    String checkpoint = running.loseEverything();
    environment.progress("all that is left: " + checkpoint);
    running.submit(scenario.setup().parallelism(), checkpoint, List.of());
    resumed("loss of everything", fault);
  }

  /** Kills a TaskManager at the first moment at which there is something to go on from. */
  void killAtStart() {
    awaitCheckpoint();
    long before = running.restored();
    long fault = System.nanoTime();
    LocalServer server = running.cluster().taskManager(1);
    server.kill();
    server.start();
    await("the job's restart", () -> running.restored() > before);
    resumed("kill of a TaskManager", fault);
  }

  /** Waits until a record that comes in from now on is audited. */
  void resumed(String what, long faultNanos) {
    Instant now = Instant.now();
    await("records that came after the " + what, () -> watch.recordsSince(now) > 0);
    Duration took = Duration.ofNanos(System.nanoTime() - faultNanos);
    recoveries.add(new RecoveryRow.Recovery(what, took));
    environment.progress(TextLines.text("%s: resumed after %.1f s", what, Figures.seconds(took)));
  }

  /** Waits for something that must come. */
  void await(String what, BooleanSupplier there) {
    Poll.until(
        LONGEST_WAIT,
        () -> there(there),
        () ->
            "waited %d s for nothing: %s%s"
                .formatted(LONGEST_WAIT.toSeconds(), what, lastFailure()));
  }

  private static boolean there(BooleanSupplier there) {
    try {
      return there.getAsBoolean();
    } catch (LocalStackException | FlinkClientException e) {
      // Whoever was asked is away just now.
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
