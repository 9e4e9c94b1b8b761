package io.millrace.file;

import static io.millrace.file.FileWatermark.UNKNOWN;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.EventTimeReader;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Clock;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.io.CatchUp;
import io.millrace.io.InFlight;
import io.millrace.io.InFlightLimit;
import io.millrace.io.Source;
import io.millrace.io.SourceException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestPipelineExtension.class)
class FileSourceTest {
  private static final long NOW = Instant.parse("2026-06-01T00:00:00Z").toEpochMilli();
  private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final long MODIFIED = Instant.parse("2026-05-01T00:00:00Z").toEpochMilli();
  private static final Clock CLOCK = () -> NOW;

  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: small
          version: 1
          format: json
          limits: {max_bytes: 60}
          fields:
            id: {type: string, required: true}
            at: {type: timestamp, format: epoch_ms, required: true}
          event_time: {field: at, out_of_orderness: 10s}
          identity: [id, at]
          unknown_fields: {column: extra, as: json}
          tables:
            normal: {name: n, columns: [id, at, extra]}
            error: {name: e, columns: [id, at, extra]}
            late: {name: l, columns: [id, at, extra]}
            dead_letters: {name: d}
          """,
          "small.yaml");

  @TempDir private Path directory;

  private static String event(long at) {
    return "{\"id\":\"x\",\"at\":" + at + "}";
  }

  private String write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.fromMillis(MODIFIED));
    return file.toString();
  }

  private PCollection<SourceRecord> read(TestPipeline pipeline, String name) {
    return read(pipeline, name, InFlightLimit.NONE);
  }

  private PCollection<SourceRecord> read(TestPipeline pipeline, String name, InFlightLimit run) {
    return pipeline.apply(
        new FileSource(new FileAddress(directory + "/" + name), CONTRACT, CLOCK, run).read());
  }

  private static SourceRecord record(
      String file, long line, String value, long recordTime, long arrivalWatermark) {
    return new SourceRecord(
        file,
        0,
        line,
        null,
        value.getBytes(StandardCharsets.UTF_8),
        List.of(),
        recordTime,
        arrivalWatermark);
  }

  @Test
  void itWaitsWhileTooManyEventsAreInFlight(TestPipeline pipeline) throws IOException {
    String a = write("a.jsonl", event(NOON) + "\n");
    String b = write("b.jsonl", event(NOON) + "\n");
    int held = 3;
    AtomicInteger asked = new AtomicInteger();
    PAssert.that(read(pipeline, "*.jsonl", new InFlightLimit("files", 10)))
        .containsInAnyOrder(
            record(a, 0, event(NOON), NOON, UNKNOWN), record(b, 0, event(NOON), NOON, UNKNOWN));
    pipeline.getOptions().as(DirectOptions.class).setTargetParallelism(1);
    try (InFlight gate =
        InFlight.publish("files", () -> asked.incrementAndGet() <= held ? 11 : 10)) {
      pipeline.run().waitUntilFinish();
      assertThat(asked.get(), is(greaterThan(held)));
      assertThat(gate.getInFlight(), is(10L));
    }
  }

  @Test
  void aLineIsARecordAtTheTimeOfItsEvent(TestPipeline pipeline) throws IOException {
    String file =
        write(
            "a.jsonl",
            "garbage\n"
                + event(NOON)
                + "\r\n\n"
                + event(NOON + 60_000)
                + "\n"
                + event(NOON + 30_000)
                + "\n \nzäh");
    long afterFour = NOON - 10_000;
    long afterFive = NOON + 20_000;
    PAssert.that(read(pipeline, "a.jsonl"))
        .containsInAnyOrder(
            record(file, 0, "garbage", 0, UNKNOWN),
            record(file, 1, event(NOON), NOON, UNKNOWN),
            record(file, 3, event(NOON + 60_000), NOON + 60_000, UNKNOWN),
            record(file, 4, event(NOON + 30_000), NOON + 30_000, afterFour),
            record(file, 5, " ", NOON + 30_000, afterFive),
            record(file, 6, "zäh", NOON + 30_000, afterFive));
    pipeline.run();
  }

  /** Where a record's event stands that travels with it; fails unless decoding gives the same. */
  private static final class Decoded extends DoFn<SourceRecord, String> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void check(@Element SourceRecord record, OutputReceiver<String> out) {
      RecordDecoder decoder = RecordDecoder.compile(CONTRACT, CLOCK);
      Event event = new EventTimeReader(decoder).latest(record);
      Event decoded = record.decoded();
      assertThat(decoded == null ? null : decoded.withOrigin(record), equalTo(event));
      out.output(record.offset() + (decoded == null ? " dead" : " event"));
    }
  }

  @Test
  void aLineTravelsWithTheEventThatWasDecodedForItsTime(TestPipeline pipeline) throws IOException {
    // As a run has it; else elements are copied by their coders from step to step.
    pipeline.getOptions().as(DirectOptions.class).setEnforceEncodability(false);
    write("a.jsonl", event(NOON) + "\ngarbage\n" + event(NOW + 60_000) + "\n");
    PAssert.that(read(pipeline, "a.jsonl").apply(ParDo.of(new Decoded())))
        .containsInAnyOrder("0 event", "1 dead", "2 event");
    pipeline.run();
  }

  @Test
  void aTimeAheadOfTheClockMovesNothing(TestPipeline pipeline) throws IOException {
    long future = NOW + Duration.standardDays(3650).getMillis();
    String file =
        write(
            "a.jsonl",
            String.join(
                "\n",
                event(NOON),
                event(NOON + 1),
                event(future),
                event(future + 1),
                "garbage",
                event(NOON + 2)));
    long watermark = NOON - 10_000;
    PAssert.that(read(pipeline, "a.jsonl"))
        .containsInAnyOrder(
            record(file, 0, event(NOON), NOON, UNKNOWN),
            record(file, 1, event(NOON + 1), NOON + 1, UNKNOWN),
            record(file, 2, event(future), future, watermark),
            record(file, 3, event(future + 1), future + 1, watermark),
            record(file, 4, "garbage", NOON + 1, watermark),
            record(file, 5, event(NOON + 2), NOON + 2, watermark));
    pipeline.run();
  }

  @Test
  void tooLongALineIsCutOneByteAfterTheMost(TestPipeline pipeline) throws IOException {
    String longest = event(NOON) + " ".repeat(60 - event(NOON).length());
    String file = write("a.jsonl", longest + "\r\n" + longest + "y".repeat(500_000) + "\n");
    PAssert.that(read(pipeline, "a.jsonl"))
        .containsInAnyOrder(
            record(file, 0, longest, NOON, UNKNOWN), record(file, 1, longest + "y", NOON, UNKNOWN));
    pipeline.run();
  }

  @Test
  void compressedFilesAndSeveralOnesEachWithTheirOwnWatermark(TestPipeline pipeline)
      throws IOException {
    Path zipped = directory.resolve("b.jsonl.gz");
    // Two members, as `cat a.gz b.gz` makes them.
    try (OutputStream out = Files.newOutputStream(zipped)) {
      for (long at : new long[] {NOON + 900_000, NOON + 900_001}) {
        GZIPOutputStream gzip = new GZIPOutputStream(out);
        gzip.write((event(at) + "\n").getBytes(StandardCharsets.UTF_8));
        gzip.finish();
      }
    }
    String plain = write("a.jsonl", event(NOON) + "\n" + event(NOON + 1) + "\n" + event(NOON + 2));
    write("a.txt", "not this one");
    PAssert.that(read(pipeline, "*.jsonl{,.gz}"))
        .containsInAnyOrder(
            record(plain, 0, event(NOON), NOON, UNKNOWN),
            record(plain, 1, event(NOON + 1), NOON + 1, UNKNOWN),
            record(plain, 2, event(NOON + 2), NOON + 2, NOON - 10_000),
            record(zipped.toString(), 0, event(NOON + 900_000), NOON + 900_000, UNKNOWN),
            record(zipped.toString(), 1, event(NOON + 900_001), NOON + 900_001, UNKNOWN));
    pipeline.run();
  }

  @Test
  void aFileThatIsReadInPartsGivesTheSameRecords(TestPipeline pipeline) throws IOException {
    // Six megabytes in 400 lines: the runner interrupts the reading some five times.
    String garbage = "z".repeat(30_000);
    List<String> lines = new ArrayList<>();
    List<SourceRecord> expected = new ArrayList<>();
    String file = directory + "/big.jsonl";
    FileWatermark log = FileWatermark.NONE;
    for (int i = 0; i < 400; i += 2) {
      long at = NOON + i * 100L - (i * 7919L % 100) * 100;
      lines.add(event(at));
      lines.add(garbage);
      expected.add(record(file, i, event(at), at, log.millis()));
      log = log.after(at, 10_000);
      expected.add(record(file, i + 1, garbage.substring(0, 61), at, log.millis()));
    }
    write("big.jsonl", String.join("\n", lines));
    Path zipped = directory.resolve("big.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      out.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }
    PCollection<SourceRecord> plain = read(pipeline, "big.jsonl");
    PAssert.that(plain).containsInAnyOrder(expected);
    PCollection<SourceRecord> unzipped =
        pipeline
            .apply(
                "zipped",
                new FileSource(
                        new FileAddress(zipped.toString()), CONTRACT, CLOCK, InFlightLimit.NONE)
                    .read())
            .apply(ParDo.of(new Rename(file)));
    PAssert.that(unzipped).containsInAnyOrder(expected);
    pipeline.run();
  }

  @Test
  void theTimestampIsTheArrivalWatermark(TestPipeline pipeline) throws IOException {
    write("a.jsonl", event(NOON) + "\n" + event(NOON + 1) + "\n" + event(NOON + 2));
    PAssert.that(read(pipeline, "a.jsonl").apply(ParDo.of(new Distance())))
        .containsInAnyOrder(0L, 0L, 0L);
    pipeline.run();
  }

  @Test
  void aFileThatIsCutOffFailsTheRunAndIsNamed(TestPipeline pipeline) throws IOException {
    Path zipped = directory.resolve("a.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      out.write((event(NOON) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    byte[] bytes = Files.readAllBytes(zipped);
    Files.write(zipped, java.util.Arrays.copyOf(bytes, bytes.length - 12));
    read(pipeline, "a.jsonl.gz");
    PipelineExecutionException e = assertThrows(PipelineExecutionException.class, pipeline::run);
    assertThat(e.getCause() instanceof SourceException, is(true));
    assertThat(
        e.getCause().getMessage(), containsString("file " + zipped + " cannot be read after line"));
  }

  @Test
  void aRunEndsByItself() {
    Source source = new FileSource(new FileAddress("/a"), CONTRACT, CLOCK, InFlightLimit.NONE);
    assertThat(source.catchUp(), equalTo(CatchUp.ENDS_BY_ITSELF));
    assertThat(source.address(), equalTo("file:///a"));
  }

  private static final class Rename extends DoFn<SourceRecord, SourceRecord> {
    private static final long serialVersionUID = 1L;
    private final String file;

    Rename(String file) {
      this.file = file;
    }

    @ProcessElement
    public void process(@Element SourceRecord r, OutputReceiver<SourceRecord> out) {
      out.output(
          new SourceRecord(
              file,
              r.partition(),
              r.offset(),
              r.key(),
              r.value(),
              r.headers(),
              r.recordTimeMillis(),
              r.arrivalWatermarkMillis()));
    }
  }

  private static final class Distance extends DoFn<SourceRecord, Long> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(
        @Element SourceRecord record,
        @Timestamp org.joda.time.Instant timestamp,
        OutputReceiver<Long> out) {
      out.output(timestamp.getMillis() - record.arrivalWatermarkMillis());
    }
  }
}
