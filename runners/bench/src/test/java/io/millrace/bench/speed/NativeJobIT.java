package io.millrace.bench.speed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import io.millrace.bench.baseline.flink.NativeJob;
import io.millrace.bench.contender.Contender;
import io.millrace.bench.contender.ContenderCheck;
import io.millrace.bench.contender.ExpectedOutcomes;
import io.millrace.bench.contender.JobSpec;
import io.millrace.bench.contender.NativeRun;
import io.millrace.bench.contender.ProgressProbe;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.testdata.GenerateRun;
import io.millrace.testdata.generate.GeneratorOptions;
import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.manifest.Outcome;
import io.millrace.testdata.sink.RecordSink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The native job does Millrace's work: the same outcome for each record, and the same rows. */
class NativeJobIT {
  private static final Duration LONGEST_RUN = Duration.ofMinutes(2);
  private static final String HASH =
      "lower(hex(SHA256(concatWithSeparator(char(31), query_id, event_type, query_text, user_id,"
          + " database_name, toString(ifNull(duration_ms, 0)), toString(ifNull(rows_affected, 0)),"
          + " ifNull(payload, ''), %s, toString(toUnixTimestamp64Milli(event_time))))))";

  @TempDir private static Path directory;
  private static BenchEnvironment environment;
  private static Path manifest;
  private static Backlog backlog;

  @BeforeAll
  static void start() {
    environment = BenchEnvironment.start(directory, line -> {});
    manifest = directory.resolve("manifest.jsonl.gz");
    backlog = produce();
    for (Outcome outcome : Outcome.values()) {
      assertThat(outcome.label(), backlog.truth().of(outcome), greaterThan(500L));
    }
  }

  @AfterAll
  static void stop() {
    if (environment != null) {
      environment.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyRecordEndsAsTheManifestSays(NativeJob.Memory memory) {
    String database = "native_job_" + memory.name().toLowerCase(Locale.ROOT);
    JobSpec spec = SpeedRun.spec(environment, Contender.NATIVE, backlog, 2, database);
    SpeedRun.prepare(environment, spec);
    try (NativeRun job = NativeRun.start(spec, memory)) {
      assertThat(settled(job, SpeedRun.look(environment, spec), backlog.truth()), empty());
    }
    assertThat(
        rows(database + ".sink_output_exact", "''"),
        is(sent(io.millrace.testdata.manifest.Outcome.ACCEPTED)));
    assertThat(
        rows(database + ".late_events_exact", "ifNull(error, '')"),
        is(sent(io.millrace.testdata.manifest.Outcome.LATE)));
  }

  private static Backlog produce() {
    GeneratorOptions options =
        GeneratorOptions.builder()
            .count(20_000)
            .seed(11)
            .duplicates(0.05)
            .late(0.03)
            .errors(0.05)
            .malformed(0.05)
            .build();
    try (RecordSink sink =
        RecordSink.open("kafka://" + environment.kafka() + "/native-job", 3, Map.of())) {
      new GenerateRun(options, sink).manifest(manifest).run();
    }
    return new Backlog("native-job", ExpectedOutcomes.of(manifest), 0);
  }

  private static List<String> settled(NativeRun job, ProgressProbe look, ExpectedOutcomes truth) {
    long deadline = System.nanoTime() + LONGEST_RUN.toNanos();
    List<String> differences;
    do {
      LockSupport.parkNanos(100_000_000);
      job.requireRunning();
      differences = new ArrayList<>(ContenderCheck.NATIVE.differences(look, truth));
      // A duplicate has no row: only the counts show that it was read.
      differences.addAll(ContenderCheck.NATIVE.differences(job.outcomes(), truth));
    } while (!differences.isEmpty() && System.nanoTime() - deadline < 0);
    return differences;
  }

  private static Set<String> rows(String view, String error) {
    return environment
        .query("SELECT " + HASH.formatted(error) + " FROM " + view)
        .lines()
        .collect(Collectors.toSet());
  }

  private static Set<String> sent(io.millrace.testdata.manifest.Outcome outcome) {
    Set<String> hashes = new HashSet<>();
    Manifest.read(
        manifest,
        entry -> {
          if (entry.outcome() == outcome) {
            hashes.add(entry.rowSha256());
          }
        });
    return hashes;
  }
}
