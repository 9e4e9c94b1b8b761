package io.millrace.local.flink;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.flink.client.FlinkClientException;
import io.millrace.flink.client.FlinkJarRun;
import io.millrace.flink.client.FlinkJob;
import io.millrace.flink.client.FlinkJobStatus;
import io.millrace.flink.client.FlinkRest;
import io.millrace.flink.client.Poll;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkJobIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final FlinkJarRun ENDLESS = FlinkJarRun.of("CountingJob", List.of("-1"));

  private static final String SOME_CHECKPOINTS =
      "[0-9]+ checkpoints?, the last [0-9]+ s ago \\([0-9.]+ MB in [0-9]+ ms\\)";

  /** One that is triggered while another runs, or as the job ends. */
  private static final String MAYBE_FAILED = "(, [0-9]+ failed)?";

  @TempDir private static Path directory;
  private static LocalFlinkCluster cluster;
  private static String jar;

  @BeforeAll
  static void start() throws IOException {
    cluster =
        LocalFlinkCluster.builder()
            .dataDirectory(directory.resolve("data"))
            .slots(2)
            .highAvailability(true)
            .config("metrics.fetcher.update-interval", "500")
            .start();
    jar = cluster.rest().upload(jobJar());
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @AfterEach
  void freeTheSlots() {
    for (FlinkRest.JobSummary summary : cluster.rest().jobs()) {
      FlinkJob job = cluster.rest().job(summary.id());
      if (!job.detail().hasEnded()) {
        job.cancel();
        job.awaitEnd(LIMIT);
      }
    }
  }

  @Test
  void savepointsAndCheckpointsAreWhereAJobGoesOnFrom() {
    FlinkJob job = cluster.rest().run(jar, ENDLESS);
    job.awaitRunning(LIMIT);
    assertThat(
        cluster.rest().jobs(), hasItem(new FlinkRest.JobSummary(job.id(), "counting", "RUNNING")));
    job.checkpoint(LIMIT);
    FlinkJob.Checkpoints checkpoints = job.checkpoints();
    assertThat(checkpoints.completed(), greaterThan(0L));
    assertThat(checkpoints.restored(), is(0L));
    Path path = Path.of(URI.create(checkpoints.latestPath()));
    assertThat(path.startsWith(cluster.checkpoints()), is(true));
    assertThat(checkpoints.latestStateBytes(), greaterThan(0L));

    FlinkJobStatus status = status(job);
    assertThat(status.detail().state(), is("RUNNING"));
    assertThat(
        status.line(Clock.systemUTC()),
        matchesPattern(
            "job "
                + job.id()
                + " counting: RUNNING for [0-9]+ s, "
                + SOME_CHECKPOINTS
                + MAYBE_FAILED));

    String savepoint = job.savepoint(LIMIT);
    assertThat(Files.isDirectory(Path.of(URI.create(savepoint))), is(true));
    assertThat(job.detail().allTasksRun(), is(true));
    String last = job.stopWithSavepoint(false, LIMIT);
    assertThat(last, allOf(containsString("savepoint"), not(equalTo(savepoint))));
    assertThat(job.awaitEnd(LIMIT), is("FINISHED"));

    FlinkJob second = cluster.rest().run(jar, ENDLESS.from(last).withParallelism(2));
    second.awaitRunning(LIMIT);
    assertThat(second.checkpoints().restored(), is(1L));
    assertThat(second.detail().vertices().get(0).parallelism(), is(2));
    second.checkpoint(LIMIT);
    second.cancel();
    assertThat(second.awaitEnd(LIMIT), is("CANCELED"));

    // Flink's answer may be seconds old, and tell of a checkpoint that a later one has replaced.
    await(() -> Files.exists(Path.of(URI.create(second.checkpoints().latestPath()))));
    FlinkJob third = cluster.rest().run(jar, ENDLESS.from(second.checkpoints().latestPath()));
    third.awaitRunning(LIMIT);
    third.cancel();
    third.awaitEnd(LIMIT);

    FlinkClientException lost =
        assertThrows(
            FlinkClientException.class, () -> cluster.rest().run(jar, ENDLESS.from("/no/such")));
    assertThat(lost.getMessage(), containsString("/no/such"));
  }

  private static FlinkJobStatus status(FlinkJob job) {
    return FlinkJobStatus.of(cluster.rest()).stream()
        .filter(status -> status.id().equals(job.id()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aJobOutlivesItsJobManagerAndItsTaskManager() {
    FlinkJob job = cluster.rest().run(jar, ENDLESS);
    job.awaitRunning(LIMIT);
    job.checkpoint(LIMIT);
    cluster.jobManager().kill();
    cluster.jobManager().start();
    job.awaitRunning(LIMIT);
    assertThat(job.checkpoints().restored(), is(1L));

    cluster.taskManager(1).kill();
    cluster.awaitTaskManagers(0, LIMIT);
    cluster.taskManager(1).start();
    // Flink's answer may be seconds old, and tell that the job runs as it did before the kill.
    await(() -> job.checkpoints().restored() > 1);
    job.awaitRunning(LIMIT);
    assertThat(job.checkpoints().restored(), is(2L));
    await(() -> !job.failures().isEmpty());
    assertThat(job.failures(), hasSize(1));
    assertThat(job.failures().get(0).summary(), containsString("flink-taskmanager-1-run-"));
  }

  @Test
  void whatAJobCountsCanBeRead() {
    FlinkJob job = cluster.rest().run(jar, ENDLESS);
    job.awaitRunning(LIMIT);
    String vertex = job.detail().vertices().get(0).id();
    await(() -> job.metrics(vertex, "sum", "numRecordsOut").containsKey("numRecordsOut"));
    assertThat(job.metricNames(vertex), hasItem("numRecordsOut"));
    assertThat(
        job.metrics(vertex, "max", "numRecordsOut", "no-such").keySet(),
        equalTo(Set.of("numRecordsOut")));
    await(() -> job.jobMetrics("numRestarts", "uptime").size() == 2);
    await(() -> !job.accumulators().getOrDefault("counted", "0").equals("0"));
  }

  @Test
  void aFailureIsToldWithItsCause() {
    FlinkJob job =
        cluster
            .rest()
            .run(
                jar,
                FlinkJarRun.of("CountingJob", List.of("10"))
                    .withConfig("restart-strategy.type", "none"));
    assertThat(job.awaitEnd(LIMIT), is("FAILED"));
    FlinkJob.Failure failure = job.failures().get(0);
    assertThat(failure.summary(), is("IllegalStateException: no 10 today"));
    assertThat(failure.task(), containsString("numbers"));
    assertThat(failure.taskManager(), startsWith("flink-taskmanager-1"));
    assertThat(
        status(job).line(Clock.systemUTC()),
        matchesPattern(
            "job .* counting: FAILED for [0-9]+ s, (no checkpoint yet|"
                + SOME_CHECKPOINTS
                + ")"
                + MAYBE_FAILED
                + ";"
                + " last failure at [-0-9T:]+Z: IllegalStateException: no 10 today"));
    FlinkClientException e =
        assertThrows(FlinkClientException.class, () -> job.awaitRunning(LIMIT));
    assertThat(
        e.getMessage(),
        is(
            "flink job "
                + job.id()
                + " is not running: state FAILED; last failure: IllegalStateException: no 10 today"));
    FlinkClientException main =
        assertThrows(
            FlinkClientException.class,
            () -> cluster.rest().run(jar, FlinkJarRun.of("CountingJob", List.of("ten"))));
    assertThat(main.getMessage(), containsString("NumberFormatException"));
    assertThat(main.getMessage(), containsString("\"ten\""));
  }

  private static void await(BooleanSupplier condition) {
    Poll.until(LIMIT, condition, () -> "it does not come about");
  }

  /** Compiled here, since nothing of Flink is on the class path of this module. */
  private static Path jobJar() throws IOException {
    Path classes = Files.createDirectories(directory.resolve("classes"));
    Path source = Path.of(URI.create(FlinkJobIT.class.getResource("/jobs/CountingJob.java") + ""));
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-nowarn",
                "-proc:none",
                "-cp",
                flinkPath(),
                "-d",
                classes.toString(),
                source.toString());
    assertThat(code, is(0));
    Path file = directory.resolve("counting.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file));
        var entries = Files.list(classes)) {
      for (Path entry : entries.toList()) {
        out.putNextEntry(new ZipEntry(entry.getFileName().toString()));
        out.write(Files.readAllBytes(entry));
      }
    }
    return file;
  }

  private static String flinkPath() throws IOException {
    try (var jars = Files.list(FlinkJars.find())) {
      return jars.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
  }
}
