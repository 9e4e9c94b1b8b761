package io.millrace.resilience.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.event.Outcome;
import io.millrace.flink.client.FlinkClientException;
import io.millrace.flink.client.FlinkJarRun;
import io.millrace.flink.client.FlinkJob;
import io.millrace.flink.client.FlinkJobJar;
import io.millrace.flink.client.FlinkRest;
import io.millrace.local.flink.LocalFlinkCluster;
import io.millrace.local.process.LocalStackException;
import io.millrace.local.process.MillraceHome;
import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.verify.StreamCheck;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A savepoint that an earlier build has left, in {@code src/test/resources/savepoint}, goes on with
 * this one: from the record that it had come to, with the identities that it had seen, the figures
 * that it had counted, and the rows that waited while ClickHouse was away.
 *
 * <p>{@code -Dmillrace.write=true} writes the savepoint anew with this build, for a layout that is
 * changed on purpose: no savepoint of before can then be used, so say so in docs/flink.md. This
 * writes the savepoint and the list of steps, and then restores the one and compares the other:
 *
 * <pre>
 * mvn -B verify -pl runners/resilience -am -Dit.test=UpgradeIT -Dtest=StepIdsTest -Dmillrace.write=true \
 *     -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false
 * </pre>
 */
class UpgradeIT {
  /** A savepoint holds the broker's address, so the broker must be there again. */
  private static final int KAFKA_PORT = 19377;

  private static final Path SAVED = Path.of("src/test/resources/savepoint").toAbsolutePath();
  private static final Path PACKED = SAVED.resolve("metadata.gz");
  private static final String TOPIC = "upgrade";
  private static final String DATABASE = "upgrade";
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** Of the stream's records: these have been written when the savepoint is taken. */
  private static final int WRITTEN = 60;

  /** And these wait for ClickHouse. */
  private static final int WAITING = 80;

  private static final int RECORDS = 120;

  @TempDir private Path directory;

  @Test
  void aSavepointOfAnEarlierBuildGoesOn() throws IOException {
    if (Boolean.getBoolean("millrace.write")) {
      write();
    }
    SavedStream stream = SavedStream.read(SAVED);
    try (BenchEnvironment environment = environment("restored");
        LocalFlinkCluster cluster = cluster("restored")) {
      SavedStream.createTopic(environment.kafka(), TOPIC);
      stream.send(environment.kafka(), TOPIC, 0, stream.count());
      FlinkJob job = submit(environment, cluster, unpacked().toString());
      job.awaitRunning(LIMIT);
      long left = (long) stream.count() - WRITTEN;
      String records = "SELECT uniqExact(partition, offset) FROM " + DATABASE + ".audit";
      await(
          job,
          "the audit of the records that were left",
          () -> environment.number(records) >= left);
      String counted = "SELECT sum(events) FROM " + DATABASE + ".queries_per_minute_exact";
      await(job, "the figures of the minute", () -> environment.number(counted) >= events(stream));
      job.checkpoint(LIMIT);

      assertThat("places in the audit", places(environment), equalTo(stream.placesFrom(WRITTEN)));
      Path truth = stream.truthFrom(WRITTEN, directory.resolve("left.jsonl.gz"));
      StreamCheck check =
          StreamCheck.of(environment.database(DATABASE), environment.contract(), List.of(truth));
      assertThat(check.audited().outcomes(), equalTo(outcomes(stream)));
      assertThat(check.examples().toString(), check.differences(), anEmptyMap());
      assertThat(check.audits(), is(true));
      // Those of before the savepoint among them, which no table here has ever seen.
      assertThat("events of the minute", environment.number(counted), equalTo(events(stream)));
    }
  }

  /** Leaves what the test goes on from. */
  private void write() throws IOException {
    Files.createDirectories(SAVED);
    SavedStream stream = SavedStream.write(SAVED, RECORDS);
    try (BenchEnvironment environment = environment("written");
        LocalFlinkCluster cluster = cluster("written")) {
      SavedStream.createTopic(environment.kafka(), TOPIC);
      stream.send(environment.kafka(), TOPIC, 0, WRITTEN);
      FlinkJob job = submit(environment, cluster, "");
      String records = "SELECT uniqExact(partition, offset) FROM " + DATABASE + ".audit";
      await(job, "the audit of the first records", () -> environment.number(records) >= WRITTEN);
      environment.clickHouse().kill();
      stream.send(environment.kafka(), TOPIC, WRITTEN, WAITING);
      await(job, "rows that wait", () -> waiting(job) == WAITING - WRITTEN);
      Path savepoint = Path.of(URI.create(job.stopWithSavepoint(false, LIMIT)));
      try (Stream<Path> files = Files.list(savepoint)) {
        assertThat(
            files.map(file -> file.getFileName().toString()).toList(), is(List.of("_metadata")));
      }
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(PACKED))) {
        Files.copy(savepoint.resolve("_metadata"), out);
      }
    }
  }

  private Path unpacked() throws IOException {
    Path savepoint = Files.createDirectory(directory.resolve("savepoint"));
    try (InputStream in = new GZIPInputStream(Files.newInputStream(PACKED))) {
      Files.copy(in, savepoint.resolve("_metadata"));
    }
    return savepoint;
  }

  private BenchEnvironment environment(String name) throws IOException {
    BenchEnvironment environment =
        BenchEnvironment.start(
            Files.createDirectory(directory.resolve(name)), KAFKA_PORT, line -> {});
    // The records grow old, and must stay all the same.
    String contract = Files.readString(environment.contract());
    Files.writeString(environment.contract(), contract.replaceAll("(?m)^ *ttl:.*\n", ""));
    return environment;
  }

  private LocalFlinkCluster cluster(String name) {
    return LocalFlinkCluster.builder()
        .dataDirectory(directory.resolve("flink-" + name))
        // All state in one file, and small.
        .config("state.storage.fs.memory-threshold", "1mb")
        .config("execution.checkpointing.snapshot-compression", "true")
        .config("metrics.fetcher.update-interval", "1000")
        .start();
  }

  private static FlinkJob submit(
      BenchEnvironment environment, LocalFlinkCluster cluster, String savepoint) {
    List<String> flags =
        new ArrayList<>(
            environment.route(
                "kafka://" + environment.kafka() + "/" + TOPIC, DATABASE, environment.contract()));
    // The records grow old.
    flags.add("--allowedLateness=3653d");
    // The topic is made anew for each test, which a savepoint that holds its id refuses.
    flags.add("--kafkaPartitions=" + SavedStream.PARTITIONS);
    // The build that wrote it had no other reader.
    flags.add("--kafkaReader=kafkaio");
    FlinkRest rest = cluster.rest();
    FlinkJarRun run = FlinkJarRun.of(FlinkJobJar.MAIN, flags).withParallelism(2);
    return rest.run(
        rest.upload(FlinkJobJar.find(MillraceHome.root())),
        savepoint.isEmpty() ? run : run.from(savepoint));
  }

  /** Rows of all tables, but not those of roll-ups. */
  private static double waiting(FlinkJob job) {
    double rows = 0;
    for (FlinkJob.Vertex vertex : job.detail().vertices()) {
      String[] gauges =
          job.metricNames(vertex.id()).stream()
              .filter(
                  name ->
                      name.matches(
                          ".*sink_waiting_rows_(sink_output|error_events|dead_letters|audit)"))
              .toArray(String[]::new);
      if (gauges.length > 0) {
        rows += job.metrics(vertex.id(), "sum", gauges).values().stream().mapToDouble(v -> v).sum();
      }
    }
    return rows;
  }

  /** Accepted and erroneous events of the whole stream: all are of one minute. */
  private static long events(SavedStream stream) {
    return stream.truth().stream()
        .filter(
            entry ->
                entry.outcome().name().equals("ACCEPTED") || entry.outcome().name().equals("ERROR"))
        .count();
  }

  private static Map<Outcome, Long> outcomes(SavedStream stream) {
    Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    Arrays.stream(Outcome.values()).forEach(outcome -> outcomes.put(outcome, 0L));
    List<ManifestEntry> left = stream.truth().subList(WRITTEN, stream.count());
    left.forEach(entry -> outcomes.merge(Outcome.valueOf(entry.outcome().name()), 1L, Long::sum));
    return outcomes;
  }

  private static List<String> places(BenchEnvironment environment) {
    String rows =
        environment.query(
            "SELECT DISTINCT concat(partition, '@', offset) FROM " + DATABASE + ".audit");
    return new ArrayList<>(rows.lines().sorted().collect(Collectors.toList()));
  }

  private static void await(FlinkJob job, String what, BooleanSupplier there) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!isThere(there)) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("waited in vain for " + what + "; " + job.failures());
      }
      LockSupport.parkNanos(100_000_000);
    }
  }

  private static boolean isThere(BooleanSupplier there) {
    try {
      return there.getAsBoolean();
    } catch (LocalStackException | FlinkClientException e) {
      return false;
    }
  }
}
