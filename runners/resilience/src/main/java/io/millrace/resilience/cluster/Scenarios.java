package io.millrace.resilience.cluster;

import io.millrace.resilience.cluster.Scenario.Setup;
import java.util.List;

/** All recovery scenarios. */
final class Scenarios {
  private static final int KILLS = 5;

  private Scenarios() {}

  /** The scenarios in the order of the table. */
  static List<Scenario> all() {
    return List.of(
        new Scenario(
            "taskmanager-kills",
            "a random TaskManager is killed and restarted, " + KILLS + " times",
            Setup.PLAIN,
            run -> killTaskManagers(run, KILLS)),
        new Scenario(
            "jobmanager-kill",
            "the JobManager is killed and restarted, with high availability",
            Setup.PLAIN.withHighAvailability(),
            RecoveryRun::killJobManager),
        new Scenario(
            "broker-restart",
            "Kafka is killed and restarted",
            Setup.PLAIN.submittedBy(SubmissionMethod.CLIENT),
            RecoveryRun::killKafka),
        new Scenario(
            "clickhouse-kill",
            "ClickHouse is killed during an INSERT and restarted",
            Setup.PLAIN.submittedBy(SubmissionMethod.FLINK_RUN),
            RecoveryRun::killClickHouse),
        new Scenario(
            "savepoint-upgrade",
            "the job is stopped with a savepoint and resumes with another jar and other flags",
            Setup.PLAIN.submittedBy(SubmissionMethod.CLIENT),
            run -> run.upgrade(4)),
        new Scenario(
            "rescale",
            "parallelism 2, then 4, then 2, by savepoints",
            Setup.PLAIN.withParallelism(2),
            run -> {
              run.rescale(4);
              run.rescale(2);
            }),
        new Scenario(
            "rescale-from-4",
            "parallelism 4, then 2, then 4, by savepoints",
            Setup.PLAIN,
            run -> {
              run.rescale(2);
              run.rescale(4);
            }),
        new Scenario(
            "retained-checkpoint",
            "all processes are killed; a new cluster resumes from the retained checkpoint",
            Setup.PLAIN,
            RecoveryRun::loseEverything),
        new Scenario(
            "rocksdb",
            "a TaskManager is killed and restarted, with state in RocksDB",
            Setup.PLAIN.withRocksDb(),
            run -> {
              run.requireStateIn("RocksDB");
              killTaskManagers(run, 1);
            }),
        new Scenario(
            "kill-at-start",
            "a TaskManager is killed as soon as the first checkpoint exists",
            Setup.PLAIN.withFlags("--checkpointingInterval=100"),
            RecoveryRun::killAtStart),
        new Scenario(
            "hundred-copies",
            "a TaskManager is killed and restarted twice; every event is sent a hundred times",
            Setup.PLAIN.withCopies(0.99),
            run -> killTaskManagers(run, 2)));
  }

  /** Several faults of one stream, for tests without time for each scenario. */
  static Scenario allInOne() {
    return new Scenario(
        "all-in-one",
        "a TaskManager, the JobManager, Kafka and ClickHouse are killed; another jar resumes with"
            + " half the parallelism",
        Setup.PLAIN.withHighAvailability(),
        run -> {
          run.killTaskManager(1);
          run.killJobManager();
          run.killKafka();
          run.killClickHouse();
          run.upgrade(2);
        });
  }

  private static void killTaskManagers(RecoveryRun run, int times) {
    for (int i = 0; i < times; i++) {
      run.killTaskManager(1 + run.random(ClusterJob.TASK_MANAGERS));
    }
  }
}
