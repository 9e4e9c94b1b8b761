package io.millrace.resilience.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import io.millrace.archive.schema.ArchivedRow;
import io.millrace.archive.schema.RowGroupReader;
import io.millrace.archive.store.ArchiveStore;
import io.millrace.archive.store.Manifest;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.SourceRecord;
import io.millrace.parquet.ParquetFooter;
import io.millrace.parquet.UnsupportedParquetException;
import io.millrace.resilience.harness.AuditWatch;
import io.millrace.resilience.harness.GeneratedStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code run --state} with an archive beside ClickHouse, killed five times while events arrive.
 * Then ClickHouse itself reads the archive, and a replay fills another database.
 */
class ArchiveKillsIT {
  private static final String DATABASE = "archive_kills";
  private static final String REPLAYED = "archive_replayed";
  private static final int KILLS = 5;
  private static final List<String> TABLES =
      List.of("sink_output", "error_events", "late_events", "dead_letters");

  @TempDir private static Path directory;

  private final Random random = new Random(11);
  private final ArchiveStore archive = new ArchiveStore("file://" + directory.resolve("archive"));

  @Test
  void everyRecordIsInTheArchiveOnceAndAReplayGivesTheSameTables() throws Exception {
    try (BenchEnvironment environment = BenchEnvironment.start(directory, line -> {});
        MovingStream stream =
            MovingStream.start(environment, DATABASE, new MovingStream.Plan(4, 200, 11))) {
      runAndKill(environment, stream);
      assertExactlyOnce(environment);
      replay(environment);
    }
  }

  private List<String> flags(BenchEnvironment environment, String input, String database) {
    return new ArrayList<>(environment.route(input, database, environment.contract()));
  }

  private void runAndKill(BenchEnvironment environment, MovingStream stream) throws Exception {
    List<String> flags = flags(environment, stream.topic(), DATABASE);
    flags.replaceAll(
        flag -> flag.startsWith("--output=") ? flag + ",archive+" + archive.root() : flag);
    flags.add("--state=" + directory.resolve("state"));
    flags.add("--parallelism=2");
    flags.add("--checkpointingInterval=1000");
    flags.add("--archivePartAge=1s");
    flags.add("--archiveFileAge=4s");
    flags.add("--archiveShards=2");
    AuditWatch watch = new AuditWatch(environment, DATABASE);
    try (RunProcess process = RunProcess.start(directory, flags)) {
      for (int kill = 0; kill < KILLS; kill++) {
        flowing(process, watch);
        // Before and after checkpoints, while parts and files are written
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(3000)).toNanos());
        process.killAndStart();
      }
      flowing(process, watch);
      GeneratedStream sent = stream.finish();
      process.await("every record", () -> watch.records() >= sent.records());
      long archived = events(environment, DATABASE);
      process.await("every row in the archive", () -> rows() >= archived);
      process.stop();
    }
  }

  /** Waits until records that have come since now are audited, and in the archive. */
  private void flowing(RunProcess process, AuditWatch watch) {
    Instant now = Instant.now();
    process.await("new records in the audit", () -> watch.recordsSince(now) > 0);
    long rows = rows();
    process.await("new rows in the archive", () -> rows() > rows);
  }

  private List<Manifest.File> files() {
    try {
      return Manifest.files(archive);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long rows() {
    return files().stream().mapToLong(Manifest.File::rows).sum();
  }

  /** The number of events with a row. */
  private static long events(BenchEnvironment environment, String database) {
    return environment.number(
        "SELECT uniqExact(topic, partition, offset) FROM %s.audit WHERE outcome != 'duplicate'"
            .formatted(database));
  }

  /** The place and the outcome of each archived row, as the audit has them. */
  private List<String> archivedRecords(Contract contract)
      throws IOException, UnsupportedParquetException {
    List<String> records = new ArrayList<>();
    Map<String, String> places = new HashMap<>();
    Map<String, Integer> twice = new TreeMap<>();
    for (Manifest.File file : files()) {
      byte[] bytes = archive.read(file.path());
      ParquetFooter footer = ParquetFooter.read(bytes);
      for (int group = 0; group < footer.rowGroups(); group++) {
        RowGroupReader reader = RowGroupReader.open(contract, footer, group, bytes, 0);
        while (reader.hasNext()) {
          ArchivedRow row = reader.next();
          SourceRecord origin = row.event() == null ? row.letter().origin() : row.event().origin();
          String record =
              "%s\t%d\t%d\t%s"
                  .formatted(origin.topic(), origin.partition(), origin.offset(), row.outcome());
          records.add(record);
          String place = file.path() + "[" + group + "]";
          String other = places.put(record, place);
          if (other != null) {
            twice.merge(other + " and " + place, 1, Integer::sum);
          }
        }
      }
    }
    assertThat("rows in two row groups", twice.entrySet(), is(empty()));
    return records;
  }

  private static String audited(String database) {
    return "(SELECT DISTINCT toString(topic) AS topic, partition, offset, toString(outcome) AS outcome FROM %s.audit WHERE outcome != 'duplicate')"
        .formatted(database);
  }

  private void assertExactlyOnce(BenchEnvironment environment)
      throws IOException, UnsupportedParquetException {
    assertThat(
        "files were joined",
        files().stream().filter(file -> !file.path().startsWith("_parts")).count(),
        is(greaterThan(4L)));
    List<String> archived = archivedRecords(ContractLoader.load(environment.contract()));
    Set<String> audited =
        environment.query("SELECT * FROM " + audited(DATABASE)).lines().collect(Collectors.toSet());
    Set<String> differences = new TreeSet<>(audited);
    archived.forEach(differences::remove);
    assertThat("not archived", differences, is(empty()));
    differences.addAll(archived);
    differences.removeAll(audited);
    assertThat("not audited", differences, is(empty()));
    assertThat("rows", archived.size(), is(audited.size()));
  }

  private void replay(BenchEnvironment environment) throws Exception {
    List<String> flags = flags(environment, "archive+" + archive.root(), REPLAYED);
    Path home = Files.createDirectory(directory.resolve("replay"));
    try (RunProcess process = RunProcess.start(home, flags)) {
      int code = process.ended();
      assertThat(process.output(), code, is(0));
    }
    assertThat(
        "rows of the audit that both runs have",
        environment.number(
            "SELECT count() FROM (SELECT * FROM %s INTERSECT SELECT * FROM %s)"
                .formatted(audited(DATABASE), audited(REPLAYED))),
        is(events(environment, DATABASE)));
    for (String table : TABLES) {
      assertThat(
          table, content(environment, REPLAYED, table), is(content(environment, DATABASE, table)));
    }
  }

  /** The rows of a table, without what the time of reading decides. */
  private static String content(BenchEnvironment environment, String database, String table) {
    String times =
        switch (table) {
          case "dead_letters" -> "first_seen";
          // Late events with one identity are one row; which of them is open.
          case "late_events" -> "ingestion_time, late_by_ms";
          default -> "ingestion_time";
        };
    return environment.query(
        "SELECT count(), sum(sipHash64(*)) FROM (SELECT * EXCEPT (%s) FROM %s.%s_exact)"
            .formatted(times, database, table));
  }
}
