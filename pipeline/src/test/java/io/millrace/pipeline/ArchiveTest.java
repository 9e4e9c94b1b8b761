package io.millrace.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.archive.store.ArchiveStore;
import io.millrace.archive.store.Manifest;
import io.millrace.archive.write.Rolling;
import io.millrace.archive.write.WriteToArchive;
import io.millrace.connectors.Connectors;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Outcome;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import io.millrace.io.CatchUp;
import io.millrace.io.InFlight;
import io.millrace.io.InFlightLimit;
import io.millrace.io.ReadTuning;
import io.millrace.io.Sink;
import io.millrace.io.Source;
import io.millrace.io.WriteResult;
import io.millrace.io.retry.Sleeper;
import io.millrace.options.Sinks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events through the whole pipeline into an archive, and out of it again, on the DirectRunner. */
class ArchiveTest {
  private static final long NOON = 1_772_366_400_000L;
  private static final long HOUR = 3_600_000;
  private static final int EVENTS = 200;

  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: small
          version: 1
          format: json
          fields:
            id: {type: string, required: true}
            at: {type: timestamp, required: true}
            failed: {type: boolean}
            secret: {type: string}
            tags: {type: array, items: {type: string}}
          event_time: {field: at, allowed_lateness: 10m, out_of_orderness: 0s}
          identity: [id, at]
          error: {when: failed == true}
          redact:
            - {field: secret, do: mask, keep: 1}
          unknown_fields: {column: extra, as: map}
          tables:
            normal: {name: small, columns: [id, at, ingestion_time, extra]}
            error: {name: small_errors, columns: [id, at, ingestion_time, extra]}
            late: {name: small_late, columns: [id, at, ingestion_time, extra]}
            dead_letters: {name: small_dead}
          rollups:
            minutes: {window: {fixed: 1m}, group_by: [id], measures: {n: {type: count}}}
          """,
          "small.yaml");

  @TempDir private Path directory;

  private final List<SourceRecord> records = new ArrayList<>();

  private static final class Memory implements Source {
    private final List<SourceRecord> records;

    Memory(List<SourceRecord> records) {
      this.records = records;
    }

    @Override
    public String address() {
      return "memory";
    }

    @Override
    public List<String> check() {
      return List.of();
    }

    @Override
    public CatchUp catchUp() {
      return CatchUp.ENDS_BY_ITSELF;
    }

    @Override
    public PTransform<PBegin, PCollection<SourceRecord>> read() {
      return Create.of(records).withCoder(SourceRecordCoder.of());
    }
  }

  /** An archive whose outages end when a step sleeps. */
  private record TestSink(Path root, Rolling rolling, Sleeper sleeper, long now) implements Sink {
    @Override
    public String kind() {
      return "archive";
    }

    @Override
    public String address() {
      return root.toString();
    }

    @Override
    public List<String> check() {
      return List.of();
    }

    @Override
    public void prepare() {}

    @Override
    public PTransform<PCollectionTuple, WriteResult> write() {
      return new WriteToArchive(
          new WriteToArchive.Config(
              "file://" + root, CONTRACT, rolling, letters(now), () -> 0, sleeper, true));
    }
  }

  private static DeadLetterFactory letters(long now) {
    return DeadLetterFactory.of(CONTRACT, "test", () -> now);
  }

  private static Rolling rolling(int partBytes, long fileBytes) {
    return rolling(partBytes, Duration.ofHours(1), fileBytes);
  }

  private static Rolling rolling(int partBytes, Duration partAge, long fileBytes) {
    return new Rolling(partBytes, partAge, fileBytes, Duration.ofHours(1), 2, 1 << 20, false);
  }

  private void record(String value, long arrivalWatermark) {
    records.add(
        new SourceRecord(
            "topic",
            records.size() % 3,
            records.size(),
            null,
            value.getBytes(StandardCharsets.UTF_8),
            List.of(),
            NOON,
            arrivalWatermark));
  }

  @BeforeEach
  void events() {
    for (int i = 0; i < EVENTS; i++) {
      String time = i % 50 == 7 ? "2026-02-27T23:59:59.9991Z" : "2026-03-01T12:00:00Z";
      record(
          "{\"id\":\"%d\",\"at\":\"%s\",\"failed\":%s,\"secret\":\"abc%d\",\"new\":[%d]}"
              .formatted(i % 150, time, i % 10 == 3, i, i),
          i % 20 == 5 ? NOON + HOUR : NOON);
      if (i % 40 == 0) {
        record("not json " + i, NOON);
      }
    }
  }

  private PipelineResult run(Source source, Sink sink, long now) {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    build(pipeline, source, sink, now);
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    return result;
  }

  private static void build(TestPipeline pipeline, Source source, Sink sink, long now) {
    TelemetryPipeline.build(
        pipeline,
        source,
        CONTRACT,
        Sinks.of(sink),
        letters(now),
        new TelemetryPipeline.Spread(2, 8, 2),
        () -> now);
  }

  private Sink sink(String name, Rolling rolling) {
    return new TestSink(directory.resolve(name), rolling, Thread::sleep, NOON);
  }

  private ArchiveStore store(String name) {
    return new ArchiveStore("file://" + directory.resolve(name));
  }

  private Source replay(String name) {
    return replay(name, new InFlightLimit("test", 0));
  }

  private Source replay(String name, InFlightLimit run) {
    return Connectors.ALL
        .input("archive+file://" + directory.resolve(name))
        .open(CONTRACT, () -> 0, new ReadTuning(1, run, 0, false));
  }

  @Test
  void aReplayHasEachRowWithItsPlaceAndOutcome() throws Exception {
    Balance first =
        Balance.of(run(new Memory(records), sink("first", rolling(2000, 10_000)), NOON));
    assertThat(first.balances(), is(true));
    assertThat(first.settled(), is(true));
    assertThat(first.rollupsWritten(), is(true));
    for (Outcome outcome :
        List.of(Outcome.ACCEPTED, Outcome.ERROR, Outcome.LATE, Outcome.DUPLICATE, Outcome.DEAD)) {
      assertThat(outcome.label(), first.of(outcome), is(greaterThan(0L)));
    }
    List<String> rows = ArchiveRows.of(store("first"), CONTRACT);
    assertThat((long) rows.size(), equalTo(first.accounted() - first.of(Outcome.DUPLICATE)));

    // Hours later, with another watermark
    Balance second =
        Balance.of(run(replay("first"), sink("second", rolling(5000, 1)), NOON + HOUR));
    assertThat(second.balances(), is(true));
    assertThat(second.of(Outcome.DUPLICATE), is(0L));
    for (Outcome outcome : List.of(Outcome.ACCEPTED, Outcome.ERROR, Outcome.LATE, Outcome.DEAD)) {
      assertThat(outcome.label(), second.of(outcome), equalTo(first.of(outcome)));
    }
    assertThat(ArchiveRows.of(store("second"), CONTRACT), equalTo(rows));
    assertThat(
        second.counters().get("rollups_written"), equalTo(first.counters().get("rollups_written")));
  }

  /** With fewer threads than files: a reader that waits must not keep one. */
  @Test
  void aReplayOfMoreThanMayBeInFlightEnds() throws Exception {
    run(new Memory(records), sink("first", rolling(500, 1)), NOON);
    List<Manifest.File> files = Manifest.files(store("first"));
    long mostRows = files.stream().mapToLong(Manifest.File::rows).max().orElseThrow();
    assertThat(files, hasSize(greaterThan(20)));

    int limit = 15;
    int threads = 2;
    AtomicReference<PipelineResult> running = new AtomicReference<>();
    long most = 0;
    try (InFlight published = InFlight.publish("bounded", () -> counts(running.get()))) {
      TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
      DirectOptions options = pipeline.getOptions().as(DirectOptions.class);
      options.setTargetParallelism(threads);
      options.setBlockOnRun(false);
      build(
          pipeline,
          replay("first", new InFlightLimit("bounded", limit)),
          // Rows that wait for their part are in flight.
          sink("second", rolling(500, Duration.ofMillis(50), 1)),
          NOON);
      running.set(pipeline.run());
      long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
      while (running.get().waitUntilFinish(org.joda.time.Duration.millis(5)) == null) {
        most = Math.max(most, published.getInFlight());
        assertThat("it ends", System.nanoTime() - deadline < 0);
      }
    }
    assertThat(Balance.of(running.get()).balances(), is(true));
    assertThat(
        ArchiveRows.of(store("second"), CONTRACT),
        equalTo(ArchiveRows.of(store("first"), CONTRACT)));
    assertThat(most, is(lessThanOrEqualTo(limit + threads * mostRows)));
  }

  private static InFlight.Counts counts(PipelineResult result) {
    return result == null ? InFlight.Counts.NONE : Balance.of(result).counts();
  }

  @Test
  void filesAreNamedByOutcomeTableAndDayAndNothingElseIsLeft() throws Exception {
    run(new Memory(records), sink("first", rolling(2000, 10_000)), NOON);
    List<String> found = store("first").list("", "").stream().sorted().toList();
    List<String> inManifest =
        Manifest.files(store("first")).stream().map(Manifest.File::path).sorted().toList();
    assertThat(
        found.stream().filter(path -> path.endsWith(".parquet")).toList(), equalTo(inManifest));
    assertThat(found, hasSize(2 * inManifest.size()));
    assertThat(
        inManifest.stream()
            .map(path -> path.substring(0, path.lastIndexOf('/')))
            .distinct()
            .toList(),
        contains(
            "accepted/small/event_date=2026-03-01",
            "dead/small_dead/event_date=2026-03-01",
            "error/small_errors/event_date=2026-03-01",
            "late/small_late/event_date=2026-02-27",
            "late/small_late/event_date=2026-03-01"));
  }

  @Test
  void partsBecomeFilesOfTheAskedLength() throws Exception {
    run(new Memory(records), sink("many", rolling(500, 1)), NOON);
    run(new Memory(records), sink("few", rolling(500, 1 << 30)), NOON);
    int many = Manifest.files(store("many")).size();
    int few = Manifest.files(store("few")).size();
    assertThat(many, is(greaterThan(2 * few)));
    // Which of two events is the duplicate is not the same in both.
    assertThat(
        ArchiveRows.of(store("many"), CONTRACT).size(),
        equalTo(ArchiveRows.of(store("few"), CONTRACT).size()));
  }

  @Test
  void aSickFileSystemIsWaitedFor() throws Exception {
    Path root = directory.resolve("sick");
    Files.writeString(root, "a file in the place of the directory");
    String text = root.toString();
    Sleeper repair =
        millis -> {
          try {
            Files.deleteIfExists(Path.of(text));
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        };
    Balance balance =
        Balance.of(
            run(
                new Memory(records),
                new TestSink(root, rolling(2000, 10_000), repair, NOON),
                NOON));
    assertThat(balance.settled(), is(true));
    assertThat(
        (long) ArchiveRows.of(store("sick"), CONTRACT).size(),
        equalTo(balance.accounted() - balance.of(Outcome.DUPLICATE)));
  }

  @Test
  void whatIsNotInTheManifestIsNotRead() throws Exception {
    run(new Memory(records), sink("first", rolling(2000, 10_000)), NOON);
    List<String> rows = ArchiveRows.of(store("first"), CONTRACT);
    String file = Manifest.files(store("first")).get(0).path();
    byte[] bytes = store("first").read(file);
    store("first").write(file.replace(".parquet", "-copy.parquet"), out -> out.write(bytes));
    assertThat(ArchiveRows.of(store("first"), CONTRACT), equalTo(rows));
  }

  @Test
  void anArchiveThatIsNotThereIsReported() {
    assertThat(
        replay("nowhere").check(),
        contains(containsString("nowhere has no files in its _manifest directory")));
    assertThat(replay("nowhere").address(), startsWith("archive+file:///"));
    assertThat(List.of(replay("nowhere").unreadable()), everyItem(empty()));
  }
}
