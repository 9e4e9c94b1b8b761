package io.millrace.testdata;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.testdata.generate.Generated;
import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.testdata.manifest.ManifestTotals;
import io.millrace.testdata.sink.FileRecordSink;
import io.millrace.testdata.sink.GeneratedRecord;
import io.millrace.testdata.sink.MalformedKind;
import io.millrace.testdata.sink.RecordSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateRunTest {
  @TempDir Path folder;

  @Test
  void writesAFileAndItsManifest() throws Exception {
    Path events = folder.resolve("events.jsonl");
    Path manifest = folder.resolve("manifest.jsonl.gz");
    GenerateRun.Result result;
    try (RecordSink sink = RecordSink.open(events.toUri().toString(), 1, Map.of())) {
      result = new GenerateRun(Generated.mixed(25_000).build(), sink).manifest(manifest).run();
    }
    List<ManifestEntry> entries = new ArrayList<>();
    assertThat(Manifest.read(manifest, entries::add), is(result.totals()));
    assertThat(result.stopped(), is(false));
    assertThat(result.totals().records(), is(25_000L));
    // As bytes, because some lines are not UTF-8.
    String[] lines = Files.readString(events, StandardCharsets.ISO_8859_1).split("\n", -1);
    assertThat(lines.length, is(25_001));
    for (int i = 0; i < entries.size(); i++) {
      assertThat(lines[i].length(), is(entries.get(i).bytes()));
    }
  }

  @Test
  void keepsTheRate() {
    List<Long> told = new ArrayList<>();
    GenerateRun.Result result =
        new GenerateRun(Generated.mixed(700).rate(400).build(), new ListSink())
            .progress((sent, rate) -> told.add(sent))
            .run();
    assertThat(result.elapsed().toMillis(), allOf(greaterThan(1600L), lessThan(6000L)));
    assertThat(told.get(0), lessThan(700L));
    assertThat(told.get(told.size() - 1), is(700L));
  }

  @Test
  void stopConfirmsTheSentRecords() {
    ListSink sink = new ListSink();
    Path manifest = folder.resolve("m.jsonl");
    GenerateRun[] run = new GenerateRun[1];
    sink.atRecord(1234, () -> run[0].stop());
    run[0] = new GenerateRun(Generated.mixed(50_000).build(), sink).manifest(manifest);

    GenerateRun.Result result = run[0].run();

    assertThat(result.stopped(), is(true));
    assertThat(sink.confirmed, hasSize(1234));
    assertManifest(manifest, sink.confirmed, 0);
  }

  @Test
  void anInterruptConfirmsTheSentRecords() {
    ListSink sink = new ListSink();
    Path manifest = folder.resolve("m.jsonl");
    sink.atRecord(1234, () -> Thread.currentThread().interrupt());

    GenerateRun.Result result =
        new GenerateRun(Generated.mixed(50_000).build(), sink).manifest(manifest).run();

    assertThat("the flag is left to the caller", Thread.interrupted(), is(true));
    assertThat(result.stopped(), is(true));
    assertThat(sink.confirmed, hasSize(1234));
    assertManifest(manifest, sink.confirmed, 0);
  }

  @Test
  void anInterruptEndsTheWaitAtALowRate() throws InterruptedException {
    ListSink sink = new ListSink();
    CountDownLatch first = new CountDownLatch(1);
    sink.atRecord(1, first::countDown);
    GenerateRun run = new GenerateRun(Generated.mixed(100).rate(0.001).build(), sink);
    Thread thread = new Thread(run::run);
    thread.start();
    assertThat("the first record", first.await(30, TimeUnit.SECONDS), is(true));
    thread.interrupt();
    thread.join(60_000);
    assertThat(thread.isAlive(), is(false));
    assertThat(sink.confirmed, hasSize(1));
  }

  @Test
  void theManifestOmitsUnconfirmedRecordsOfAFailingSink() {
    ListSink sink = new ListSink();
    Path manifest = folder.resolve("m.jsonl");
    sink.atRecord(
        12_000,
        () -> {
          throw new IllegalStateException("the sink is broken");
        });
    GenerateRun run = new GenerateRun(Generated.mixed(50_000).build(), sink).manifest(manifest);

    assertThat(
        assertThrows(IllegalStateException.class, run::run).getMessage(), is("the sink is broken"));
    assertManifest(manifest, sink.confirmed, 11_999 - sink.confirmed.size());
  }

  @Test
  void knowsItsSinksByTheirUrl() {
    for (String wrong :
        List.of("kafka://localhost:9092", "kafka:///topic", "kafka://h:1/a/b", "http://x/y", "x")) {
      assertThat(
          assertThrows(IllegalArgumentException.class, () -> RecordSink.open(wrong, 3, Map.of()))
              .getMessage(),
          allOf(containsString("kafka://host:port/topic"), containsString("'" + wrong + "'")));
    }
  }

  @Test
  void aFileHoldsNothingThatALineCannot() throws IOException {
    try (RecordSink sink =
        RecordSink.open(folder.resolve("e.jsonl").toUri().toString(), 1, Map.of())) {
      assertThat(sink, instanceOf(FileRecordSink.class));
      assertThat(sink.malformedKinds().contains(MalformedKind.TOMBSTONE), is(false));
      assertThat(sink.malformedKinds().contains(MalformedKind.EMPTY), is(false));
      assertThat(sink.malformedKinds(), hasSize(MalformedKind.values().length - 2));
    }
  }

  private static void assertManifest(
      Path manifest, List<ManifestEntry> confirmed, long unconfirmed) {
    List<ManifestEntry> entries = new ArrayList<>();
    ManifestTotals totals = Manifest.read(manifest, entries::add);
    assertThat(entries, is(confirmed));
    assertThat(totals.complete(), is(true));
    assertThat(totals.unconfirmed(), is(unconfirmed));
  }

  /** Keeps what it is sent; at one record something happens. */
  private static final class ListSink implements RecordSink {
    private final List<ManifestEntry> taken = new ArrayList<>();
    private final List<ManifestEntry> confirmed = new ArrayList<>();
    private long eventAt = -1;
    private Runnable event = () -> {};

    void atRecord(long number, Runnable happening) {
      eventAt = number;
      event = happening;
    }

    @Override
    public int partitions() {
      return 3;
    }

    @Override
    public void send(GeneratedRecord record) {
      if (taken.size() + 1 == eventAt) {
        event.run();
      }
      taken.add(record.entry());
    }

    @Override
    public void flush() {
      confirmed.addAll(taken.subList(confirmed.size(), taken.size()));
    }

    @Override
    public void close() {}
  }
}
